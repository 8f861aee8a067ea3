/** One sentence for each code that a call's record can hold. Total: the compiler tells when a code has no sentence. */
import type { CallFact, IpntStatus, OfferReason } from '../model/call.ts';
import { span } from './text.ts';

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
  OVERFLOW: 'The call left its service for where the service sends such calls',
  CALLBACK: 'The caller is to be called back: this call went back to the dialplan',
  KEY: 'The caller left the line by a key: the call went back to the dialplan',
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
      if (status === 'OVERFLOW') return `The end: the call left its service${told} after ${span(waitedMs)}.`;
      if (status === 'KEY') return `The end: the caller left the line by a key${told} after ${span(waitedMs)}.`;
      return `The end: not answered; the call went back to the dialplan${told} after ${span(waitedMs)}.`;
    case 'defaulted':
      return 'The end: the call took the default route.';
    case 'redirected':
      return 'The end: the call centre took the call over.';
    case 'called_back':
      return fact.talkMs > 0
        ? `The end: the caller was called back; ${BY[fact.by]} after ${span(fact.talkMs)} of conversation.`
        : 'The end: the caller hung up, to be called back.';
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
