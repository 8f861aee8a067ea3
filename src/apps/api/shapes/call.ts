import { z } from 'zod';
import type { CallFact, IpntStatus, OfferOutcome, OfferReason } from '../../../core/model/call.ts';
import type { ExplainedEvent } from '../../../core/explain/call.ts';
import type { CallSummary } from '../../../core/model/call-summary.ts';
import { outcomeShape } from './counts.ts';
import { decisionShape, strategyShape } from './decision.ts';
import { countsByReason } from './reason.ts';
import { targetShape } from './service.ts';
import { amount, atMs, count, flag, oneOf, spanMs, text } from './values.ts';

export const callSummaryShape: z.ZodType<CallSummary> = z.object({
  callId: text('its id'),
  edgeId: text('where it arrived'),
  service: text("what it asked for last; ''"),
  ani: text("the caller's number as the trunk sent it, masked for whoever may not see callers; '' for none"),
  dnis: text('the number dialled'),
  customerId: text("who called, where he was found and may be seen; else ''"),
  arrivedAtMs: atMs('when it came'),
  endedAtMs: atMs('null: in progress').nullable(),
  agentId: text("who took it last; ''"),
  siteId: text("his site; ''"),
  waitMs: spanMs('until it reached an agent').nullable(),
  talkMs: spanMs('the talk').nullable(),
  offers: count('how many agents were rung'),
  outcome: outcomeShape.nullable().meta({ description: 'null: in progress' }),
  status: text("what the dialplan was told; ''"),
});

const STATUSES = [
  ...(['HANGUP', 'ANSWERED', 'TIMEOUT', 'NOAGENTS', 'FULL', 'CLOSED', 'REDIRECTED', 'OVERFLOW'] as const),
  ...(['CALLBACK', 'KEY', 'ERROR'] as const),
] satisfies IpntStatus[];
const OFFER_OUTCOMES = ['answered', 'busy', 'no_answer', 'failed', 'cancelled'] as const satisfies OfferOutcome[];
const OFFER_REASONS = [
  ...(['answered', 'busy', 'declined', 'no_answer', 'unreachable', 'not_found', 'trunk_down', 'congestion'] as const),
  ...(['forwarded', 'caller_left', 'wait_over', 'claim_lost', 'error'] as const),
] satisfies OfferReason[];

const fact = <const K extends CallFact['kind'], S extends z.core.$ZodLooseShape>(kind: K, shape: S) =>
  z.object({ kind: z.literal(kind), ...shape });
const agent = { agent: text("the agent's id") };
const place = { ...agent, site: text('his site') };

