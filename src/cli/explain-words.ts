/** One sentence for each code that a call's record can hold. Total: the compiler tells when a code has no sentence. */
import type { CallFact, IpntStatus, OfferReason } from '../core/model/call.ts';
import type { HoldReason } from '../core/model/claim.ts';
import type { Candidate, Reason } from '../core/model/decision.ts';
import { span } from './text.ts';

const HELD: Readonly<Record<HoldReason, string>> = {
  cancelled: 'left alone for a moment after an offer that the caller ended',
  busy: 'left alone for a while after his phone was busy',
  failed: 'left alone for a while after his phone could not be reached',
  no_answer: 'left alone for a while after he let a call ring',
  redirect_lost: 'left alone for a while after a call sent to him did not arrive',
  arrival: 'kept for a call that is on its way to him',
};

/** Why somebody could not take a call, as the end of a sentence that begins with his name. */
export function reasonSentence(reason: Reason, atMs: number): string {
  switch (reason.code) {
    case 'skill_missing':
      return `lacks ${skillName(reason.skill)}${reason.level > 0 ? ` at level ${reason.required} (has ${reason.level})` : ''}`;
    case 'requirement_not_met':
      return 'is not one of those that the service asks for';
    case 'site_stale':
      return 'nothing had been heard from his call centre for some seconds';
    case 'trunk_down':
      return 'the line to his call centre was down';
    case 'no_address':
      return 'has no phone that can be rung from here';
    case 'logged_out':
      return 'was logged out';
    case 'paused':
      return reason.reason === '' ? 'was on a pause' : `was on a pause ("${reason.reason}")`;
    case 'status_unknown':
      return 'it was not known whether he was logged in';
    case 'ringing':
      return 'his phone was ringing already';
    case 'talking':
      return 'was in a call';
    case 'wrap_up':
      return `was finishing his last call${stillFor(reason.untilMs, atMs)}`;
    case 'unreachable':
      return 'his phone was switched off or not connected';
    case 'activity_unknown':
      return 'it was not known what his phone was doing';
    case 'claimed':
      return reason.phase === 'offer' ? 'was just being rung for another call' : 'was in another call of ours';
    case 'held':
      return `was ${HELD[reason.reason]}${stillFor(reason.untilMs, atMs)}`;
    case 'site_queue_waiting':
      return `${reason.waiting === 1 ? 'one caller' : `${reason.waiting} callers`} of his own call centre waited for him in "${reason.queue}"`;
    case 'taken_by_earlier_call':
      return 'went to a caller who had been waiting longer';
  }
}

const stillFor = (untilMs: number, atMs: number): string =>
  untilMs > atMs ? `, for ${span(untilMs - atMs)} more` : '';

/** `queue:support` is a place in a queue; anything else a skill of that name. */
export const skillName = (skill: string): string =>
  skill.startsWith('queue:') ? `a place in the queue "${skill.slice('queue:'.length)}"` : `the skill "${skill}"`;

/** `free longest: 2 min 10 s; next best was Bob (Paris), 1 min 5 s` */
export function chosenWhy(
  winner: Candidate,
  next: { readonly name: string; readonly idleMs: number | null } | null,
): string {
  // Who has not had a call that we know of comes first.
  const idle = winner.idleMs === null ? 'no call of his is known yet' : span(winner.idleMs);
  if (next === null) return `the only one who was free${winner.idleMs === null ? '' : `, for ${idle}`}`;
  const best = next.idleMs === null ? 'who has had no call yet either' : `free for ${span(next.idleMs)}`;
  return `free longest${winner.idleMs === null ? ` (${idle})` : `: ${idle}`}; next best was ${next.name}, ${best}`;
}

const OFFER: Readonly<Record<OfferReason, string>> = {
  answered: 'answered',
  busy: 'was busy on the phone',
  declined: 'declined the call',
  no_answer: 'did not answer',
  unreachable: 'could not be reached: the phone is not connected',
  not_found: 'could not be reached: the call centre does not know the number',
  trunk_down: 'could not be rung: the line to the call centre was down',
  congestion: 'could not be reached: the call centre or the line was overloaded',
  forwarded: 'has the phone forwarded elsewhere, which is not followed',
  wait_over: 'was no longer needed: the longest wait was over',
  caller_left: 'was no longer needed: the caller had hung up',
  claim_lost: 'had been taken by another call in the meantime',
  error: 'could not be rung: something went wrong at the edge',
};

type Fact<K extends CallFact['kind']> = Extract<CallFact, { kind: K }>;

export function offerSentence(fact: Fact<'offerEnded'>, name: string): string {
  const rang = fact.rangMs >= 100 ? ` after ${span(fact.rangMs)} of ringing` : '';
  return `${name} ${OFFER[fact.reason]}${fact.reason === 'trunk_down' ? '' : rang}.`;
}

const RETURNED: Readonly<Record<IpntStatus, string>> = {
  HANGUP: 'The caller hung up',
  ANSWERED: 'The conversation was over',
  TIMEOUT: 'The longest wait was over: the caller went back to the dialplan',
  NOAGENTS: 'Nobody who could take it was at work: the caller went back to the dialplan',
  FULL: 'Too many callers were waiting: the caller went back to the dialplan',
  CLOSED: 'The service was closed: the caller went back to the dialplan',
  REDIRECTED: 'The call left the edge',
  ERROR: 'Something went wrong: the caller went back to the dialplan, to the default route',
};

export function returnSentence(fact: Fact<'returned'>): string {
  const waited = fact.status === 'TIMEOUT' || fact.status === 'ERROR' ? `, after ${span(fact.waitMs)}` : '';
  // A detail may be for engineers; only an error needs it.
  const detail = fact.status === 'ERROR' && fact.detail !== '' ? ` (${fact.detail})` : '';
  return `${RETURNED[fact.status]}${waited}${detail}.`;
}

const BY: Readonly<Record<Fact<'ended'>['by'], string>> = {
  caller: 'the caller hung up',
  agent: 'the agent hung up',
  router: 'the system ended it',
  unknown: 'it is not known who hung up',
};

/** The end of the whole call. `waitedMs` is from arrival to end; `status` is what the dialplan was told, '' when not known. */
export function endSentence(fact: Fact<'ended'>, waitedMs: number, status: IpntStatus | ''): string {
  const told = status === '' ? '' : ` (${status})`;
  switch (fact.outcome) {
    case 'answered':
      return `The end: ${BY[fact.by]} after ${span(fact.talkMs)} of conversation.`;
    case 'abandoned':
      return `The end: the caller gave up after ${span(waitedMs)} of waiting.`;
    case 'overflowed':
      return `The end: not answered; the call went back to the dialplan${told} after ${span(waitedMs)}.`;
    case 'defaulted':
      return 'The end: the call took the default route.';
    case 'redirected':
      return 'The end: the call centre took the call over.';
    case 'called_back':
      return 'The end: the caller was called back.';
    case 'closed':
      return `The end: the service was closed; the call went back to the dialplan${told}.`;
    case 'failed':
      return 'The end: the call was lost by a fault of ours.';
  }
}

const INCIDENT: Readonly<Record<string, string>> = {
  token_lost: 'Out of the ordinary: the agent could have been given to another call meanwhile; this one went on.',
  redirect_lost: 'Out of the ordinary: the redirected call was not seen to arrive at the call centre.',
  unreadable: 'A part of the record cannot be read any more.',
};
const ODD = 'Out of the ordinary: something that an engineer must look up in the record.';

/** Known incidents in words; of others that there was one: their details are for engineers. */
export const incidentSentence = (code: string): string => INCIDENT[code] ?? ODD;
