import { counted, printable, span } from '../../core/explain/text.ts';
import type { HoldReason } from '../../core/model/claim.ts';
import type { Reason } from '../../core/model/decision.ts';

const HELD: Readonly<Record<HoldReason, string>> = {
  cancelled: 'The caller was gone before you answered',
  busy: 'Your phone was busy: the next call comes a little later',
  failed: 'Your phone could not be reached: the next call comes a little later',
  no_answer: 'You let a call ring: the next one comes a little later',
  redirect_lost: 'A call that was sent to you did not arrive: the next one comes a little later',
  arrival: 'A call is on its way to you',
};

/** Why no call comes to him now, said to the agent himself. Total: the compiler tells when a reason has no words. Pure. */
export function ownReason(reason: Reason, nowMs: number): string {
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
      return `${HELD[reason.reason]}${stillFor(reason.untilMs, nowMs)}.`;
    case 'site_queue_waiting':
      return `${counted(reason.waiting, 'caller')} of your own call centre come first, in “${printable(reason.queue)}”.`;
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
  untilMs > nowMs ? `, for ${span(untilMs - nowMs)} more` : '';
