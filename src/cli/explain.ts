/**
 * A call's story for people: what was asked for, who was chosen and why, who else could have and why not, how each offer went,
 * and the end. Pure. No ids, no names from the code.
 */
import type { CallEvent, CallFact } from '../core/model/call.ts';
import type { Candidate, Decision } from '../core/model/decision.ts';
import {
  chosenWhy,
  endSentence,
  incidentSentence,
  offerSentence,
  reasonSentence,
  returnSentence,
} from './explain-words.ts';
import { requirementText } from './explain-requirement.ts';
import { moment, printable, span, timeOfDay } from './text.ts';

/** What people call things. Missing ones are told by what is known of them. */
export interface Titles {
  readonly agents: ReadonlyMap<string, string>;
  readonly sites: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, string>;
}

const OTHERS_SHOWN = 3;

type Fact<K extends CallFact['kind']> = Extract<CallFact, { kind: K }>;

/** `berlin/PJSIP/1001`, `Anna` as `Anna (Berlin)`; without a title his number there. */
export function agentName(agentId: string, titles: Titles, title = ''): string {
  const [siteId = '', ...device] = agentId.split('/');
  const name = title || titles.agents.get(agentId) || '';
  // Where the PBX has no name for him, his device stands in the title: the number in it is what people know.
  const known =
    name !== '' && !name.includes('/') ? name : `the agent at ${device.at(-1)?.split('@')[0] ?? 'an unknown phone'}`;
  return `${known} (${titles.sites.get(siteId) ?? siteId})`;
}

/** The whole story; every line ends with a line feed. `events` in order, of one call, at least one. */
export function explainCall(events: readonly CallEvent[], titles: Titles): string {
  const lines = [...headOf(events, titles), ''];
  const decisions = events.filter((event) => event.fact.kind === 'decided').length;
  let seen = 0;
  for (const event of events) {
    const brief = event.fact.kind === 'decided' && decisions > 6 && ++seen > 3 && seen <= decisions - 2;
    const [first, ...more] = brief ? briefly(event.fact, titles) : storyOf(event, events, titles);
    if (first === undefined) continue;
    lines.push(`${timeOfDay(event.atMs)}  ${first}`, ...more.map((line) => `            ${line}`));
  }
  const last = events.at(-1)?.fact.kind;
  if (last !== 'ended') lines.push('', 'The call has not ended yet.');
  return `${lines.map(printable).join('\n')}\n`;
}

function headOf(events: readonly CallEvent[], titles: Titles): string[] {
  const first = events[0];
  const arrival = events.find((event) => event.fact.kind === 'arrived');
  if (arrival?.fact.kind !== 'arrived')
    return [`A call of ${moment(first?.atMs ?? 0)} UTC, of which the arrival was not recorded.`];
  const { service, ani, dnis, requirement, priority } = arrival.fact;
  const from = ani === '' ? 'a caller without a number' : ani;
  const urgent = priority === 0 ? '' : ` Its priority is ${priority}.`;
  return [
    `A call from ${from}${dnis === '' ? '' : ` to ${dnis}`}, ${moment(arrival.atMs)} UTC.`,
    refusedAsk(events, arrival.fact, titles) ??
      `It asked for "${titles.services.get(service) ?? service}", which needs ${requirementText(requirement, titles.sites)}.${urgent}`,
  ];
}

/** What a call asked for that was sent back at the door because nobody could know what it wanted; null for any other. */
function refusedAsk(events: readonly CallEvent[], asked: Fact<'arrived'>, titles: Titles): string | null {
  const returned = returnedOf(events);
  if (returned?.status !== 'ERROR' || asked.requirement !== '' || returned.waitMs > 0) return null;
  if (/there is no service|no service has the number/.test(returned.detail))
    return asked.service === ''
      ? `No service is known for ${asked.dnis === '' ? 'a call without a dialled number' : `the number ${asked.dnis}`}.`
      : `No service is known for the name "${asked.service}".`;
  if (!/argument|requirement/i.test(returned.detail)) return null;
  const wanted = (titles.services.get(asked.service) ?? asked.service) || asked.dnis;
  return `It asked for "${wanted}", with arguments that were not understood.`;
}

