import type { AgentLine, SiteLine } from '../../core/model/board.ts';
import { exactTimeOf } from '../format.ts';

/** What stands beside an agent's activity: why it is so, and whether it can be trusted. Pure. */

const AFTER: Readonly<Record<NonNullable<AgentLine['hold']>['reason'], string>> = {
  no_answer: 'did not answer',
  busy: 'phone busy',
  failed: 'not reached',
  redirect_lost: 'call did not arrive',
  cancelled: 'caller hung up',
};

/** Why he pauses, or what he is left alone after; '' for nothing to say. */
export const whyShown = ({ shown, pauseReason, hold }: AgentLine): string =>
  shown === 'held' && hold !== null ? AFTER[hold.reason] : pauseReason;

/** How long he is left alone: by the second, the calls that wait may be his next. */
export const untilShown = ({ shown, hold }: AgentLine): string | undefined =>
  shown === 'held' && hold !== null ? `until ${exactTimeOf(hold.untilMs)}` : undefined;

/** `Lyon not heard since 12:46:52`: nobody knows what its agents do by now. '' while it is heard. */
export function silenceText({ title, state, lastHeardMs }: SiteLine): string {
  if (state === 'up') return '';
  return lastHeardMs === null ? `${title} is not connected` : `${title} not heard since ${exactTimeOf(lastHeardMs)}`;
}
