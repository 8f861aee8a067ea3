/**
 * A decision as a picture: who could have taken the call in the strategy's order with what it measured, and everybody else by what
 * stood against them. What is drawn here is what was recorded: nothing is worked out anew. Pure.
 */
import type { AgentId } from '../model/agent.ts';
import type { Candidate, Decision, ReasonCode } from '../model/decision.ts';
import type { StrategyName } from '../model/service.ts';
import { BEST, isOwn, keyOf } from './decision.ts';
import { GOES_FIRST } from './facts.ts';
import { REASON_KIND, reasonHeading, reasonSentences } from './reasons.ts';
import type { ReasonKind, Tense } from './reasons.ts';
import type { Titles } from './titles.ts';
import { agentName } from './titles.ts';
import { counted, printable, span } from './text.ts';

/** One rung of the ladder. */
export interface PictureCandidate {
  readonly agentId: AgentId;
  readonly name: string;
  /** Place in the order, from 1. */
  readonly rank: number;
  /** `passed`: came before the one who was chosen, and was left to another call. */
  readonly part: 'chosen' | 'passed' | 'next';
  /** What the strategy measured, in words; '' where it draws lots. */
  readonly measured: string;
  /** The same as the length of a bar against the longest, 0 to 1; null where there is nothing to draw. */
  readonly share: number | null;
  /** Why he stands there, against the one who was chosen. */
  readonly says: string;
}

/** Those whom the same thing stood against, by their first reason. */
export interface PictureGroup {
  readonly code: ReasonCode;
  readonly kind: ReasonKind;
  readonly heading: string;
  /** With those that are not listed. */
  readonly count: number;
  readonly people: readonly { readonly agentId: AgentId; readonly name: string; readonly says: readonly string[] }[];
}

export interface DecisionPicture {
  /** Whether it shows a decision that was made, or how it is now. */
  readonly tense: Tense;
  /** `Who has been free longest goes first.` */
  readonly order: string;
  /** What the bars show, `Free for`; '' for none. */
  readonly measure: string;
  /** A short bar is the better one. */
  readonly isLessBetter: boolean;
  readonly candidates: readonly PictureCandidate[];
  /** Who could not though he would do; most frequent first. */
  readonly refused: readonly PictureGroup[];
  /** Who does not have what the call needs. */
  readonly unsuited: readonly PictureGroup[];
  /** Everybody who was looked at. */
  readonly total: number;
}

/** What a strategy's number means. `amount` turns it into the length of a bar; null: none. */
interface Measure {
  readonly label: string;
  readonly isLessBetter?: boolean;
  readonly amount?: (key: number, atMs: number) => number;
  /** In a word or two. */
  readonly short?: (key: number, atMs: number) => string;
  /** How two of them differ, for the later one. */
  readonly gap?: (difference: number) => string;
}

const MEASURES: Readonly<Record<StrategyName, Measure>> = {
  longest_idle: { label: 'Free for' },
  least_occupied: {
    ...{ label: 'Busy lately', isLessBetter: true, amount: (key) => key },
    short: (key) => `${Math.round(key * 100)} % busy`,
    gap: (difference) => `busy for ${Math.round(difference * 100)} % of the time more`,
  },
  fewest_calls: {
    ...{ label: 'Calls since log-in', isLessBetter: true, amount: (key) => key },
    short: (key) => counted(key, 'call'),
    gap: (difference) => `${counted(difference, 'call')} more`,
  },
  best_skilled: {
    ...{ label: 'Levels', amount: (key) => Math.abs(key) },
    short: (key) => counted(Math.abs(key), 'level'),
    gap: (difference) => `${counted(difference, 'level')} less`,
  },
  least_skilled: {
    ...{ label: 'Levels', isLessBetter: true, amount: (key) => Math.abs(key) },
    short: (key) => counted(Math.abs(key), 'level'),
    gap: (difference) => `${counted(difference, 'level')} more`,
  },
  round_robin: {
    ...{ label: 'Chosen last', amount: (key, atMs) => (key === 0 ? Infinity : atMs - key) },
    short: (key, atMs) => (key === 0 ? 'no turn yet' : `${span(atMs - key)} ago`),
    gap: (difference) => `chosen ${span(difference)} later`,
  },
  random: { label: '' },
  site_weight: { label: '' },
  site_cost: {
    ...{ label: 'Cost of the call centre', isLessBetter: true, amount: (key) => key },
    short: (key) => `cost ${key}`,
    gap: (difference) => `costs ${difference} more`,
  },
  site_free_share: {
    ...{ label: 'Free agents of the call centre', amount: (key) => -key },
    short: (key) => `${Math.round(-key * 100)} % free`,
    gap: (difference) => `${Math.round(difference * 100)} % fewer are free`,
  },
};

