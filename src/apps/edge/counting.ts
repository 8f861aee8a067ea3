import type { CallFact } from '../../core/model/call.ts';
import { servicesByName } from '../../core/model/routing.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { EdgeMeter } from '../../ports/metrics.ts';

/** A call of no service that is in force. Dialplans name services freely, and each name would be a series of its own. */
const NO_SERVICE = '(none)';

/** Tells a fact of one of this edge's calls. */
export type Count = (service: string, fact: CallFact) => void;

/** Counts the facts of calls as they are recorded. */
export function counting(meter: EdgeMeter, routing: () => Routing): Count {
  const labelOf = (service: string): string => (servicesByName(routing()).has(service) ? service : NO_SERVICE);
  return (service, fact) => {
    switch (fact.kind) {
      case 'ended':
        return meter.callEnded(labelOf(service), fact.outcome);
      case 'bridged':
        return meter.answered(labelOf(service), fact.waitMs);
      case 'offerEnded':
        return meter.offerEnded(fact.outcome);
      case 'incident':
        return meter.incident(fact.code);
      default:
        return;
    }
  };
}
