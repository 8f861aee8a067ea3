/** Announcements: one playback of several media. `sayings.ts` has what cuts it off. A sound that is missing is logged and passed over. */
import type { Prompt } from '../../core/model/prompt.ts';
import { lineOf, treat } from './legs.ts';
import type { Legs } from './legs.ts';
import { mediaOf } from './media.ts';
import { cutOff, playbackIdOf } from './sayings.ts';

/** Longer than any announcement; what the app gives a caller who waits. */
const PROTECTED_S = 30;

export async function say(legs: Legs, channelId: string, prompts: readonly Prompt[], music: string): Promise<boolean> {
  const { requests, sayings } = legs;
  const line = lineOf(legs, channelId);
  if (line.leaving || line.bridgeId !== '') return false;
  const media = mediaOf(prompts, line.language);
  if (media === '') return treat(legs, channelId, music);
  const playbackId = playbackIdOf(channelId, ++line.sayings);
  const step = (operation: string, params = {}) => requests.onChannel(operation, channelId, params);
  const { treatment } = line;
  const quiet = [
    ...cutOff(legs, channelId),
    ...(line.up ? [] : [() => step('answer')]),
    ...(treatment ? [() => step('stopMoh')] : []),
    ...(treatment === '' && line.up ? [() => step('ringStop')] : []),
    // Nobody can renew it while this is said.
    () => step('setChannelVar', { variable: 'TIMEOUT(absolute)', value: String(PROTECTED_S) }),
  ];
  let over: (said: boolean) => void = () => undefined;
  const isOver = new Promise<boolean>((resolve) => (over = resolve));
  line.treatment = undefined;
  const started = requests.inOrder(quiet, [() => step('playWithId', { playbackId, media })]);
  const saying = { playbackId, music, over, kept: [], started: started.catch(() => false) };
  sayings.set(channelId, saying);
  if (await saying.started) {
    line.up = true;
    return isOver;
  }
  if (sayings.get(channelId) === saying) await saidAll(legs, channelId, playbackId);
  // For its error, if it failed with one.
  return started;
}

/** The playback is over by itself: music goes on. */
export async function saidAll(legs: Legs, channelId: string, playbackId: string): Promise<void> {
  const saying = legs.sayings.get(channelId);
  if (saying?.playbackId !== playbackId) return;
  legs.sayings.delete(channelId);
  await Promise.allSettled(saying.kept.map((set) => set()));
  saying.over(await treat(legs, channelId, saying.music).catch(() => false));
}

/** The link is back. Nobody told us of the end of what was being said when it broke: that is stopped, and music goes on. */
export async function resumeMusic(legs: Legs): Promise<void> {
  const { sayings } = legs;
  const left = [...sayings].filter(([, { lost }]) => lost);
  await Promise.allSettled(left.map(([channelId, { music }]) => treat(legs, channelId, music)));
}