export function decisionPicture(decision: Decision, titles: Titles, tense: Tense = 'was'): DecisionPicture {
  const { strategy, winner } = decision;
  const order = [...(winner === null ? [] : [winner]), ...decision.next].sort((a, b) => a.rank - b.rank);
  const amounts = order.map((one) => amountOf(one, decision));
  const longest = Math.max(0, ...amounts.filter((amount) => Number.isFinite(amount)));
  const groups = groupsOf(decision, titles, tense);
  const { label, isLessBetter = false } = MEASURES[strategy];
  return {
    tense,
    order: `First comes ${GOES_FIRST[strategy]}.`,
    measure: label,
    isLessBetter,
    candidates: order.map((one, index) => ({
      agentId: one.agentId,
      name: printable(agentName(one.agentId, titles, one.title)),
      rank: one.rank,
      part: one === winner ? 'chosen' : winner !== null && one.rank < winner.rank ? 'passed' : 'next',
      measured: measuredText(one, decision),
      share: shareOf(amounts[index], longest),
      says: placeWhy(one, decision, tense),
    })),
    refused: groups.filter(({ kind }) => kind !== 'unsuited'),
    unsuited: groups.filter(({ kind }) => kind === 'unsuited'),
    total: order.length + groups.reduce((sum, { count }) => sum + count, 0),
  };
}

/** NaN: no number at all, null: nothing is drawn. Infinity: more than any (no call of his is known). */
function amountOf(one: Candidate, { strategy, atMs }: Decision): number {
  if (strategy === 'longest_idle') return one.idleMs ?? Infinity;
  const key = keyOf(one);
  return key === null ? Number.NaN : (MEASURES[strategy].amount?.(key, atMs) ?? Number.NaN);
}

function shareOf(amount: number | undefined, longest: number): number | null {
  if (amount === undefined || Number.isNaN(amount)) return null;
  return amount === Infinity ? 1 : longest === 0 ? 0 : Math.max(0, amount) / longest;
}

const idleText = ({ idleMs }: Candidate): string => (idleMs === null ? 'no call yet' : span(idleMs));

function measuredText(one: Candidate, { strategy, atMs }: Decision): string {
  if (strategy === 'longest_idle') return idleText(one);
  const key = keyOf(one);
  return key === null ? '' : (MEASURES[strategy].short?.(key, atMs) ?? '');
}

function placeWhy(one: Candidate, decision: Decision, tense: Tense): string {
  const { winner, strategy } = decision;
  if (winner === null) return 'Free, and left to another call.';
  if (one === winner) {
    if (isOwn(decision, winner)) return "Chosen: the caller's own agent.";
    if (decision.next.length === 0) return `Chosen: the only one who ${tense} free.`;
    if (winner.rank === 1) return `Chosen: ${BEST[strategy].best}.`;
    return `Chosen: those before ${tense === 'is' ? 'go' : 'went'} to other calls.`;
  }
  if (one.rank < winner.rank)
    return tense === 'is' ? 'Comes before, and goes to another call.' : 'Came before, and was left to another call.';
  if (isOwn(decision, winner) && (one.keys[0] ?? 0) > (winner.keys[0] ?? 0))
    return "Free as well; the caller's own agent goes first.";
  return `Free as well; ${gapText(one, winner, strategy)}.`;
}

/** By how much he came later. */
function gapText(one: Candidate, winner: Candidate, strategy: StrategyName): string {
  const [key, first] = [keyOf(one), keyOf(winner)];
  if (strategy !== 'longest_idle' && key !== null && first !== null && key !== first) {
    if (strategy === 'round_robin' && first === 0) return 'has had a turn already';
    return MEASURES[strategy].gap?.(Math.abs(key - first)) ?? 'the lot came later';
  }
  const same = strategy === 'longest_idle' ? '' : 'the same, but ';
  if (one.idleMs === null || winner.idleMs === null)
    return one.idleMs === winner.idleMs ? `${same}later by the order of names` : `${same}has had a call already`;
  const lessMs = winner.idleMs - one.idleMs;
  return lessMs < 1_000 ? `${same}free for hardly less` : `${same}free for ${span(lessMs)} less`;
}

function groupsOf({ callId, refused, others, atMs }: Decision, titles: Titles, tense: Tense): readonly PictureGroup[] {
  const people = new Map<ReasonCode, PictureGroup['people'][number][]>();
  for (const { agentId, title, reasons } of refused) {
    const code = reasons[0]?.code;
    if (code === undefined) continue;
    const says = reasonSentences(reasons, { atMs, sites: titles.sites, tense, callId }).map(printable);
    const list = people.get(code) ?? [];
    list.push({ agentId, name: printable(agentName(agentId, titles, title)), says });
    people.set(code, list);
  }
  const codes = new Set([...people.keys(), ...(Object.keys(others) as ReasonCode[])]);
  return [...codes]
    .map((code) => {
      const listed = people.get(code) ?? [];
      const count = listed.length + (others[code] ?? 0);
      return { code, kind: REASON_KIND[code], heading: reasonHeading(code), count, people: listed };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}
