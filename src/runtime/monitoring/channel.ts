/** How a supervisor asks the processes that it started how they stand: over the channel between them, with a deadline. */
import type { Clock } from '../../ports/clock.ts';
import type { RoleState, Source, Wanted } from './role-monitor.ts';

interface Question {
  readonly ask: number;
  readonly wanted: Wanted;
}

interface Answer {
  readonly answers: number;
  readonly state: RoleState;
}

/** The end of a channel that is used, in either process: tests have their own. */
export interface Channel {
  send?(message: unknown, handle: undefined, options: undefined, done: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

const has = <K extends string>(message: unknown, key: K): message is Record<K, unknown> =>
  typeof message === 'object' && message !== null && key in message;

const isQuestion = (message: unknown): message is Question => has(message, 'ask') && has(message, 'wanted');
const isAnswer = (message: unknown): message is Answer => has(message, 'answers') && has(message, 'state');

/** A channel that is gone says nothing, and whoever waits for it has a deadline. */
function post(channel: Channel, message: Question | Answer): void {
  channel.send?.(message, undefined, undefined, () => undefined);
}

/** Answers the supervisor for as long as the channel is there. */
export function answerOver(channel: Channel, source: Source): void {
  channel.on('message', (message) => {
    if (!isQuestion(message)) return;
    void source.states(message.wanted).then(([state]) => {
      if (state !== undefined) post(channel, { answers: message.ask, state });
    });
  });
}

let asked = 0;

/** How a role stands; null when it does not say so within `withinMs`. */
export function askOver(channel: Channel, wanted: Wanted, clock: Clock, withinMs: number): Promise<RoleState | null> {
  const ask = (asked += 1);
  return new Promise((resolve) => {
    const end = (state: RoleState | null): void => {
      timer.cancel();
      channel.off('message', listen);
      resolve(state);
    };
    const listen = (message: unknown): void => {
      if (isAnswer(message) && message.answers === ask) end(message.state);
    };
    const timer = clock.after(withinMs, () => end(null));
    channel.on('message', listen);
    post(channel, { ask, wanted });
  });
}
