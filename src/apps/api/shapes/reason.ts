import { z } from 'zod';
import type { HoldReason } from '../../../core/model/claim.ts';
import type { Reason, ReasonCode } from '../../../core/model/decision.ts';
import { REASONS } from '../../../core/explain/reasons.ts';
import { amount, atMs, count, oneOf, text } from './values.ts';

export const REASON_CODES = Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]];

const HOLDS = ['cancelled', 'busy', 'failed', 'no_answer', 'redirect_lost', 'arrival'] as const satisfies HoldReason[];

const bare = <const C extends string>(code: C) => z.object({ code: z.literal(code) });

export const reasonShape: z.ZodType<Reason> = z
  .discriminatedUnion('code', [
    bare('skill_missing').extend({
      skill: text('what is asked for'),
      required: amount('the level asked for'),
      level: amount('the level that he has; 0: none'),
    }),
    bare('requirement_not_met').extend({ term: text('what is asked for and he is not') }),
    bare('site_stale'),
    bare('trunk_down'),
    bare('no_address'),
    bare('logged_out'),
    bare('paused').extend({ reason: text("why he pauses; ''") }),
    bare('status_unknown'),
    bare('ringing'),
    bare('talking'),
    bare('wrap_up').extend({ untilMs: atMs('when it ends; 0: not known') }),
    bare('unreachable'),
    bare('activity_unknown'),
    bare('claimed').extend({
      callId: text('by which call'),
      phase: oneOf(['offer', 'talk'], 'offer: he is rung for it'),
    }),
    bare('held').extend({ reason: oneOf(HOLDS, 'what he is left alone after'), untilMs: atMs('when it ends') }),
    bare('site_queue_waiting').extend({ queue: text('of his site'), waiting: count('callers in it') }),
    bare('not_preferred').extend({ untilMs: atMs('so long the call waits for an agent of its own') }),
    bare('taken_by_earlier_call').extend({ callId: text('the call that goes first') }),
  ])
  .meta({ description: 'why an agent could not take a call' });

/** Why, for programs and for people. */
export const whyNot = {
  reasons: z.array(reasonShape),
  says: z.array(z.string()).meta({ description: 'the same in words, one a reason' }),
};

export const countsByReason = z
  .partialRecord(z.enum(REASON_CODES), count('agents'))
  .meta({ description: 'all others, counted by their first reason' });
