/** A decision for people: who was chosen and why, the next and why not, and why nobody was. Pure. */
import type { Candidate, Decision, ReasonCode } from '../model/decision.ts';
import type { StrategyName } from '../model/service.ts';
import { countsText, reasonSentences } from './reasons.ts';
import type { Tense } from './reasons.ts';
import type { Titles } from './titles.ts';
import { agentName } from './titles.ts';
import { span } from './text.ts';

const OTHERS_SHOWN = 3;

/** Why the winner was the best, by strategy; and what the strategy measured, where a number says more (`keys` of a candidate). */
export const BEST: Readonly<
  Record<StrategyName, { readonly best: string; readonly measured?: (key: number, atMs: number) => string }>
> = {
  longest_idle: { best: 'free longest' },
  least_occupied: { best: 'least busy lately', measured: (key) => `${Math.round(key * 100)} % of the time` },
  fewest_calls: { best: 'fewest calls since log-in', measured: (key) => String(key) },
  best_skilled: { best: 'best skilled', measured: levels },
  least_skilled: { best: 'least skilled of those who will do, so the experts stay free', measured: levels },
  round_robin: {
    best: 'next in turn',
    measured: (key, atMs) => (key === 0 ? 'never chosen yet' : `chosen ${span(atMs - key)} before`),
  },
  random: { best: 'by lot' },
  site_weight: { best: 'the call centre was drawn by its share of the calls' },
  site_cost: { best: 'the call centre costs least', measured: (key) => `cost ${key}` },
  site_free_share: {
    best: 'the call centre had the most of its agents free',
    measured: (key) => `${Math.round(-key * 100)} %`,
  },
};

function levels(key: number): string {
  return `levels add up to ${Math.abs(key)}`;
}

/**
 * `isSkipped`: whether a step was passed over; who is chosen after it is chosen in the one that had begun before. `tense`: of a decision that
 * was made, or of one tried out now.
 */
export function decisionStory(
  decision: Decision,
  titles: Titles,
  isSkipped: (step: number) => boolean = () => false,
  tense: Tense = 'was',
): string[] {
  const { winner } = decision;
  let { step } = decision;
  while (step > 0 && isSkipped(step)) step -= 1;
  const lines =
    winner === null
      ? [`Nobody could take it${inStep(step)}${decision.ahead > 0 ? `; ${callsAhead(decision.ahead, tense)}` : ''}.`]
      : [
          `${agentName(winner.agentId, titles, winner.title)} ${tense} chosen${inStep(step)}: ${chosenWhy(decision, winner, titles, tense)}.`,
        ];
  if (winner === null) {
    const why = countsText(waitedFor(decision));
    if (why !== '' && decision.refused.length > 1) lines.push(`Of those who would do: ${why}.`);
  }
  const others = othersOf(decision, titles, tense);
  if (others.length > 0) lines.push(winner === null ? 'The first who would do:' : 'Others who would do:', ...others);
  const rest = restSentence(decision, tense);
  if (rest !== '') lines.push(rest);
  return lines;
}

