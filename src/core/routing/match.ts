import type { KnownAgent } from '../model/agent.ts';
import type { WaitingCall } from '../model/call.ts';
import { inTurn } from '../model/call.ts';
import { Floor } from './floor.ts';
import type { MatchOptions } from './matching.ts';
import { Matching } from './matching.ts';
import type { RoutingView } from './view.ts';

/** A call and the agent it should be offered to now. */
export interface Pair {
  readonly call: WaitingCall;
  readonly agent: KnownAgent;
}

export type { MatchOptions };

/**
 * Matches all waiting calls of all live edges, in their turn, with the agents who are free: the same function on every edge,
 * so that they agree without talking. A call that is being offered is left out, and so is an agent who is claimed.
 *
 * Each call takes the first of its candidates: its preferred agents, then the others in the order of its strategy. While its patience
 * lasts and one of them is staffed, only preferred ones are candidates. Who is alone in what a later call needs is kept for it: earlier
 * calls move to others that will do for them. A preferred agent goes to the call that prefers him, if the one before has another.
 */
export function match(view: RoutingView, options: MatchOptions): readonly Pair[] {
  const wanting = [...view.waiting.values()].filter((call) => !call.offering);
  if (wanting.length === 0 && options.floor === undefined) return [];
  const floor = options.floor ?? new Floor();
  floor.sync(view);
  if (wanting.length === 0 || floor.freeCount === 0) return [];
  floor.prepare(wanting, options.requirementOf);
  const matching = new Matching(view, floor, options);
  // Mostly everybody who waits waits for somebody who is busy: those need no order.
  const calls = inTurn(
    wanting.filter((call) => matching.hasCandidates(call)),
    view.nowMs,
  );
  for (const call of calls) {
    if (matching.taken.length === floor.freeCount) break;
    matching.serve(call);
  }
  return matching.wishes.flatMap(({ call, slot }): Pair[] => {
    const agent = floor.people.agents[slot];
    return agent === undefined ? [] : [{ call, agent }];
  });
}
