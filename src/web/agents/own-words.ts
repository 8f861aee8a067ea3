import { callOnce } from '../../core/explain/reasons.ts';
import { counted, printable, span } from '../../core/explain/text.ts';
import type { HoldReason } from '../../core/model/claim.ts';
import type { Reason } from '../../core/model/decision.ts';

/** Whole sentences, or what the rest of the time follows. */
const HELD: Readonly<Record<HoldReason, string>> = {
  cancelled: 'The caller was gone before you answered.',
  busy: 'Your phone was busy, and you are left alone',
  failed: 'Your phone could not be reached, and you are left alone',
  no_answer: 'You let a call ring, and are left alone',
  redirect_lost: 'A call that was sent to you did not arrive, and you are left alone',
  arrival: 'A call is on its way to you.',
};

/** All that stands in his way, said to the agent himself: one sentence for what the call centre and we see alike. Empty: nothing does. */
export function ownReasons(reasons: readonly Reason[], nowMs: number): readonly string[] {
  const told = new Map<Reason['code'], Reason>();
  for (const reason of callOnce(reasons)) {
    const before = told.get(reason.code);
    if (before === undefined || endOf(before) < endOf(reason)) told.set(reason.code, reason);
  }
  return [...told.values()].map((reason) => ownReason(reason, nowMs));
}

const endOf = (reason: Reason): number => ('untilMs' in reason ? reason.untilMs : 0);

/** Why no call comes to him now, said to the agent himself. Total: the compiler tells when a reason has no words. Pure. */
function ownReason(reason: Reason, nowMs: number): string {
  switch (reason.code) {
    case 'logged_out':
      return 'You are logged out of your queues.';
    case 'paused':
      return reason.reason === '' ? 'You are on a pause.' : `You are on a pause (${printable(reason.reason)}).`;
    case 'status_unknown':
      return 'It is not known whether you are logged in.';
    case 'ringing':
      return 'Your phone is ringing.';
    case 'talking':
      return 'You are in a call.';
    case 'wrap_up':
      return `You are finishing your last call${stillFor(reason.untilMs, nowMs)}.`;
    case 'unreachable':
      return 'Your phone is switched off or not connected.';
    case 'activity_unknown':
      return 'It is not known what your phone is doing.';
    case 'claimed':
      return reason.phase === 'offer' ? 'You are being rung for a call.' : 'You are in a call that was sent to you.';
    case 'held':
      return HELD[reason.reason].endsWith('.')
        ? HELD[reason.reason]
        : `${HELD[reason.reason]}${stillFor(reason.untilMs, nowMs)}.`;
    case 'site_queue_waiting':
      return `${counted(reason.waiting, 'caller')} of your own call centre ${reason.waiting === 1 ? 'comes' : 'come'} first, in “${printable(reason.queue)}”.`;
    case 'site_stale':
      return 'Nothing has been heard from your call centre for some seconds.';
    case 'trunk_down':
      return 'The line to your call centre is down.';
    case 'no_address':
      return 'Your phone cannot be rung from here.';
    case 'skill_missing':
    case 'requirement_not_met':
    case 'not_preferred':
    case 'taken_by_earlier_call':
      // These say something of one call; of an agent alone they are never told.
      return 'The call asks for somebody else.';
  }
}

const stillFor = (untilMs: number, nowMs: number): string =>
  untilMs > nowMs ? ` for ${span(untilMs - nowMs)} more` : '';
