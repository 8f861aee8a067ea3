/** What a scenario is made of: distributions, arrivals, hours of work. */
import { z } from 'zod';
import type { Distribution } from '../core/stats/distributions.ts';
import { readMoment } from '../core/routing/moment.ts';
import type { WrittenMoment } from '../core/routing/moment.ts';
import { say } from './document.ts';
import { amount } from './routing-values.ts';
import { formatDuration, issuesOf, object, parseDuration, text, whole } from './values.ts';

const DAY = 86_400_000;
const KINDS =
  'write e.g. 5s, { exponential: 240s }, { lognormal: { mean: 240s, sd: 200s } } or { empirical: talks.txt }';
/** An interval list of a year in quarters of an hour. */
const MOST_INTERVALS = 35_136;
const MOST_VALUES = 1_000_000;

/** Reads a file that the scenario names; throws an Error that says why it cannot. */
export type OpenFile = (path: string) => string;

function refuse(
  context: z.RefinementCtx,
  message: string,
  cure: string,
  path: (string | number)[] = [],
): typeof z.NEVER {
  context.addIssue({ code: 'custom', message: say(message, cure), path });
  return z.NEVER;
}

/** A positive duration, or what is wrong with it. `least` 0 allows 0. */
function msOf(input: unknown, least: number): number | string {
  const ms = typeof input === 'string' ? parseDuration(input) : null;
  if (ms === null)
    return typeof input === 'number' ? `must be a duration: give the unit, ${input}s` : 'must be a duration';
  if (ms < least || ms > DAY) return `must be from ${formatDuration(least)} to 24h`;
  return ms;
}

/** How long something takes: a duration, or a group with the kind of its distribution. */
export const distribution = (open: OpenFile) =>
  z.unknown().transform((input, context): Distribution => {
    if (typeof input === 'string' || typeof input === 'number') {
      const ms = msOf(input, 0);
      return typeof ms === 'number' ? { kind: 'constant', ms } : refuse(context, ms, KINDS);
    }
    const entries = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : [];
    const [kind, of] = entries[0] ?? [];
    if (kind === undefined || entries.length !== 1) return refuse(context, 'must be one distribution', KINDS);
    switch (kind) {
      case 'constant':
      case 'exponential': {
        const ms = msOf(of, kind === 'constant' ? 0 : 1);
        if (typeof ms === 'string') return refuse(context, ms, 'write e.g. 240s (ms, s, m, h)', [kind]);
        return kind === 'constant' ? { kind, ms } : { kind, meanMs: ms };
      }
      case 'lognormal':
        return lognormal(of, context);
      case 'empirical':
        return empirical(of, open, context);
      default:
        return refuse(context, `"${kind.slice(0, 40)}" is no distribution`, KINDS, [kind]);
    }
  });

function lognormal(of: unknown, context: z.RefinementCtx): Distribution {
  const part = z.unknown().transform((input, inner): number => {
    const ms = msOf(input, 1);
    return typeof ms === 'number' ? ms : refuse(inner, ms, 'write e.g. 240s (ms, s, m, h)');
  });
  const schema = object({ mean: part, sd: part }, '{ mean: 240s, sd: 200s }');
  const issues = issuesOf(schema, of);
  for (const issue of issues) context.addIssue({ ...issue, path: ['lognormal', ...issue.path] });
  if (issues.length > 0) return z.NEVER;
  const { mean, sd } = schema.parse(of);
  return { kind: 'lognormal', meanMs: mean, sdMs: sd };
}

/** A list of durations, or a file with one a line; there, a bare number is seconds. */
function empirical(of: unknown, open: OpenFile, context: z.RefinementCtx): Distribution {
  const cure = 'write a list like [12s, 95s], or a file with one duration a line';
  let lines: readonly unknown[];
  if (typeof of === 'string') {
    try {
      lines = open(of)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .map((line) => (/^\d+(\.\d+)?$/.test(line) ? `${line}s` : line));
    } catch (error) {
      return refuse(context, `${of}: ${error instanceof Error ? error.message : String(error)}`, cure, ['empirical']);
    }
  } else lines = Array.isArray(of) ? of : [];
  if (lines.length === 0 || lines.length > MOST_VALUES)
    return refuse(context, `must have from 1 to ${MOST_VALUES} durations`, cure, ['empirical']);
  const values: number[] = [];
  for (const [index, line] of lines.entries()) {
    const ms = msOf(line, 0);
    if (typeof ms === 'string') {
      const place = typeof of === 'string' ? `${of}, duration ${index + 1}: ` : '';
      return refuse(context, `${place}${ms}`, cure, typeof of === 'string' ? ['empirical'] : ['empirical', index]);
    }
    values.push(ms);
  }
  return { kind: 'empirical', values: values.sort((a, b) => a - b) };
}

/** Expected calls in each interval: one number, or a list that begins again after its end. */
export const callsAnInterval = () =>
  z.unknown().transform((input, context): readonly number[] => {
    const calls: readonly unknown[] = Array.isArray(input) ? input : [input];
    if (calls.length === 0 || calls.length > MOST_INTERVALS)
      return refuse(context, `must have from 1 to ${MOST_INTERVALS} intervals`, 'write e.g. [12, 15, 9.5]');
    return calls.map((count, index): number => {
      if (typeof count === 'number' && count >= 0 && count <= 1e7) return count;
      const path = Array.isArray(input) ? [index] : [];
      return refuse(context, 'must be a number of calls from 0 to 10000000', 'write e.g. 120', path);
    });
  });

/** A date (its midnight) or a time on the wall of the scenario's zone, or with its own offset. */
export const moment = () =>
  z.unknown().transform((input, context): WrittenMoment => {
    const written = typeof input === 'string' ? readMoment(/T|\d /.test(input) ? input : `${input}T00:00`) : null;
    return written ?? refuse(context, 'must be a date or a time', 'write e.g. 2026-03-02 or 2026-03-02T08:00');
  });

/** Longer than a duration of the settings: a scenario lasts days. */
export const days = (example: string, most: number) =>
  z.unknown().transform((input, context): number => {
    const match = typeof input === 'string' ? /^(\d+(?:\.\d+)?)d$/.exec(input.trim()) : null;
    const ms = match ? Number(match[1]) * DAY : typeof input === 'string' ? parseDuration(input) : null;
    if (ms !== null && ms >= 0 && ms <= most * DAY) return ms;
    const written = typeof input === 'number' ? String(input) : typeof input === 'string' ? input.trim() : '';
    if (/^\d+(\.\d+)?$/.test(written))
      return refuse(context, 'must be a duration', `give the unit: ${written}s, ${written}h or ${written}d`);
    return refuse(context, `must be from 0s to ${most}d`, `write e.g. ${example} (s, m, h, d)`);
  });

export const share = (example: number) => amount(0, 1, String(example));

export const agentName = () =>
  text('anna', /^[A-Za-z0-9][A-Za-z0-9_./-]{0,60}$/, 'a name of letters, digits, _ . / and -');

export const count = () => whole(1, 100_000, 20);
