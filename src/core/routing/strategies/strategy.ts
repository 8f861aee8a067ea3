import type { KnownAgent } from '../../model/agent.ts';
import type { Reservation } from '../../model/claim.ts';
import type { SiteTerms } from '../../model/routing.ts';

/** What a site strategy may look at. */
export interface SiteAsked {
  readonly callId: string;
  readonly terms: SiteTerms;
  /** Eligible agents of the site / its staffed ones, of those who meet the requirement, as the match began; 0 to 1. */
  readonly freeShare: number;
}

/**
 * How the agents who could take a call are ordered: one number each, lowest first. Equal ones go by who has been idle longest, then by
 * the agent's id, so that every order is total. `by` says what the number depends on; a match asks for it no more often than that.
 */
export type Strategy =
  /** The agent's rows alone. `shown` is what the number means at a time: it keeps the order, equal numbers included. */
  | {
      readonly by: 'agent';
      readonly key: (agent: KnownAgent, reservation: Reservation | undefined) => number;
      readonly shown?: (key: number, nowMs: number) => number;
    }
  /** The sum of the agent's levels in the skills that the requirement names, each counted once. */
  | { readonly by: 'skills'; readonly key: (levelSum: number) => number }
  /** The agent's site, and with `ofCall` the call too. */
  | { readonly by: 'site'; readonly ofCall: boolean; readonly key: (siteId: string, asked: SiteAsked) => number }
  /** The agent and the call, each as a seed (`hash`). */
  | { readonly by: 'chance'; readonly key: (agentSeed: number, callSeed: number) => number };