/** How many of those who would do could not take the call, by their first reason. */
export function waitedFor(decision: Decision): Readonly<Partial<Record<ReasonCode, number>>> {
  const counts: Partial<Record<ReasonCode, number>> = { ...decision.others };
  // They do not have what the call needs: it did not wait for them.
  delete counts.skill_missing;
  delete counts.requirement_not_met;
  for (const { reasons } of decision.refused) {
    const code = reasons[0]?.code;
    if (code !== undefined) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

const inStep = (step: number): string => (step === 0 ? '' : ` in step ${step}`);

const callsAhead = (ahead: number, tense: Tense): string =>
  ahead === 1
    ? `one call for the same people ${tense} ahead in the line`
    : `${ahead} calls for the same people ${tense === 'is' ? 'are' : 'were'} ahead in the line`;

/** `free longest: 2 min 10 s; next best was Bob (Paris), 1 min 5 s` */
function chosenWhy(decision: Decision, winner: Candidate, titles: Titles, tense: Tense): string {
  if (isOwn(decision, winner)) return "the caller's own agent";
  const next = decision.next[0];
  // Who has not had a call that we know of comes first.
  const idle = winner.idleMs === null ? 'no call of his is known yet' : span(winner.idleMs);
  if (next === undefined) return `the only one who ${tense} free${winner.idleMs === null ? '' : `, for ${idle}`}`;
  const name = agentName(next.agentId, titles, next.title);
  if (next.rank < winner.rank)
    return tense === 'is'
      ? `${name} comes before, and goes to another call`
      : `${name} came before, and was left to another call`;
  if (decision.strategy !== 'longest_idle') return bestWhy(decision, winner, next, name, tense);
  const best = next.idleMs === null ? 'who has had no call yet either' : `free for ${span(next.idleMs)}`;
  return `free longest${winner.idleMs === null ? ` (${idle})` : `: ${idle}`}; next best ${tense} ${name}, ${best}`;
}

/** He is one of those whom the caller gets first: others wait for it, or their place is behind his. */
export function isOwn({ refused, next, strategy }: Decision, winner: Candidate): boolean {
  if (refused.some(({ reasons }) => reasons.some(({ code }) => code === 'not_preferred'))) return true;
  const hasPlaces = winner.keys.length > (strategy === 'longest_idle' ? 1 : 2);
  const place = winner.keys[0] ?? 0;
  return hasPlaces && (place === 0 || next.some((one) => (one.keys[0] ?? 0) > place));
}

/** What the strategy ordered by: the key before the last, which is since when he was idle. */
export const keyOf = (one: Candidate): number | null => one.keys.at(-2) ?? null;

function bestWhy({ strategy, atMs }: Decision, winner: Candidate, next: Candidate, name: string, tense: Tense): string {
  const { best, measured } = BEST[strategy];
  const [key, nextKey] = [keyOf(winner), keyOf(next)];
  if (key === null || nextKey === null) return `${best}; next best ${tense} ${name}`;
  const own = measured === undefined ? '' : ` (${measured(key, atMs)})`;
  if (key === nextKey) return `${best}${own}, as is ${name}, but free longer`;
  return `${best}${own}; next best ${tense} ${name}${measured === undefined ? '' : ` (${measured(nextKey, atMs)})`}`;
}

/** The best three others: who was free and came later in the order, then who could not, with all that stood against it. */
function othersOf(decision: Decision, titles: Titles, tense: Tense): string[] {
  const later = decision.next.map(
    (one) => `- ${agentName(one.agentId, titles, one.title)}: ${laterWhy(one, decision)}.`,
  );
  const refused = decision.refused.map(({ agentId, title, reasons }) => {
    const sentences = reasonSentences(reasons, {
      atMs: decision.atMs,
      sites: titles.sites,
      tense,
      callId: decision.callId,
    });
    return `- ${agentName(agentId, titles, title)}: ${sentences.join('; ')}.`;
  });
  return [...later, ...refused].slice(0, OTHERS_SHOWN);
}

function laterWhy(one: Candidate, decision: Decision): string {
  const { winner, strategy } = decision;
  if (winner !== null && one.rank < winner.rank) return 'free as well, and left to another call';
  if (winner !== null && isOwn(decision, winner) && (one.keys[0] ?? 0) > (winner.keys[0] ?? 0))
    return `${freeBeside(one, winner)}, but the caller's own agent goes first`;
  if (strategy !== 'longest_idle') return `free as well, and number ${one.rank} in the order`;
  if (one.idleMs === null) return 'free as well, and later in the order';
  const hardlyLess = winner !== null && winner.idleMs !== null && winner.idleMs - one.idleMs < 1_000;
  return hardlyLess
    ? `free for ${span(one.idleMs)} as well, hardly less`
    : `free as well, but only for ${span(one.idleMs)}`;
}

function freeBeside(one: Candidate, winner: Candidate): string {
  if (one.idleMs === null) return 'free as well';
  const isLonger = winner.idleMs !== null && one.idleMs >= winner.idleMs + 1_000;
  return isLonger ? `free for longer, ${span(one.idleMs)}` : `free for ${span(one.idleMs)} as well`;
}

function restSentence(decision: Decision, tense: Tense): string {
  const unsuited = (decision.others.skill_missing ?? 0) + (decision.others.requirement_not_met ?? 0);
  const kept = decision.next.length + decision.refused.length;
  const counted = Object.values(decision.others).reduce((sum, count) => sum + count, 0) - unsuited;
  const more = Math.max(0, kept - OTHERS_SHOWN) + counted;
  const parts = [
    ...(more > 0
      ? [`${more} more who would do ${tense === 'is' ? 'come later or cannot' : 'came later or could not'}`]
      : []),
    ...(unsuited > 0
      ? [`${unsuited === 1 ? 'one other does' : `${unsuited} others do`} not have what the call needs`]
      : []),
  ];
  const text = parts.join('; ');
  return text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
