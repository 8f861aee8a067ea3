/** Why an agent did not get a call: one row for each reason. Total: the compiler tells when a reason has no words. */
import type { HoldReason } from '../model/claim.ts';
import type { Reason, ReasonCode } from '../model/decision.ts';
import { skillName, unmetText } from './requirement.ts';
import { span } from './text.ts';

const HELD: Readonly<Record<HoldReason, string>> = {
  cancelled: 'left alone for a moment after an offer that the caller ended',
  busy: 'left alone for a while after his phone was busy',
  failed: 'left alone for a while after his phone could not be reached',
  no_answer: 'left alone for a while after he let a call ring',
  redirect_lost: 'left alone for a while after a call sent to him did not arrive',
  arrival: 'kept for a call that is on its way to him',
};

type Sites = ReadonlyMap<string, string>;
const NO_TITLES: Sites = new Map();

/** Whether a reason is told of a decision that was made (`was in a call`) or of now (`is in a call`). */
export type Tense = 'was' | 'is';

/** Of what reasons are told. */
export interface Told {
  readonly atMs: number;
  /** What sites are called. */
  readonly sites?: Sites;
  readonly tense?: Tense;
  /** The call that was decided about; left out where reasons are told of an agent or a service, and of no call. */
  readonly callId?: string;
}

/** What his phone does is left out where a claim of ours says the same: it is one call and not two. */
export const callOnce = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.some(({ code }) => code === 'claimed')
    ? reasons.filter(({ code }) => code !== 'talking' && code !== 'ringing')
    : reasons;

/** All that stood against somebody, each as the end of a sentence that begins with his name. One call is told as one. */
export const reasonSentences = (reasons: readonly Reason[], told: Told): readonly string[] =>
  callOnce(reasons).map((reason) => reasonSentence(reason, told));

/** Why somebody could not take a call, as the end of a sentence that begins with his name. */
export function reasonSentence(reason: Reason, { atMs, sites = NO_TITLES, tense = 'was', callId }: Told): string {
  const isNow = tense === 'is';
  switch (reason.code) {
    case 'skill_missing':
      return `lacks ${skillName(reason.skill)}${reason.level > 0 ? ` at level ${reason.required} (has ${reason.level})` : ''}`;
    case 'requirement_not_met':
      return unmetText(reason.term, sites);
    case 'site_stale':
      return `nothing ${isNow ? 'has' : 'had'} been heard from his call centre for some seconds`;
    case 'trunk_down':
      return `the line to his call centre ${tense} down`;
    case 'no_address':
      return 'has no phone that can be rung from here';
    case 'logged_out':
      return `${tense} logged out`;
    case 'paused':
      return reason.reason === '' ? `${tense} on a pause` : `${tense} on a pause ("${reason.reason}")`;
    case 'status_unknown':
      return `it ${tense} not known whether he ${tense} logged in`;
    case 'ringing':
      return `his phone ${tense} ringing already`;
    case 'talking':
      return `${tense} in a call`;
    case 'wrap_up':
      return `${tense} finishing his last call${stillFor(reason.untilMs, atMs)}`;
    case 'unreachable':
      return `his phone ${tense} switched off or not connected`;
    case 'activity_unknown':
      return `it ${tense} not known what his phone ${tense} doing`;
    case 'claimed':
      return `${tense} ${reason.phase === 'offer' ? 'just being rung for' : 'in'} ${whichCall(reason.callId, callId)}`;
    case 'held':
      return `${tense} ${HELD[reason.reason]}${stillFor(reason.untilMs, atMs)}`;
    case 'site_queue_waiting': {
      const [one, many] = isNow ? ['waits', 'wait'] : ['waited', 'waited'];
      const who = reason.waiting === 1 ? 'one caller' : `${reason.waiting} callers`;
      return `${who} of his own call centre ${reason.waiting === 1 ? one : many} for him in "${reason.queue}"`;
    }
    case 'not_preferred':
      return `the call ${tense} kept for an agent of the caller's own${stillFor(reason.untilMs, atMs)}`;
    case 'taken_by_earlier_call':
      return isNow ? 'goes to a caller who has been waiting longer' : 'went to a caller who had been waiting longer';
  }
}

const whichCall = (claimedBy: string, callId: string | undefined): string =>
  callId === undefined ? 'a call of ours' : claimedBy === callId ? 'this call' : 'another call of ours';

const stillFor = (untilMs: number, atMs: number): string =>
  untilMs > atMs ? `, for ${span(untilMs - atMs)} more` : '';

/** What a reason means for many at once: `3 were in a call`. */
const MANY: Readonly<Record<ReasonCode, readonly [one: string, more: string]>> = {
  skill_missing: ['lacks a skill', 'lack a skill'],
  requirement_not_met: ['is not of those asked for', 'are not of those asked for'],
  site_stale: ['at a call centre gone silent', 'at call centres gone silent'],
  trunk_down: ['behind a broken line', 'behind broken lines'],
  no_address: ['without a phone that can be rung', 'without a phone that can be rung'],
  logged_out: ['logged out', 'logged out'],
  paused: ['on a pause', 'on a pause'],
  status_unknown: ['of unknown status', 'of unknown status'],
  ringing: ['rung already', 'rung already'],
  talking: ['in a call', 'in a call'],
  wrap_up: ['finishing a call', 'finishing their last calls'],
  unreachable: ['with the phone off', 'with their phones off'],
  activity_unknown: ['whose phone is not known', 'whose phones are not known'],
  claimed: ['in or before another call of ours', 'in or before other calls of ours'],
  held: ['left alone after an unanswered call', 'left alone after unanswered calls'],
  site_queue_waiting: ['kept for callers of his own call centre', 'kept for callers of their own call centres'],
  not_preferred: ["not the caller's own agent", "not the caller's own agents"],
  taken_by_earlier_call: ['taken by an earlier call', 'taken by earlier calls'],
};