export const factShape: z.ZodType<CallFact> = z
  .discriminatedUnion('kind', [
    fact('arrived', {
      edge: text('where'),
      service: text("what the dialplan named; ''"),
      ani: text("the caller's number, masked for whoever may not see callers"),
      dnis: text('the number dialled'),
      channel: text("the caller's channel"),
      requirement: text('what it asks for'),
      priority: amount('higher goes first'),
    }),
    fact('decided', { decision: decisionShape }),
    fact('claimLost', agent),
    fact('offered', { offer: text('its id'), ...place, ringMs: spanMs('so long at most') }),
    fact('offerEnded', {
      offer: text('its id'),
      ...agent,
      outcome: oneOf(OFFER_OUTCOMES, 'how it ended'),
      reason: oneOf(OFFER_REASONS, 'more exactly'),
      cause: amount('cause of the PBX (Q.850); 0: none'),
      techCause: amount('SIP status; 0: none'),
      rangMs: spanMs('so long it rang'),
    }),
    fact('bridged', { ...place, waitMs: spanMs('since the arrival'), recording: text("its file; ''") }),
    fact('redirected', { ...place, contact: text('where it was sent') }),
    fact('continued', place),
    fact('transferredAtSite', place),
    fact('stepped', {
      step: count('of the service, from 1'),
      skipped: flag('it was passed over'),
      requirement: text('what it asks for from then on'),
      priority: amount('from then on'),
      strategy: strategyShape,
      why: text('why then'),
    }),
    fact('overflowed', { to: targetShape, chosenSite: text("of a queue; ''"), why: text("why; ''") }),
    fact('customerFound', {
      source: text('where he was looked up'),
      customerId: text("'' where he is not known; *** where he may not be seen"),
      name: text("'' where he may not be seen"),
      tookMs: spanMs('the look-up'),
      problem: text("why nobody could be looked up; ''"),
    }),
    fact('keyPressed', { key: text('which'), action: oneOf(['leave', 'callback'], 'what it does') }),
    fact('callbackAsked', { number: text('where to, masked for whoever may not see callers') }),
    fact('callbackTried', {
      attempt: count('from 1'),
      result: oneOf(['answered', 'busy', 'no_answer', 'failed'], 'what came of it'),
    }),
    fact('requeued', { ...agent, service: text('where to') }),
    fact('incident', { code: text('what'), detail: text('for engineers') }),
    fact('returned', {
      status: oneOf(STATUSES, 'what the dialplan was told'),
      waitMs: spanMs('since the arrival'),
      detail: text("why; ''"),
    }),
    fact('ended', {
      outcome: outcomeShape,
      by: oneOf(['caller', 'agent', 'router', 'unknown'], 'who ended it'),
      talkMs: spanMs('the talk'),
    }),
  ])
  .meta({ description: 'what happened' });

/** One attempt to ring an agent, put together from what was recorded of it. */
export interface OfferLine {
  readonly offer: string;
  readonly agentId: string;
  readonly siteId: string;
  readonly atMs: number;
  /** How long it was to ring at most. */
  readonly ringMs: number;
  /** Null: it has not ended. */
  readonly end: {
    readonly atMs: number;
    readonly outcome: OfferOutcome;
    readonly reason: OfferReason;
    readonly rangMs: number;
  } | null;
}

const offerShape: z.ZodType<OfferLine> = z.object({
  offer: text('its id'),
  agentId: text('who was rung'),
  siteId: text('his site'),
  atMs: atMs('when'),
  ringMs: spanMs('so long at most'),
  end: z
    .object({
      atMs: atMs('when'),
      outcome: oneOf(OFFER_OUTCOMES, 'how it ended'),
      reason: oneOf(OFFER_REASONS, 'more exactly'),
      rangMs: spanMs('so long it rang'),
    })
    .nullable()
    .meta({ description: 'null: it has not ended' }),
});

/** One fact with what the story says of it. */
export type ToldEvent = Omit<ExplainedEvent, 'callId'>;

/** Ids that occur in a call, and what they are called. */
export interface OccurringTitles {
  readonly agents: Readonly<Record<string, string>>;
  readonly sites: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, string>>;
}

export interface CallDetail {
  readonly summary: CallSummary;
  /** What was asked for, in words. */
  readonly story: readonly string[];
  readonly events: readonly ToldEvent[];
  readonly offers: readonly OfferLine[];
  readonly titles: OccurringTitles;
}

const named = (what: string) =>
  z.record(z.string(), z.string()).meta({ description: `id to title, of those ${what} that occur` });

export const callDetailShape: z.ZodType<CallDetail> = z.object({
  summary: callSummaryShape,
  story: z.array(z.string()).meta({ description: 'what was asked for, in words' }),
  events: z.array(
    z.object({
      seq: count('its place'),
      atMs: atMs('when'),
      fact: factShape,
      says: z.array(z.string()).meta({ description: 'the same in words; empty where another fact tells it' }),
      waited: z
        .object({ ahead: count('calls for the same people ahead in the line'), reasons: countsByReason })
        .nullable()
        .optional()
        .meta({ description: 'of a decision: why the call waited; null: somebody was chosen' }),
    }),
  ),
  offers: z.array(offerShape),
  titles: z.object({ agents: named('agents'), sites: named('sites'), services: named('services') }),
});