/** The lines of one fact; none where another tells it. */
function storyOf(event: CallEvent, events: readonly CallEvent[], titles: Titles): string[] {
  const { fact } = event;
  switch (fact.kind) {
    case 'arrived':
      return ['The call arrived.'];
    case 'decided':
      return decisionStory(fact.decision, titles);
    case 'claimLost':
      return [`${agentName(fact.agent, titles)} had just been taken by another call; the next one was looked for.`];
    case 'offered':
      return [`${agentName(fact.agent, titles)} was rung, for ${span(fact.ringMs)} at most.`];
    case 'offerEnded':
      return [offerSentence(fact, agentName(fact.agent, titles))];
    case 'bridged':
      return [
        `The caller spoke with ${agentName(fact.agent, titles)}, after ${span(fact.waitMs)}.`,
        ...(fact.recording === '' ? [] : [`The recording is ${fact.recording}.`]),
      ];
    case 'redirected':
      return [`The call was sent on to ${agentName(fact.agent, titles)} directly.`];
    case 'continued':
      return [`The dialplan was told to ring ${agentName(fact.agent, titles)}.`];
    case 'transferredAtSite':
      return [`The caller was transferred by ${agentName(fact.agent, titles)} within the call centre.`];
    case 'incident':
      return [incidentSentence(fact.code)];
    case 'returned':
      return [returnSentence(fact)];
    case 'ended':
      return [endSentence(fact, waitOf(event, events), returnedOf(events)?.status ?? '')];
  }
}

/** What the dialplan was told last. */
function returnedOf(events: readonly CallEvent[]): Fact<'returned'> | null {
  const last = events.findLast((event) => event.fact.kind === 'returned')?.fact;
  return last?.kind === 'returned' ? last : null;
}

/** How long the caller waited who was never answered. */
function waitOf(end: CallEvent, events: readonly CallEvent[]): number {
  const arrival = events.find((event) => event.fact.kind === 'arrived');
  return end.atMs - (arrival?.atMs ?? end.atMs);
}

function briefly(fact: CallFact, titles: Titles): string[] {
  if (fact.kind !== 'decided') return [];
  const { winner } = fact.decision;
  return [
    winner === null ? 'Still nobody could take it.' : `${agentName(winner.agentId, titles, winner.title)} was chosen.`,
  ];
}

function decisionStory(decision: Decision, titles: Titles): string[] {
  const { winner } = decision;
  const lines =
    winner === null
      ? [`Nobody could take it${decision.ahead > 0 ? `; ${callsAhead(decision.ahead)}` : ''}.`]
      : [
          `${agentName(winner.agentId, titles, winner.title)} was chosen: ${chosenWhy(winner, nextBest(decision, titles))}.`,
        ];
  const others = othersOf(decision, titles);
  if (others.length > 0) lines.push(winner === null ? 'The first who would do:' : 'Others who would do:', ...others);
  const rest = restSentence(decision);
  if (rest !== '') lines.push(rest);
  return lines;
}

const callsAhead = (ahead: number): string =>
  ahead === 1 ? 'one call was ahead in the line' : `${ahead} calls were ahead in the line`;

function nextBest(
  decision: Decision,
  titles: Titles,
): { readonly name: string; readonly idleMs: number | null } | null {
  const next = decision.next[0];
  return next === undefined ? null : { name: agentName(next.agentId, titles, next.title), idleMs: next.idleMs };
}

/** The best three others: who was free and came later in the order, then who could not, with all that stood against it. */
function othersOf(decision: Decision, titles: Titles): string[] {
  const { winner } = decision;
  const later = decision.next.map((one) => `- ${agentName(one.agentId, titles, one.title)}: ${laterWhy(one, winner)}.`);
  const refused = decision.refused.map(({ agentId, title, reasons }) => {
    const sentences = reasons.map((reason) => reasonSentence(reason, decision.atMs));
    return `- ${agentName(agentId, titles, title)}: ${sentences.join('; ')}.`;
  });
  return [...later, ...refused].slice(0, OTHERS_SHOWN);
}

function laterWhy(one: Candidate, winner: Candidate | null): string {
  if (one.idleMs === null) return 'free as well, and later in the order';
  const hardlyLess = winner !== null && winner.idleMs !== null && winner.idleMs - one.idleMs < 1_000;
  return hardlyLess
    ? `free for ${span(one.idleMs)} as well, hardly less`
    : `free as well, but only for ${span(one.idleMs)}`;
}

function restSentence(decision: Decision): string {
  const unsuited = (decision.others.skill_missing ?? 0) + (decision.others.requirement_not_met ?? 0);
  const kept = decision.next.length + decision.refused.length;
  const counted = Object.values(decision.others).reduce((sum, count) => sum + count, 0) - unsuited;
  const more = Math.max(0, kept - OTHERS_SHOWN) + counted;
  const parts = [
    ...(more > 0 ? [`${more} more who would do came later or could not`] : []),
    ...(unsuited > 0
      ? [`${unsuited === 1 ? 'one other does' : `${unsuited} others do`} not have what the call needs`]
      : []),
  ];
  const text = parts.join('; ');
  return text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
