/** What is looked for on the page of calls: kept in the address, so that a search can be linked, and asked of the API. Pure. */
import type { Outcome } from '../../core/model/call.ts';

export const RANGES = ['hour', 'today', 'yesterday', 'week', 'custom'] as const;
export type Range = (typeof RANGES)[number];

/** A search as the form has it; '' where it does not matter. */
export interface CallsQuery {
  readonly range: Range;
  /** `2026-11-28T07:00` on the browser's clock; of `custom` alone. */
  readonly from: string;
  readonly to: string;
  readonly service: string;
  readonly site: string;
  readonly agent: string;
  readonly number: string;
  readonly outcome: Outcome | 'live' | '';
  /** Seconds, as it was typed. */
  readonly minWait: string;
  readonly newestFirst: boolean;
}

export const NO_QUERY: CallsQuery = {
  ...{ range: 'today', from: '', to: '', service: '', site: '', agent: '', number: '', outcome: '', minWait: '' },
  newestFirst: true,
};

export const OUTCOMES: readonly (readonly [Outcome, string])[] = [
  ['answered', 'Answered'],
  ['abandoned', 'Abandoned'],
  ['overflowed', 'Overflowed'],
  ['redirected', 'Redirected'],
  ['called_back', 'Called back'],
  ['closed', 'Closed'],
  ['defaulted', 'Default route'],
  ['failed', 'Failed'],
];

const TEXTS = ['from', 'to', 'service', 'site', 'agent', 'number', 'minWait'] as const;

/** The part of the address behind `?`. What is as usual is left out. */
export function toAddress(query: CallsQuery): string {
  const params = new URLSearchParams();
  if (query.range !== NO_QUERY.range) params.set('range', query.range);
  for (const key of TEXTS) {
    const isIdle = (key === 'from' || key === 'to') && query.range !== 'custom';
    if (query[key] !== '' && !isIdle) params.set(key, query[key]);
  }
  if (query.outcome !== '') params.set('outcome', query.outcome);
  if (!query.newestFirst) params.set('sort', 'oldest');
  return params.toString();
}

/** An address may have been written by hand: what makes no sense in it is as usual. */
export function fromAddress(text: string): CallsQuery {
  const params = new URLSearchParams(text);
  const texts = Object.fromEntries(TEXTS.map((key) => [key, params.get(key)?.slice(0, 200) ?? '']));
  const outcome = params.get('outcome') ?? '';
  const known = outcome === 'live' || OUTCOMES.some(([name]) => name === outcome);
  return {
    ...NO_QUERY,
    ...texts,
    ...{ from: dateIn(params.get('from')), to: dateIn(params.get('to')) },
    range: RANGES.find((range) => range === params.get('range')) ?? NO_QUERY.range,
    outcome: known ? (outcome as CallsQuery['outcome']) : '',
    newestFirst: params.get('sort') !== 'oldest',
  };
}

/** As a field for date and time takes it; '' for anything else. */
const dateIn = (text: string | null): string => (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text ?? '') ? (text ?? '') : '');

/** The filter as the API is asked; `nowMs` is what today, and an hour ago, is counted from. A text says what is wrong with the search. */
export function toFilter(query: CallsQuery, nowMs: number): Readonly<Record<string, string>> | string {
  const span = spanOf(query, nowMs);
  if (typeof span === 'string') return span;
  const wait = query.minWait.trim().replace(',', '.');
  const waitS = wait === '' ? 0 : Number(wait);
  if (!Number.isFinite(waitS) || waitS < 0) return 'The shortest wait is a number of seconds, like 20.';
  const filter: Record<string, string> = {};
  if (span.fromMs !== null) filter.from = String(span.fromMs);
  if (span.toMs !== null) filter.to = String(span.toMs);
  for (const key of ['service', 'site', 'agent', 'number'] as const) {
    const value = query[key].trim();
    if (value !== '') filter[key] = value;
  }
  if (query.outcome === 'live') filter.live = 'true';
  else if (query.outcome !== '') filter.outcome = query.outcome;
  if (waitS > 0) filter.minWaitMs = String(Math.round(waitS * 1_000));
  filter.sort = query.newestFirst ? '-arrivedAt' : 'arrivedAt';
  return filter;
}

interface Span {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** Days begin at midnight where the reader is. */
function spanOf({ range, from, to }: CallsQuery, nowMs: number): Span | string {
  switch (range) {
    case 'hour':
      return { fromMs: nowMs - 3_600_000, toMs: null };
    case 'today':
      return { fromMs: midnight(nowMs, 0), toMs: null };
    case 'yesterday':
      return { fromMs: midnight(nowMs, -1), toMs: midnight(nowMs, 0) };
    case 'week':
      return { fromMs: midnight(nowMs, -6), toMs: null };
    case 'custom': {
      const [fromMs, toMs] = [readLocal(from), readLocal(to)];
      if (Number.isNaN(fromMs) || Number.isNaN(toMs))
        return 'From and to are dates with a time, like 2026-11-28 07:00.';
      if (fromMs !== null && toMs !== null && toMs <= fromMs)
        return 'The search ends before it begins: change from or to.';
      return { fromMs, toMs };
    }
  }
}

function midnight(nowMs: number, days: number): number {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime();
}

/** Null for nothing, NaN for what is no date. */
function readLocal(text: string): number | null {
  if (text.trim() === '') return null;
  return /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?$/.test(text.trim())
    ? new Date(text.trim().replace(' ', 'T').padEnd(16, 'T00:00')).getTime()
    : Number.NaN;
}
