import type { AgentId } from './agent.ts';

/** `free -> offer -> talk -> wrap_up -> free`, or `offer -> hold -> free`. */
export type ClaimPhase = 'free' | 'offer' | 'talk' | 'wrap_up' | 'hold';

/** Why an agent is held after an offer or a lost redirect. */
export type HoldReason = 'cancelled' | 'busy' | 'failed' | 'no_answer' | 'redirect_lost' | 'arrival';

/** One row an agent, existing before it is claimed. A row whose `expiresAtMs` has passed counts as free. */
export interface Reservation {
  readonly agentId: AgentId;
  readonly phase: ClaimPhase;
  /** The offer's id; empty when free. */
  readonly token: string;
  readonly callId: string;
  readonly edgeId: string;
  readonly holdReason: HoldReason | '';
  /** Database clock, epoch ms; 0 when free. */
  readonly expiresAtMs: number;
  readonly changedAtMs: number;
  /** End of our last talk with this agent; 0 when there was none. */
  readonly idleSinceMs: number;
  /** When he was last claimed; 0: never. */
  readonly claimedAtMs: number;
  /** Offers in a row that he let ring. */
  readonly noAnswers: number;
}

/** How long an agent is left alone after an offer that failed, by reason; ms. `noAnswerMs`: after the first that he let ring. */
export function holdMs(
  reason: Exclude<HoldReason, 'arrival' | 'redirect_lost'>,
  noAnswersInARow: number,
  noAnswerMs = 30_000,
): number {
  switch (reason) {
    case 'cancelled':
      return 500;
    case 'busy':
      return 5_000;
    case 'failed':
      return 10_000;
    case 'no_answer':
      return Math.min(noAnswerMs * 2 ** Math.max(0, noAnswersInARow - 1), Math.max(noAnswerMs, 480_000));
  }
}

/** Added to an originate's timeout, so that no phone rings under an expired claim. */
export const OFFER_MARGIN_MS = 2_000;
/** A talk lease: renewed at a third of it, so that those of a dead edge end within 10 s. */
export const TALK_LEASE_MS = 9_000;
/** Leases of adapters and edges, and the margin of clocks that every lease carries. */
export const ROLE_LEASE_MS = 5_000;
/** An edge silent for this long drops out of the match. */
export const EDGE_SILENT_MS = 3_000;

/** Whether a reservation row is free at `nowMs` (database clock). */
export const isFree = (r: Reservation | undefined, nowMs: number): boolean =>
  r === undefined || r.phase === 'free' || r.expiresAtMs <= nowMs;
