/**
 * Calls as they are shown to whoever may not see callers: no number of a caller and no customer, neither in a field nor in a text. Pure.
 * The last digits are hidden, too: logs show those, and both together would be the whole number.
 */
import type { CallEvent, CallFact } from '../../core/model/call.ts';
import type { CallSummary } from '../../core/model/call-summary.ts';
import { maskNumber } from '../../runtime/mask.ts';

/** Somebody is there, and who is not told. */
export const HIDDEN = '***';

/** `+49301234567` as `+49*********`: the country at most. */
export const maskCaller = (number: string): string => {
  const masked = maskNumber(number);
  const shown = masked.startsWith('+') ? masked.slice(0, 3) : '';
  return shown + '*'.repeat(masked.length - shown.length);
};

export const maskSummary = (call: CallSummary): CallSummary => ({
  ...call,
  ani: maskCaller(call.ani),
  customerId: call.customerId === '' ? '' : HIDDEN,
});

/** Whatever may be a telephone number. */
const NUMBER = /\+?\d{6,}/g;

/** All facts of one call. Texts that somebody else wrote lose what we know of the caller, and all that looks like a number. */
export function maskEvents(events: readonly CallEvent[]): readonly CallEvent[] {
  const known = events.flatMap(({ fact }) => callerIn(fact)).filter((one) => one.length > 2);
  const hide = (text: string): string =>
    known.reduce((rest, one) => rest.replaceAll(one, HIDDEN), text).replaceAll(NUMBER, maskCaller);
  return events.map((event) => ({ ...event, fact: maskFact(event.fact, hide) }));
}

/** What a fact tells of the caller, the longest first: a part must not leave the rest. */
function callerIn(fact: CallFact): readonly string[] {
  switch (fact.kind) {
    case 'arrived':
      return [fact.ani, fact.ani.replace(/^\+/, '')];
    case 'customerFound':
      return [fact.name, fact.customerId];
    case 'callbackAsked':
      return [fact.number, fact.number.replace(/^\+/, '')];
    default:
      return [];
  }
}

/** Total: the compiler tells when a new kind of fact has not been thought of. */
function maskFact(fact: CallFact, hide: (text: string) => string): CallFact {
  switch (fact.kind) {
    case 'arrived':
      return { ...fact, ani: maskCaller(fact.ani), channel: hide(fact.channel) };
    case 'customerFound': {
      const customerId = fact.customerId === '' ? '' : HIDDEN;
      return { ...fact, customerId, name: '', problem: hide(fact.problem) };
    }
    case 'callbackAsked':
      return { ...fact, number: maskCaller(fact.number) };
    case 'bridged':
      return { ...fact, recording: hide(fact.recording) };
    case 'redirected':
      return { ...fact, contact: hide(fact.contact) };
    case 'stepped':
    case 'overflowed':
      return { ...fact, why: hide(fact.why) };
    case 'incident':
    case 'returned':
      return { ...fact, detail: hide(fact.detail) };
    // None of these tells of the caller: agents, offers, and what the rules say.
    case 'decided':
    case 'claimLost':
    case 'offered':
    case 'offerEnded':
    case 'continued':
    case 'transferredAtSite':
    case 'keyPressed':
    case 'callbackTried':
    case 'requeued':
    case 'ended':
      return fact;
  }
}
