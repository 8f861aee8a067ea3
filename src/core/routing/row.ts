import type { CallRequest, WaitingCall } from '../model/call.ts';
import type { Stage } from './steps.ts';

/** A call as it stands in the line: what it asks for in its stage. At an edge, in a simulation and in a trial alike. */
export function rowInLine(
  call: Pick<CallRequest, 'callId' | 'edgeId' | 'service' | 'networkFirst' | 'preferred' | 'rules'>,
  { requirement, priority, strategy, step }: Stage,
  arrivedAtMs: number,
): WaitingCall {
  const { callId, edgeId, service, networkFirst, preferred, rules } = call;
  const patienceMs = preferred.length === 0 ? 0 : rules.preferred.patienceMs;
  return {
    ...{ callId, edgeId, service, requirement, priority, strategy, step, networkFirst, preferred, arrivedAtMs },
    ageing: rules.ageing,
    offering: false,
    preferredUntilMs: patienceMs === 0 ? 0 : arrivedAtMs + patienceMs,
  };
}
