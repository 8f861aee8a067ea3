/**
 * Announcements that run, and their end.
 *
 * A channel carries out its commands one after the other, and a playback is one of them. What comes behind it waits for its end, and
 * joining a bridge, setting a variable and answering hold up the whole websocket meanwhile (seen on 22.10.1). So whatever takes the
 * channel elsewhere stops the playback first, which takes 2 ms, and what can wait is kept until it is over.
 */
import type { Requests } from './requests.ts';

export interface Saying {
  readonly playbackId: string;
  /** What is heard after it. */
  readonly music: string;
  /** Asterisk has it, or did not take it. */
  readonly started: Promise<unknown>;
  /** Whoever waits for its end is told once; later calls change nothing. */
  readonly over: (said: boolean) => void;
  /** Variables that can wait until it is over, in order. */
  readonly kept: (() => Promise<boolean>)[];
  /** The link broke since: its end was or will be told to nobody. */
  lost?: boolean;
}

/** By channel: at most one each. */
export type Sayings = Map<string, Saying>;

/**
 * What ends the announcement to a channel, as steps; none where nothing is said. They must be sent before whatever the channel is to do
 * next, and succeed always: one that is over already needs no end.
 */
export function cutOff(
  { requests, sayings }: { requests: Requests; sayings: Sayings },
  channelId: string,
): (() => Promise<boolean>)[] {
  const saying = sayings.get(channelId);
  if (!saying) return [];
  sayings.delete(channelId);
  const { playbackId, over, started, kept } = saying;
  const stop = async (): Promise<boolean> => {
    try {
      // Where requests overtake one another, it must have begun before it can be stopped.
      if (!requests.ordered()) await started;
      await requests.ask('playbacks', 'stop', { playbackId });
    } finally {
      over(true);
    }
    return true;
  };
  return [stop, ...kept];
}

/** There are two ids for a channel, in turn: whoever comes later can stop what an earlier process began to say. */
export const playbackIdOf = (channelId: string, n: number): string => `${channelId}.say${n % 2}`;

/** Stops what an earlier process was saying to a channel, if it was. */
export async function silence(requests: Requests, channelId: string): Promise<void> {
  const stop = (n: number) => requests.ask('playbacks', 'stop', { playbackId: playbackIdOf(channelId, n) });
  await Promise.all([stop(0), stop(1)]);
}

/** The channel has gone, and with it what was being said. */
export function forget(sayings: Sayings, channelId: string): void {
  sayings.get(channelId)?.over(false);
  sayings.delete(channelId);
}

/** The link broke: nobody is kept waiting. The announcements stay known, for they may still run. */
export function lose(sayings: Sayings): void {
  for (const saying of sayings.values()) {
    saying.lost = true;
    saying.over(false);
  }
}
