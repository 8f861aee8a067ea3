import { z } from 'zod';
import type { Outcome } from '../../../core/model/call.ts';
import type { CallCounts, IntervalCounts } from '../../../core/model/counts.ts';
import { atMs, count, spanMs, text } from './values.ts';

const OUTCOME_NAMES = {
  answered: 'answered',
  abandoned: 'abandoned',
  overflowed: 'overflowed',
  defaulted: 'defaulted',
  redirected: 'redirected',
  called_back: 'called_back',
  closed: 'closed',
  failed: 'failed',
} as const satisfies { readonly [O in Outcome]: O };

/** Every call ends with one of these. */
export const outcomeShape: z.ZodType<Outcome> = z.enum(OUTCOME_NAMES);

const counts = z.object({
  offered: count('calls that arrived: all outcomes together and those in progress'),
  inProgress: count('not ended yet'),
  outcomes: z.record(z.enum(OUTCOME_NAMES), count('calls')).meta({ description: 'by how they ended' }),
  reached: count('calls that reached an agent, live ones among them'),
  reachedInTime: count("reached within the service level's T"),
  abandonedLate: count('abandoned after T'),
  waitMs: spanMs('sum of the waits of those who were reached'),
  longestWaitMs: spanMs('longest of them'),
  abandonedWaitMs: spanMs('sum of the waits of those who gave up'),
  talks: count('talks that ended'),
  talkMs: spanMs('sum of the talks'),
});
export const countsShape: z.ZodType<CallCounts> = counts;

export const intervalShape: z.ZodType<IntervalCounts> = counts.extend({
  service: text('the service'),
  startMs: atMs('beginning of the quarter of an hour'),
});
