import type { EslEvent, Row } from './wire.ts';

export const text = (of: EslEvent | Row, key: string): string => (Object.hasOwn(of, key) ? of[key] : undefined) ?? '';

/** A whole number that is not negative; 0 where there is none. */
export function int(of: EslEvent | Row, key: string): number {
  const value = Number(text(of, key));
  return Number.isFinite(value) && value > 0 ? Math.trunc(value) : 0;
}

/** FreeSWITCH writes epoch seconds, and 0 for never. */
export const timeOf = (of: EslEvent | Row, key: string): number | null => int(of, key) * 1_000 || null;

/** From one time in seconds to another, ms; 0 where either is missing. */
export function between(of: EslEvent, from: string, to: string): number {
  const [a, b] = [int(of, from), int(of, to)];
  return a === 0 || b === 0 ? 0 : Math.max(0, (b - a) * 1_000);
}

/** The PBX's clock when it made an event, epoch ms with a fraction; null where it does not say. Steps by about 20 ms (seen). */
export function madeAtMs(event: EslEvent): number | null {
  const micros = Number(text(event, 'Event-Date-Timestamp'));
  return Number.isFinite(micros) && micros > 0 ? micros / 1_000 : null;
}

/**
 * A tier's level and position as a penalty, which is a skill's level the other way round: tier level 1 at position 1 is skill level
 * 10, each further tier level takes two, and whoever is not at the first position of his level takes one more.
 */
export const penaltyOf = (level: number, position: number): number =>
  2 * Math.max(0, level - 1) + (position > 1 ? 1 : 0);

const domainOf = (queue: string): string => (queue.includes('@') ? queue.slice(queue.lastIndexOf('@') + 1) : '');

/** The domain that the queues need not be named with: `default`, or the one that all of them have. */
export function homeDomainOf(queues: readonly string[]): string {
  const domains = new Set(queues.map(domainOf));
  const [only = 'default'] = domains;
  return domains.size === 1 && only !== '' ? only : 'default';
}

/**
 * `support@default` is the queue `support`, as on an Asterisk site: one skill `queue:support` for all. A queue of another domain
 * keeps its whole name, which a requirement can say too (`queue:support@sales.example`).
 */
export const queueNameOf = (queue: string, home: string): string =>
  domainOf(queue) === home ? queue.slice(0, queue.lastIndexOf('@')) : queue;

/** A status of mod_callcenter, or one that we do not know. */
export const STATUSES: Readonly<Record<string, 'ready' | 'paused' | 'logged_out'>> = {
  Available: 'ready',
  'Available (On Demand)': 'ready',
  'On Break': 'paused',
  'Logged Out': 'logged_out',
};

/** Ready by his status but Idle by his state, he gets no call until he is set Waiting (on demand: after each call). */
export function statusOf(status: string, state: string): { status: 'ready' | 'paused' | 'logged_out'; reason: string } {
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  // What we do not know is no reason to send him calls.
  if (known === undefined) return { status: 'paused', reason: status.slice(0, 80) };
  if (known === 'paused') return { status: 'paused', reason: status };
  if (known === 'ready' && state === 'Idle') return { status: 'paused', reason: 'Idle' };
  return { status: known, reason: '' };
}
