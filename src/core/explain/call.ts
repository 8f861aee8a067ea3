/**
 * A call's story for people: what was asked for, who was chosen and why, who else could have and why not, how each offer went,
 * and the end. Pure. No ids, no names from the code.
 */
import type { CallEvent, CallFact } from '../model/call.ts';
import { decisionStory, waitedFor } from './decision.ts';
import {
  callbackSentence,
  customerSentence,
  keySentence,
  overflowSentence,
  requeueSentence,
  stepSentence,
} from './facts.ts';
import { requirementText } from './requirement.ts';
import type { Titles } from './titles.ts';
import { agentName, serviceName } from './titles.ts';
import { endSentence, incidentSentence, offerSentence, returnSentence } from './words.ts';
import { moment, printable, span, timeOfDay } from './text.ts';

type Fact<K extends CallFact['kind']> = Extract<CallFact, { kind: K }>;

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

/** A fact as a program reads it: the record as it is, what the story says of it, and for a decision why the call waited. */
export interface ExplainedEvent extends CallEvent {
  readonly says: readonly string[];
  /** Of those who would do, how many could not, by their first reason. Null where somebody was chosen. */
  readonly waited?: { readonly ahead: number; readonly reasons: ReturnType<typeof waitedFor> } | null;
}

/** The same story, event by event. */
export function explainEvents(events: readonly CallEvent[], titles: Titles): readonly ExplainedEvent[] {
  return events.map((event) => {
    const says = storyOf(event, events, titles).map(printable);
    if (event.fact.kind !== 'decided') return { ...event, says };
    const { decision } = event.fact;
    const waited = decision.winner === null ? { ahead: decision.ahead, reasons: waitedFor(decision) } : null;
    return { ...event, says, waited };
  });
}

/** What was asked for: the lines above the story. */
export function headOf(events: readonly CallEvent[], titles: Titles): string[] {
  const first = events[0];
  const arrival = events.find((event) => event.fact.kind === 'arrived');
  if (arrival?.fact.kind !== 'arrived')
    return [`A call of ${moment(first?.atMs ?? 0)} UTC, of which the arrival was not recorded.`];
  const { service, ani, dnis, requirement, priority } = arrival.fact;
  const from = ani === '' ? 'a caller without a number' : ani;
  const who = isCallback(events)
    ? `A call back to ${from}${dnis === '' ? '' : `, who had called ${dnis}`}`
    : `A call from ${from}${dnis === '' ? '' : ` to ${dnis}`}`;
  const urgent = priority === 0 ? '' : ` Its priority is ${priority}.`;
  return [
    `${who}, ${moment(arrival.atMs)} UTC.`,
    refusedAsk(events, arrival.fact, titles) ??
      `It asked for "${serviceName(service, titles)}", which needs ${requirementText(requirement, titles.sites)}.${urgent}`,
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
  const wanted = serviceName(asked.service, titles) || asked.dnis;
  return `It asked for "${wanted}", with arguments that were not understood.`;
}

/** A promise to call back is a call of its own. */
const isCallback = (events: readonly CallEvent[]): boolean => events[0]?.callId.endsWith('.back') === true;

/** One that arrives again was taken over from an edge that died. */
function arrivalSentence(fact: Fact<'arrived'>, events: readonly CallEvent[]): string {
  if (events.find((event) => event.fact.kind === 'arrived')?.fact !== fact)
    return `The edge "${fact.edge}" took it over, in the place that it had.`;
  return isCallback(events) ? 'It took the place in the line of the call that had asked for it.' : 'The call arrived.';
}

/** Whether a step had been passed over when `event` came: a call that is sent back goes through its steps anew. */
function wasSkipped(step: number, event: CallEvent, events: readonly CallEvent[]): boolean {
  const last = events
    .slice(0, events.indexOf(event))
    .map(({ fact }) => fact)
    .findLast((fact) => fact.kind === 'stepped' && fact.step === step);
  return last?.kind === 'stepped' && last.skipped;
}

/** The lines of one fact; none where another tells it. */
function storyOf(event: CallEvent, events: readonly CallEvent[], titles: Titles): string[] {
  const { fact } = event;
  switch (fact.kind) {
    case 'arrived':
      return [arrivalSentence(fact, events)];
    case 'decided':
      return decisionStory(fact.decision, titles, (step) => wasSkipped(step, event, events));
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
    case 'stepped':
      return [stepSentence(event, events, titles)];
    case 'overflowed':
      return [overflowSentence(fact, titles)];
    case 'customerFound':
      return [customerSentence(fact)];
    case 'keyPressed':
      return [keySentence(fact)];
    case 'callbackAsked':
      return [`The caller asked to be called back at ${fact.number}; the place in the line is kept.`];
    case 'callbackTried':
      return [callbackSentence(fact)];
    case 'requeued':
      return [requeueSentence(fact, titles)];
    case 'incident':
      return [incidentSentence(fact.code)];
    case 'returned':
      return [returnSentence(fact)];
    case 'ended':
      if (fact.outcome === 'failed' && fact.by === 'router' && isCallback(events))
        return ['The end: he was not reached, and all tries are used up.'];
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