/** `In a call`, `On a pause`: a heading over those who could not for that reason. */
export const reasonHeading = (code: ReasonCode): string =>
  // Each of them may be held for another reason: his own sentence tells it.
  code === 'held' ? 'Left alone for a while' : MANY[code][1].replace(/^./, (first) => first.toUpperCase());

/** What kind of thing stands against an agent: he works, is away, something is broken, a rule keeps him, or he would not do at all. */
export type ReasonKind = 'busy' | 'away' | 'fault' | 'rule' | 'unsuited';

export const REASON_KIND: Readonly<Record<ReasonCode, ReasonKind>> = {
  skill_missing: 'unsuited',
  requirement_not_met: 'unsuited',
  site_stale: 'fault',
  trunk_down: 'fault',
  no_address: 'fault',
  logged_out: 'away',
  paused: 'away',
  status_unknown: 'fault',
  ringing: 'busy',
  talking: 'busy',
  wrap_up: 'busy',
  unreachable: 'fault',
  activity_unknown: 'fault',
  claimed: 'busy',
  held: 'rule',
  site_queue_waiting: 'rule',
  not_preferred: 'rule',
  taken_by_earlier_call: 'rule',
};

/** `3 in a call, one on a pause`: the most frequent first. '' for none. */
export function countsText(counts: Readonly<Partial<Record<ReasonCode, number>>>): string {
  const rows = Object.entries(counts) as [ReasonCode, number][];
  return rows
    .filter(([, count]) => count > 0)
    .sort(([codeA, a], [codeB, b]) => b - a || (codeA < codeB ? -1 : 1))
    .map(([code, count]) => (count === 1 ? `one ${MANY[code][0]}` : `${count} ${MANY[code][1]}`))
    .join(', ');
}

/** What an example of each reason looks like, and what to do where it should not be. The README's table is made of it. */
export const REASONS: Readonly<Record<ReasonCode, { readonly example: Reason; readonly remedy: string }>> = {
  skill_missing: {
    example: { code: 'skill_missing', skill: 'queue:french', required: 5, level: 3 },
    remedy: 'put him in the queue, or lower his penalty there; or ask for less in the service or a step',
  },
  requirement_not_met: {
    example: { code: 'requirement_not_met', term: 'site=berlin' },
    remedy: 'the service excludes him: add a step that widens it, where that is not meant',
  },
  site_stale: { example: { code: 'site_stale' }, remedy: '`ipnt status`, `ipnt doctor`: is its adapter connected?' },
  trunk_down: { example: { code: 'trunk_down' }, remedy: '`ipnt doctor`: is the endpoint of the trunk reachable?' },
  no_address: {
    example: { code: 'no_address' },
    remedy: 'the queue member needs a device as its interface or state interface (`PJSIP/1001`)',
  },
  logged_out: { example: { code: 'logged_out' }, remedy: 'nothing: he logs in to a queue of his site' },
  paused: { example: { code: 'paused', reason: 'lunch' }, remedy: 'nothing: he ends the pause' },
  status_unknown: { example: { code: 'status_unknown' }, remedy: 'nothing for some seconds; later, `ipnt doctor`' },
  ringing: { example: { code: 'ringing' }, remedy: 'nothing' },
  talking: { example: { code: 'talking' }, remedy: 'nothing' },
  wrap_up: {
    example: { code: 'wrap_up', untilMs: 4_000 },
    remedy: '`wrap_up` of the service, or `queue_wrap_up` of the site',
  },
  unreachable: { example: { code: 'unreachable' }, remedy: 'his phone must register with his PBX' },
  activity_unknown: {
    example: { code: 'activity_unknown' },
    remedy: 'nothing for some seconds; later, the PBX knows no state of the device: set a state interface',
  },
  claimed: { example: { code: 'claimed', callId: '', phase: 'talk' }, remedy: 'nothing' },
  held: {
    example: { code: 'held', reason: 'no_answer', untilMs: 4_000 },
    remedy: 'nothing: it ends by itself; `no_answer` of the service sets how long',
  },
  site_queue_waiting: {
    example: { code: 'site_queue_waiting', queue: 'support', waiting: 2 },
    remedy: "`share: network_first` lets the service go before the site's own callers",
  },
  not_preferred: {
    example: { code: 'not_preferred', untilMs: 4_000 },
    remedy: '`preferred.patience` of the service sets how long the call waits for its own agent',
  },
  taken_by_earlier_call: { example: { code: 'taken_by_earlier_call', callId: '' }, remedy: 'nothing: more agents' },
};
