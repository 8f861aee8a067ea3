import type { BoardSnapshot, QueueLine, ServiceRow, SiteLine } from '../../core/model/board.ts';
import { AGENT_SHOWN } from '../../core/model/board.ts';
import type { BoardMetric, BoardSample } from '../../ports/metrics.ts';

const MS = 1_000;

/**
 * What a board says to monitoring, in base units. What is not known is left out: of figures that stand still all of it, as nobody would see there
 * that they are old. Pure.
 */
export function boardSamples({
  board,
  nowMs,
  staleSinceMs,
}: Pick<BoardSnapshot, 'board' | 'nowMs' | 'staleSinceMs'>): readonly BoardSample[] {
  if (staleSinceMs !== null) return [];
  return [
    ...board.services.flatMap((service) => serviceSamples(service, nowMs)),
    ...board.sites.flatMap(siteSamples),
    ...board.queues.map(queueSample),
  ];
}

function serviceSamples(row: ServiceRow, nowMs: number): readonly BoardSample[] {
  const { today, longestSinceMs, expectedWaitMs, serviceLevel, meanWaitMs } = row;
  const service = row.id;
  const of = (name: BoardMetric, value: number): BoardSample => ({ name, labels: { service }, value });
  const known = (name: BoardMetric, value: number | null): readonly BoardSample[] =>
    value === null ? [] : [of(name, value)];
  const calls = (outcome: string, value: number): BoardSample => ({
    ...{ name: 'ipnt_service_calls_today', labels: { service, outcome }, value },
  });
  return [
    of('ipnt_service_open', Number(row.isOpen)),
    of('ipnt_service_waiting_calls', row.waiting),
    of('ipnt_service_longest_wait_seconds', longestSinceMs === null ? 0 : Math.max(0, nowMs - longestSinceMs) / MS),
    ...known('ipnt_service_expected_wait_seconds', expectedWaitMs === null ? null : expectedWaitMs / MS),
    of('ipnt_service_eligible_agents', row.eligible),
    of('ipnt_service_staffed_agents', row.staffed),
    of('ipnt_service_offered_calls_today', today.offered),
    calls('in_progress', today.inProgress),
    ...Object.entries(today.outcomes).map(([outcome, count]) => calls(outcome, count)),
    of('ipnt_service_answered_in_time_today', today.reachedInTime),
    ...known('ipnt_service_level_today_ratio', serviceLevel),
    of('ipnt_service_level_target_ratio', row.serviceLevelTarget),
    ...known('ipnt_service_mean_wait_today_seconds', meanWaitMs === null ? null : meanWaitMs / MS),
  ];
}

function siteSamples(line: SiteLine): readonly BoardSample[] {
  const site = line.id;
  return [
    { name: 'ipnt_site_fresh', labels: { site }, value: Number(line.state === 'up') },
    { name: 'ipnt_site_calls_in_progress', labels: { site }, value: line.callsInProgress },
    ...AGENT_SHOWN.map((activity): BoardSample => {
      return { name: 'ipnt_site_agents', labels: { site, activity }, value: line.agents[activity] };
    }),
  ];
}

const queueSample = ({ siteId, name, waiting }: QueueLine): BoardSample => ({
  ...{ name: 'ipnt_site_queue_waiting_calls', labels: { site: siteId, queue: name }, value: waiting },
});
