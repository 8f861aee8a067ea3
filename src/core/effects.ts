import type { AgentId } from './model/agent.ts';
import type { CallFact, CallRequest, Customer } from './model/call.ts';
import type { HoldReason } from './model/claim.ts';
import type { Target } from './model/service.ts';
import type { StageChange } from './routing/steps.ts';

/** The agent of a match, with what is needed to ring him. */
export interface Chosen {
  readonly agentId: AgentId;
  readonly siteId: string;
  readonly title: string;
  readonly address: string;
  /** This edge knows a contact for a 302 to his site; without one a `redirect` is delivered as a bridge. */
  readonly redirectable: boolean;
  /** His own wrap-up; null: the service's. */
  readonly wrapUpMs: number | null;
}

/** What a claim becomes. Imperative twin of the store's phases. */
export type ClaimStep =
  | { readonly phase: 'talk' }
  | { readonly phase: 'wrap_up'; readonly leaseMs: number }
  | { readonly phase: 'hold'; readonly holdReason: HoldReason; readonly leaseMs: number }
  /** By the reason's own length; no-answers by the service's, growing with those in a row. */
  | {
      readonly phase: 'hold';
      readonly holdReason: Exclude<HoldReason, 'arrival' | 'redirect_lost'>;
      readonly leaseMs: null;
      readonly noAnswerMs: number;
    };

/** What the life of a call may ask for; the edge app carries it out and reports back with inputs. */
export type CallEffect =
  | { readonly kind: 'record'; readonly fact: CallFact }
  /** Who is calling, and whom does he know? */
  | { readonly kind: 'identify' }
  | { readonly kind: 'place' }
  /** It has its place; what it asks for has changed. */
  | { readonly kind: 'changePlace' }
  | { readonly kind: 'leaveLine' }
  | { readonly kind: 'matchAgain' }
  | { readonly kind: 'treat'; readonly music: string }
  /** Tells the caller his place in line and what else the service says. */
  | { readonly kind: 'announce' }
  /** A promise to call the caller back is to be kept, or refused. */
  | { readonly kind: 'askCallback' }
  /** Rings the customer who is called back; the leg is an offer's twin. */
  | { readonly kind: 'callCustomer'; readonly legId: string; readonly timeoutMs: number }
  /** The customer answered: he is the caller from now on. */
  | { readonly kind: 'customerIsHere'; readonly legId: string }
  /** Tries made so far, for whoever takes over. */
  | { readonly kind: 'keepCallback'; readonly tries: number; readonly afterMs: number }
  | { readonly kind: 'endCallback'; readonly how: 'done' | 'failed' }
  /** The caller waits again: nobody but us keeps him from his absolute timeout. */
  | { readonly kind: 'keepAlive' }
  | { readonly kind: 'claim'; readonly agentId: AgentId; readonly token: string; readonly leaseMs: number }
  /** `leaseMs` null: by the reason's own length, growing with the no-answers in a row. */
  /** `anew`: nobody kept it for a while, and its lease may be over. */
  | {
      readonly kind: 'advance';
      readonly agentId: AgentId;
      readonly token: string;
      readonly step: ClaimStep;
      readonly anew?: boolean;
    }
  | { readonly kind: 'ring'; readonly offerId: string; readonly chosen: Chosen; readonly timeoutMs: number }
  | { readonly kind: 'cancelRing'; readonly offerId: string; readonly elsewhere: boolean }
  | { readonly kind: 'whisper'; readonly offerId: string; readonly place: string }
  /** `keys`: those of the talk are told. */
  | { readonly kind: 'bridge'; readonly offerId: string; readonly recording: string; readonly keys: boolean }
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

export type CallTimer = 'maxWait' | 'ring' | 'arrival' | 'closing' | 'announce' | 'callback';

/** What happened to a call, for its reducer. */
export type CallInput =
  | {
      readonly kind: 'identified';
      readonly customer: Customer | null;
      readonly preferred: readonly AgentId[];
      readonly tookMs: number;
      readonly problem: string;
    }
  | { readonly kind: 'placed'; readonly arrivedAtMs: number }
  | { readonly kind: 'stepped'; readonly change: StageChange }
  /** It leaves the service. `route` is what the dialplan is told (`place:`, `number:`, `dial:`); '' when nothing could be found. */
  | {
      readonly kind: 'overflowed';
      readonly target: Target;
      readonly route: string;
      readonly chosenSite: string;
      readonly why: string;
    }
  /** It waits on by other rules: those of another service, or its own as they are now. */
  | { readonly kind: 'movedTo'; readonly request: CallRequest; readonly target: Target | null; readonly why: string }
  | { readonly kind: 'keyPressed'; readonly key: string }
  | { readonly kind: 'callbackKept'; readonly result: 'ok' | 'refused'; readonly number: string }
  /** Nobody is called back now: out of hours. */
  | { readonly kind: 'postponed'; readonly afterMs: number }
  /** The agent sends the caller back to the line. */
  | { readonly kind: 'requeue' }
  | { readonly kind: 'matched'; readonly chosen: Chosen }
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
  | {
      readonly kind: 'giveUp';
      readonly status: 'ERROR' | 'NOAGENTS' | 'FULL';
      readonly detail: string;
      readonly route?: string;
    }
  | { readonly kind: 'timerFired'; readonly timer: CallTimer };
