import type { LeftOver } from '../../ports/edge-pbx.ts';
import type { Caller } from './caller.ts';
import type { OfferLeg } from './offer-leg.ts';

/** What an app that has just registered finds: who is in the application, and the legs. */
export function leftOversOf(callers: Iterable<Caller>, offers: Iterable<OfferLeg>): LeftOver {
  const read = (caller: Caller, name: string): string => caller.variables.get(name) ?? '';
  return {
    callers: [...callers]
      .filter((caller) => caller.place === 'application')
      .map((caller) => ({
        ...caller.info,
        callId: read(caller, 'IPNT_CALL'),
        service: read(caller, 'IPNT_SERVICE'),
        phase: read(caller, 'IPNT_PHASE'),
        agentId: read(caller, 'IPNT_AGENT'),
        status: read(caller, 'IPNTSTATUS'),
        // He who was left alone stays in his bridge.
        bridged: caller.bridgedWith !== null || caller.story.aloneSinceMs !== null,
      })),
    offers: [...offers].map(({ offerId, isUp, isBridged }) => ({ offerId, up: isUp, bridged: isBridged })),
  };
}
