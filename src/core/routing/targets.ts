import { queueIdOf } from '../model/queue.ts';
import type { QueueState } from '../model/queue.ts';
import type { QueueChoice, Target } from '../model/service.ts';
import { isStale } from './eligible.ts';
import { hash } from './strategies/hash.ts';
import type { RoutingView } from './view.ts';

type QueueTarget = Extract<Target, { kind: 'queue' }>;

/** One site's own queue, and why it was this one. */
export interface ChosenQueue {
  readonly siteId: string;
  readonly queue: string;
  readonly why: string;
}

interface Candidate {
  readonly siteId: string;
  /** Null: nothing is known of it (no adapter has ever shown it). */
  readonly state: QueueState | null;
  readonly fresh: boolean;
}

/**
 * One of several sites' own queues. Of fresh sites alone, as long as there is one; a stale site's only if its trunk answers and
 * nothing fresh is left. Ties go by the site's name. Null: no trunk to any of them is up, or no site has such a queue.
 */
export function chooseQueue(target: QueueTarget, view: RoutingView, callId: string): ChosenQueue | null {
  const open = candidatesOf(target, view).filter(({ siteId }) => view.trunkUp(siteId));
  const fresh = open.filter((candidate) => candidate.fresh);
  if (fresh.length > 0) return choose(target.by, target, fresh, callId, '');
  return choose(target.by, target, open, callId, 'no fresh site; ');
}

/**
 * While the database does not answer: by percent over the trunks that are up, for nobody knows what is true at the sites. The
 * view is the edge's own copy, and tells only which sites have the queue.
 */
export function chooseDefaultQueue(target: QueueTarget, view: RoutingView, callId: string): ChosenQueue | null {
  const open = candidatesOf(target, view).filter(({ siteId }) => view.trunkUp(siteId));
  return choose('percent', target, open, callId, '');
}

function candidatesOf(target: QueueTarget, view: RoutingView): Candidate[] {
  const sites = target.sites.length > 0 ? target.sites : [...view.sites.keys()];
  return [...new Set(sites)].sort().flatMap((siteId) => {
    const state = view.queues.get(queueIdOf(siteId, target.queue)) ?? null;
    // A site without an adapter shows nothing; whoever names it knows that the queue is there.
    const isMeant = state !== null || (target.sites.length > 0 && !view.sites.has(siteId));
    return isMeant ? [{ siteId, state, fresh: state !== null && !isStale(view, siteId) }] : [];
  });
}

function choose(
  by: QueueChoice,
  target: QueueTarget,
  candidates: readonly Candidate[],
  callId: string,
  before: string,
): ChosenQueue | null {
  if (candidates.length === 0) return null;
  const { siteId, why } = by === 'percent' ? byPercent(target, candidates, callId) : byFigure(by, candidates);
  return { siteId, queue: target.queue, why: `${before}${why}` };
}

/** The same call always gets the same answer; sites without a share get none while another has one. */
function byPercent(
  { percent }: QueueTarget,
  candidates: readonly Candidate[],
  callId: string,
): { siteId: string; why: string } {
  const given = candidates.map(({ siteId }) => Math.max(0, percent[siteId] ?? 0));
  const whole = given.reduce((sum, share) => sum + share, 0);
  const shares = whole > 0 ? given : candidates.map(() => 1);
  const total = whole > 0 ? whole : candidates.length;
  let left = (hash(callId) / 2 ** 32) * total;
  const at = shares.findIndex((share) => (left -= share) < 0);
  const chosen = candidates[at] ?? candidates.at(-1);
  const text = candidates.map(({ siteId }, i) => `${siteId} ${Math.round(((shares[i] ?? 0) / total) * 100)} %`);
  return { siteId: chosen?.siteId ?? '', why: `by percent: ${text.join(', ')}` };
}

/** Lowest first; null: nothing is known, which is last. */
function byFigure(
  by: 'expected_wait' | 'free_share',
  candidates: readonly Candidate[],
): { siteId: string; why: string } {
  const figure = by === 'expected_wait' ? queueWaitMs : (state: QueueState) => notFree(state);
  const judged = candidates.map(({ siteId, state }) => ({ siteId, figure: state && figure(state) }));
  const order = judged.sort(
    (a, b) => (a.figure ?? Infinity) - (b.figure ?? Infinity) || (a.siteId < b.siteId ? -1 : 1),
  );
  const text = order.map(({ siteId, figure: value }) => `${siteId} ${shown(by, value)}`);
  const title = by === 'expected_wait' ? 'least expected wait' : 'most free';
  return { siteId: order[0]?.siteId ?? '', why: `${title}: ${text.join(', ')}` };
}

/**
 * A site queue's own expected wait: callers before him x mean handle time / who is logged in; nothing while somebody is ready and
 * nobody waits. Null: nobody is logged in, or no call was handled lately.
 */
export function queueWaitMs({ waiting, ready, loggedIn, meanHandleMs }: QueueState): number | null {
  if (loggedIn === 0) return null;
  if (ready > waiting) return 0;
  return meanHandleMs === null ? null : Math.round(((waiting + 1 - ready) * meanHandleMs) / loggedIn);
}

const notFree = ({ ready, waiting, loggedIn }: QueueState): number | null =>
  loggedIn === 0 ? null : 1 - Math.max(0, ready - waiting) / loggedIn;

function shown(by: 'expected_wait' | 'free_share', figure: number | null): string {
  if (figure === null) return 'unknown';
  return by === 'expected_wait' ? `${Math.round(figure / 1_000)} s` : `${Math.round((1 - figure) * 100)} %`;
}
