import type { WaitingCall } from '../model/call.ts';
import type { Measure, Service } from '../model/service.ts';
import { serviceLevelOf } from '../stats/figures.ts';
import type { Forecaster } from './expected-wait.ts';
import type { Floor } from './floor.ts';
import type { StageFacts } from './steps.ts';
import type { RoutingView } from './view.ts';

/** What the conditions of a call's steps are judged by. `floor` has taken in the view; `nowMs` is the caller's own clock. */
export function stageFacts(
  view: RoutingView,
  floor: Floor,
  forecaster: Forecaster,
  services: ReadonlyMap<string, Service>,
  call: WaitingCall,
  nowMs: number,
): StageFacts {
  const staffed = (requirement: string): number => floor.staffed(requirement);
  const eligible = (requirement: string): number => floor.eligible(requirement, call.networkFirst);
  const measure = (name: Measure, requirement: string): number | null => {
    switch (name) {
      case 'staffed':
        return staffed(requirement);
      case 'eligible':
        return eligible(requirement);
      case 'service_level': {
        const figures = view.figures.get(call.service);
        return figures === undefined ? null : serviceLevelOf(figures);
      }
      case 'waiting':
        return [...view.waiting.values()].filter((one) => one.service === call.service && !one.offering).length;
      case 'ewt':
        return forecaster.forecast({ ...call, requirement }, view, services).ms;
    }
  };
  return { nowMs, measure, staffed };
}
