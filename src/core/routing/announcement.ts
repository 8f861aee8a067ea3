import type { Prompt } from '../model/prompt.ts';

const sound = (name: string): Prompt => ({ sound: `queue-${name}` });

/**
 * What a waiting caller is told, in app_queue's own words and order (say_position in app_queue.c of Asterisk 22): his place (1 is next), then
 * the expected wait in minutes, rounded to the nearest one as there (half a minute up) and not said below one; thanks at the end. Who is
 * next is told no wait. Null: not to be said, or not known. Empty when that leaves nothing to say.
 */
export function announcement(position: number | null, expectedWaitMs: number | null): readonly Prompt[] {
  const minutes = position === 1 ? 0 : Math.floor(((expectedWaitMs ?? 0) + 30_000) / 60_000);
  const words = [
    ...(position === 1 ? [sound('youarenext')] : []),
    ...(position !== null && position > 1 ? [sound('thereare'), { number: position }, sound('callswaiting')] : []),
    ...(minutes >= 1 ? [sound('holdtime'), { number: minutes }, sound(minutes === 1 ? 'minute' : 'minutes')] : []),
  ];
  return words.length === 0 ? [] : [...words, sound('thankyou')];
}
