/**
 * Whether the trunks to the sites are up. An endpoint that is offline (qualify) refuses an originate at once with
 * "Allocation failed"; without qualify it is never offline, and a dead one is known only at the originate's timeout.
 */
import type { Log } from '../../ports/log.ts';
import type { Requests } from './requests.ts';
import { isDone, reasonOf } from './rest.ts';
import { isOnline } from './translate.ts';
import { readEndpoint } from './wire.ts';

/** The state of `PJSIP/site-a` now, or undefined when the PBX does not say. */
export async function askTrunk(requests: Requests, trunk: string): Promise<boolean | undefined> {
  const [tech = '', ...resource] = trunk.split('/');
  const reply = await requests.ask('endpoints', 'get', { tech, resource: resource.join('/') });
  const endpoint = isDone(reply) ? readEndpoint(reply.body) : undefined;
  return endpoint && isOnline(endpoint.state);
}

/** Subscribes the application to a trunk and asks how it is; in this order, so that no change falls between. */
export async function watchTrunk(
  requests: Requests,
  app: string,
  trunk: string,
  log: Log,
): Promise<boolean | undefined> {
  const reply = await requests.ask('applications', 'subscribe', {
    applicationName: app,
    eventSource: `endpoint:${trunk}`,
  });
  if (!isDone(reply))
    log.error(`the trunk ${trunk} cannot be watched: ${reasonOf(reply)}; is there such an endpoint in pjsip.conf?`);
  return askTrunk(requests, trunk);
}
