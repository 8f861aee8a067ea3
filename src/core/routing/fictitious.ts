import type { Decision } from '../model/decision.ts';
import type { Routing } from '../model/routing.ts';
import type { Service } from '../model/service.ts';
import { parseArguments, requestOf } from './arguments.ts';
import { decide } from './decide.ts';
import { parseRequirement } from './requirement.ts';
import { rowInLine } from './row.ts';
import { firstStage } from './steps.ts';
import type { RoutingView } from './view.ts';

/** Who could take a call of a service that came now, whether it is open or not: as it begins, and as if nobody waited before it. */
export function decideFor(service: Service, routing: Pick<Routing, 'version'>, view: RoutingView): Decision {
  const identity = { callId: '', edgeId: '', channelId: '', ani: '', callerName: '' };
  const args = parseArguments([`service=${service.name}`]);
  const request = requestOf(identity, service, args, routing.version);
  const stage = firstStage(request, 0);
  const row = rowInLine(request, stage, view.nowMs);
  return decide(view, row, parseRequirement(stage.requirement), null, new Map(), { routingVersion: routing.version });
}
