import type { AgentId } from './model/agent.ts';
import type { CallFact } from './model/call.ts';
import type { HoldReason } from './model/claim.ts';
import type { Decision } from './model/decision.ts';

/** The agent of a match, with what is needed to ring him. */
export interface Chosen {
  readonly agentId: AgentId;
  readonly siteId: string;
  readonly title: string;
  readonly address: string;
  /** This edge knows a contact for a 302 to his site; without one a `redirect` is delivered as a bridge. */
  readonly redirectable: boolean;
}

/** What a claim becomes. Imperative twin of the store's phases. */
export type ClaimStep =
  | { readonly phase: 'talk' }
  | { readonly phase: 'wrap_up'; readonly leaseMs: number }
  | { readonly phase: 'hold'; readonly holdReason: HoldReason; readonly leaseMs: number | null };

/** What the life of a call may ask for; the edge app carries it out and reports back with inputs. */
export type CallEffect =
  | { readonly kind: 'record'; readonly fact: CallFact }
  | { readonly kind: 'place' }
  | { readonly kind: 'leaveLine' }
  | { readonly kind: 'matchAgain' }
  | { readonly kind: 'treat'; readonly music: string }
  | { readonly kind: 'claim'; readonly agentId: AgentId; readonly token: string; readonly leaseMs: number }
  /** `leaseMs` null: by the reason's own length, growing with the no-answers in a row. */
  | { readonly kind: 'advance'; readonly agentId: AgentId; readonly token: string; readonly step: ClaimStep }
  | { readonly kind: 'ring'; readonly offerId: string; readonly chosen: Chosen; readonly timeoutMs: number }
  | { readonly kind: 'cancelRing'; readonly offerId: string; readonly elsewhere: boolean }
  | { readonly kind: 'whisper'; readonly offerId: string; readonly place: string }
  | { readonly kind: 'bridge'; readonly offerId: string; readonly recording: string }
  | { readonly kind: 'hangupAgent'; readonly offerId: string }
  | { readonly kind: 'hangupCaller' }
  | { readonly kind: 'setVariables'; readonly variables: Readonly<Record<string, string>> }
  /** Sets the variables, then goes on in the dialplan where `Stasis()` stood. */
  | { readonly kind: 'giveBack'; readonly variables: Readonly<Record<string, string>> }
  /** Sets the variables, then sends the 302: it ends the caller's channel, and a hang-up handler reads them. */
  | { readonly kind: 'redirect'; readonly chosen: Chosen; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'dialInDialplan'; readonly chosen: Chosen; readonly timeoutMs: number }
  | { readonly kind: 'startTimer'; readonly timer: CallTimer; readonly ms: number }
  | { readonly kind: 'stopTimer'; readonly timer: CallTimer }
  /** Nothing more will come of this call: forget it. */
  | { readonly kind: 'forget' };

export type CallTimer = 'maxWait' | 'ring' | 'arrival' | 'closing';

/** What happened to a call, for its reducer. */
export type CallInput =
  | { readonly kind: 'placed'; readonly arrivedAtMs: number }
  | { readonly kind: 'matched'; readonly chosen: Chosen; readonly decision: Decision }
  | { readonly kind: 'claimAnswered'; readonly token: string; readonly result: 'won' | 'lost' | 'failed' }
  | { readonly kind: 'ringRefused'; readonly offerId: string }
  | { readonly kind: 'offerRinging'; readonly offerId: string }
  | { readonly kind: 'offerAnswered'; readonly offerId: string }
  | { readonly kind: 'offerGone'; readonly offerId: string; readonly cause: number; readonly techCause: number }
  | { readonly kind: 'whispered'; readonly offerId: string; readonly ok: boolean }
  | { readonly kind: 'bridged'; readonly offerId: string; readonly ok: boolean }
  | { readonly kind: 'tokenLost'; readonly token: string }
  /** The site shows the agent idle while our leg still stands: he handed the caller on. */
  | { readonly kind: 'transferredAtSite' }
  | { readonly kind: 'callerLeft'; readonly hungUp: boolean }
  | { readonly kind: 'redirectAnswered'; readonly ok: boolean }
  /** The site shows the redirected agent ringing or busy. */
  | { readonly kind: 'arrivedAtSite' }
  /** The dialplan dialled and came back (`continue` delivery); '' when the caller hung up meanwhile. */
  | { readonly kind: 'dialReported'; readonly dialStatus: string }
  | { readonly kind: 'giveUp'; readonly status: 'ERROR' | 'NOAGENTS' | 'FULL' | 'CLOSED'; readonly detail: string }
  | { readonly kind: 'timerFired'; readonly timer: CallTimer };
