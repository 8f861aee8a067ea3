import type { Target } from '../../core/model/service.ts';
import { routeOf } from '../../core/reduce/call-wait.ts';
import { chooseDefaultQueue, chooseQueue } from '../../core/routing/targets.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { Reach } from './parts.ts';
import { fill } from './parts.ts';

/** What the dialplan is told of a target, and why it is that one. `route` '' when it can go nowhere. */
export interface Destination {
  readonly route: string;
  readonly site: string;
  readonly why: string;
}

/** What a site's trunk context knows a queue of its own by (ipnt-site.conf). */
const queueAddress = (queue: string): string => `queue.${queue}`;

/** A target that the dialplan carries out. `isDown`: the database does not answer, and only what is known without it counts. */
export function destinationOf(
  target: Exclude<Target, { kind: 'service' }>,
  view: RoutingView,
  callId: string,
  reach: Reach,
  isDown = false,
): Destination {
  if (target.kind !== 'queue') return { route: routeOf(target), site: '', why: '' };
  const chosen = (isDown ? chooseDefaultQueue : chooseQueue)(target, view, callId);
  const template = chosen === null ? undefined : reach.trunks[chosen.siteId];
  if (chosen === null || template === undefined)
    return { route: '', site: '', why: `no site has a queue "${target.queue}" that can be reached` };
  return { route: `dial:${fill(template, queueAddress(chosen.queue))}`, site: chosen.siteId, why: chosen.why };
}
