import type { OfferOutcome, OfferReason } from '../model/call.ts';

/** Q.850 cause and SIP status to what happened. Measured with originates over a PJSIP trunk on Asterisk 22. */
export function offerEnd(
  cause: number,
  techCause: number,
): { outcome: Exclude<OfferOutcome, 'answered' | 'cancelled'>; reason: OfferReason } {
  if (cause === 17 || techCause === 486) return { outcome: 'busy', reason: 'busy' };
  if (cause === 21 || techCause === 603) return { outcome: 'busy', reason: 'declined' };
  if (cause === 1 || techCause === 404) return { outcome: 'failed', reason: 'not_found' };
  if (cause === 20) return { outcome: 'failed', reason: 'unreachable' };
  if (cause === 34 || techCause === 503) return { outcome: 'failed', reason: 'congestion' };
  // Dial's option i refuses a phone's 302: the site's context answers 410, cause 22.
  if (cause === 22 || cause === 23 || techCause === 410) return { outcome: 'failed', reason: 'forwarded' };
  if (techCause === 480 && cause !== 19) return { outcome: 'failed', reason: 'unreachable' };
  if (cause === 18 || cause === 19 || techCause === 480 || techCause === 408)
    return { outcome: 'no_answer', reason: 'no_answer' };
  return { outcome: 'failed', reason: 'error' };
}
