/** What the rules of a service are made of, as a manager writes it. */
import { z } from 'zod';
import { IpntError } from '../core/errors.ts';
import { parsePattern } from '../core/model/dial-pattern.ts';
import { MEASURES, STRATEGIES } from '../core/model/service.ts';
import type { Comparison, KeyAction, Measure, MeasureCondition, StrategyName, Target } from '../core/model/service.ts';
import { parseRequirement } from '../core/routing/requirement.ts';
import { AS_WRITTEN, nearest, say } from './document.ts';
import { formatDuration, groups, hasControls, issuesOf, object, oneOf, parseDuration, text, whole } from './values.ts';

/** Ends as a skill does: a service without a requirement asks for the queue of its name. */
export const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?$/;
const SITE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
const QUEUE = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}$/;
const PLACE = /^[A-Za-z0-9_-]+\^[A-Za-z0-9_.*#+-]+\^[A-Za-z0-9_-]+$/;

const place = () => text('"queue-voicemail^s^1"', PLACE, 'a place of the dialplan, context^exten^priority');

/** Adds an issue and ends a transform. */
function refuse(context: z.RefinementCtx, message: string, cure: string): typeof z.NEVER {
  context.addIssue({ code: 'custom', message: say(message, cure) });
  return z.NEVER;
}

/** A number as it is dialled. YAML reads a bare one as a number, and loses its zeros and plus: quotes are asked for. */
export const dialled = () =>
  z.unknown().transform((input, context): string => {
    if (typeof input === 'string' && input.startsWith('_')) {
      const pattern = input.length > 80 ? 'the pattern is too long' : parsePattern(input);
      if (typeof pattern !== 'string') return input;
      return refuse(context, `"${input.slice(0, 80)}": ${pattern}`, 'write it as in a dialplan, e.g. "_+4930XX."');
    }
    if (typeof input === 'string' && /^\+?[A-Za-z0-9 ().*#_/-]{1,64}$/.test(input)) {
      if (!/^\+.*\*./.test(input)) return input;
      return refuse(context, `"${input}" has a * within`, 'a prefix has it at its end: "+4930*"');
    }
    const cure =
      typeof input === 'number'
        ? `write it in quotes: "${AS_WRITTEN}"`
        : 'write e.g. "+49301234567", "+4930*" or "_+4930XX."';
    return refuse(context, 'must be a dialled number in quotes', cure);
  });

/** A requirement; the fault names the character. */
export const requirement = () =>
  text('"support and lang_fr>=3"').superRefine((value, context) => {
    if (hasControls(value)) return;
    try {
      parseRequirement(value);
    } catch (error) {
      if (!(error instanceof IpntError)) throw error;
      // The mark under the character needs a line of its own; a fault has one, so it names the character.
      const message = `does not parse at ${error.where}: ${error.detail.split('\n')[0]}`;
      context.addIssue({ code: 'custom', message: say(message, 'see README, "Requirements"') });
    }
  });

/** `[berlin, paris]`, or `any` as an empty list. */
export const sites = () =>
  z.unknown().transform((input, context): readonly string[] => {
    if (input === 'any') return [];
    if (!Array.isArray(input) || input.length === 0)
      return refuse(context, 'must be a list of sites', 'write e.g. [berlin, paris], or any');
    const wrong = input.find((site) => typeof site !== 'string' || !SITE.test(site)) as unknown;
    return wrong === undefined
      ? (input as string[])
      : refuse(context, `"${shown(wrong)}" is no name of a site`, 'write e.g. [berlin, paris], or any');
  });

export const siteName = () => text('berlin', SITE, 'a name of letters, digits, _ and - (32 at most)');
export const serviceName = () => text('support', NAME, 'a name of letters, digits, _ and -');

/** One of the strategies; whoever slips is told the nearest. */
export const strategy = () =>
  z.unknown().transform((input, context): StrategyName => {
    const known = STRATEGIES.find((name) => name === input);
    if (known !== undefined) return known;
    const near = nearestStrategy(shown(input));
    const cure = near === undefined ? `write one of ${STRATEGIES.join(', ')}` : `did you mean "${near}"?`;
    return refuse(context, `there is no strategy "${shown(input)}"`, cure);
  });

function nearestStrategy(written: string): string | undefined {
  const plain = written.toLowerCase().replaceAll(/[\s-]+/g, '_');
  if (plain.length < 4) return undefined;
  return (
    nearest(STRATEGIES, plain) ??
    STRATEGIES.find((name) => name.includes(plain) || plain.includes(name)) ??
    STRATEGIES.find((name) => name.split('_').some((word) => word.length > 4 && plain.split('_').includes(word)))
  );
}

/** A number that need not be whole. */
export function amount(min: number, max: number, example: string) {
  const wrong = say(`must be a number from ${min} to ${max}`, `write e.g. ${example}`);
  return z.number({ error: wrong }).min(min, wrong).max(max, wrong);
}

const shown = (input: unknown): string => (typeof input === 'object' ? 'a group' : String(input).slice(0, 40));

/** `ewt > 120s and waiting >= 5`. */
export const conditions = () =>
  z.unknown().transform((input, context): readonly MeasureCondition[] => {
    if (typeof input !== 'string') return refuse(context, 'must be a condition', CONDITION_CURE);
    const found: MeasureCondition[] = [];
    let at = 0;
    for (const part of input.split(/(\s+and\s+|\s*&\s*)/i)) {
      if (!/^(\s+and\s+|\s*&\s*)$/i.test(part)) {
        const condition = conditionOf(part);
        if (typeof condition === 'string') {
          const character = at + (/^\s*/.exec(part)?.[0].length ?? 0) + 1;
          return refuse(context, `does not parse at character ${character}: ${condition}`, CONDITION_CURE);
        }
        found.push(condition);
      }
      at += part.length;
    }
    return found;
  });

const CONDITION_CURE = `write e.g. "ewt > 120s and waiting >= 5" (${MEASURES.join(', ')})`;

/** One condition, or what is wrong with it. */
function conditionOf(part: string): MeasureCondition | string {
  const [, name = '', operator = '', value = ''] = /^\s*([a-z_]+)\s*(>=|<=|!=|=|>|<)\s*(\S+)\s*$/i.exec(part) ?? [];
  if (name === '')
    return /\s(or|not)\s|\|/i.test(part) ? 'conditions are joined by "and" alone' : `"${part.trim()}" is no condition`;
  const measure = MEASURES.find((known) => known === name.toLowerCase());
  if (measure === undefined) return `there is no "${name}"`;
  const number = measured(measure, value);
  return typeof number === 'string' ? number : { measure, operator: operator as Comparison, value: number };
}

function measured(measure: Measure, text: string): number | string {
  if (measure === 'ewt') return parseDuration(text) ?? `"${text}" is no duration like 120s`;
  if (measure === 'service_level') return shareOf(text) ?? `"${text}" is no share: write 80% or 0.8`;
  return /^\d{1,9}$/.test(text) ? Number(text) : `"${text}" is no whole number`;
}

/** 0 to 1, written so or in percent; null when it is none. */
function shareOf(text: string): number | null {
  const share = /^\d+(\.\d+)?(e-\d+)?$/.test(text) ? Number(text) : percentOf(text);
  return share <= 1 ? share : null;
}

const percentOf = (text: string): number =>
  /^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN;

/** `80%` or 0.8. */
export const share = () =>
  z.unknown().transform((input, context): number => {
    const found = typeof input === 'string' || typeof input === 'number' ? shareOf(String(input)) : null;
    return found ?? refuse(context, 'must be a share from 0% to 100%', 'write e.g. 80%');
  });

/** In percent where that reads back as the same. */
export function shareText(value: number): unknown {
  const text = `${Number((value * 100).toPrecision(12))}%`;
  return percentOf(text) === value ? text : value;
}

export const conditionsText = (all: readonly MeasureCondition[]): string =>
  all
    .map(
      ({ measure, operator, value }) => `${measure} ${operator} ${measure === 'ewt' ? formatDuration(value) : value}`,
    )
    .join(' and ');

const queueTarget = object(
  {
    name: text('support', QUEUE, 'the name of a queue'),
    sites: sites().optional(),
    by: oneOf(['expected_wait', 'percent', 'free_share']).optional(),
    percent: groups(
      siteName(),
      whole(0, 100, 50),
      'must be a group: site to its percentage',
      'write e.g. { paris: 70, rome: 30 }',
    ).optional(),
  },
  '{ name: support, sites: [paris, rome], by: expected_wait }',
);

const TARGET_CURE =
  'write { queue: support }, { service: sales }, { number: "+49301234567" } or { place: "ctx^exten^1" }';
const NUMBER = /^\+?[0-9A-Za-z*#]{1,40}$/;

/** Where a call goes that leaves its service. */
export const target = () =>
  z.unknown().transform((input, context): Target => {
    const isGroup = typeof input === 'object' && input !== null && !Array.isArray(input);
    const [[kind, inner] = ['', undefined], ...more] = isGroup ? Object.entries(input) : [];
    if (more.length > 0 || !['place', 'number', 'service', 'queue'].includes(kind))
      return refuse(context, 'must be one target', TARGET_CURE);
    const within = <S extends z.ZodType>(schema: S): z.output<S> | null => {
      const issues = issuesOf(schema, inner);
      for (const one of issues) context.addIssue({ ...one, path: [kind, ...one.path] });
      return issues.length > 0 ? null : schema.parse(inner);
    };
    if (kind === 'place') return { kind, place: within(place()) ?? '' };
    if (kind === 'service') return { kind, service: within(serviceName()) ?? '' };
    if (kind === 'number') {
      if (typeof inner === 'number') {
        const message = say('must be a number in quotes', `write it in quotes: "${AS_WRITTEN}"`);
        context.addIssue({ code: 'custom', path: [kind], message });
        return z.NEVER;
      }
      const number = within(text('"+49301234567"').transform((value) => value.replaceAll(/[\s()./-]/g, '')));
      if (number === null || NUMBER.test(number)) return { kind, number: number ?? '' };
      context.addIssue({ code: 'custom', path: [kind], message: say('is no number', 'write e.g. "+49301234567"') });
      return z.NEVER;
    }
    const {
      name,
      sites = [],
      by = 'expected_wait',
      percent = {},
    } = typeof inner === 'string'
      ? { name: within(queueTarget.shape.name) ?? '' }
      : (within(queueTarget) ?? { name: '' });
    return { kind: 'queue', queue: name, sites, by, percent };
  });

export function writtenTarget(to: Target): unknown {
  switch (to.kind) {
    case 'place':
      return { place: to.place };
    case 'number':
      return { number: to.number };
    case 'service':
      return { service: to.service };
    case 'queue': {
      const { queue, sites, by, percent } = to;
      const more = {
        ...(sites.length > 0 && { sites }),
        ...(by !== 'expected_wait' && { by }),
        ...(Object.keys(percent).length > 0 && { percent }),
      };
      return { queue: Object.keys(more).length === 0 ? queue : { name: queue, ...more } };
    }
  }
}

/** What a key does: `callback`, or `{ leave: context^exten^priority }`. */
export const keyAction = () =>
  z.unknown().transform((input, context): KeyAction => {
    if (input === 'callback') return { kind: 'callback' };
    const read = object({ leave: place() }, '{ leave: "ctx^exten^1" }').safeParse(input);
    if (read.success) return { kind: 'leave', place: read.data.leave };
    return refuse(context, 'is no action of a key', 'write callback, or { leave: "context^exten^1" }');
  });
