import type { BoardMetric } from '../../ports/metrics.ts';
import type { kitOf } from './registry.ts';

interface Told {
  readonly help: string;
  readonly labels: readonly string[];
}

const of = (help: string, ...labels: string[]): Told => ({ help, labels });

/**
 * Gauges by service and site. The API tells all of them from its board. A site's process tells those of its own site, as it sees it now:
 * take `max by (site)` where both are watched.
 */
export const BOARD_METRICS: Readonly<Record<BoardMetric, Told>> = {
  ipnt_service_open: of('Whether the service is open: 1 or 0', 'service'),
  ipnt_service_waiting_calls: of('Calls that wait for an agent', 'service'),
  ipnt_service_longest_wait_seconds: of(
    'How long the one has waited who waits longest; 0 when nobody waits',
    'service',
  ),
  ipnt_service_expected_wait_seconds: of('Wait to expect for a caller who arrives now, where known', 'service'),
  ipnt_service_eligible_agents: of('Agents who could take a call now', 'service'),
  ipnt_service_staffed_agents: of('Agents at work who meet the requirement', 'service'),
  ipnt_service_offered_calls_today: of('Calls that arrived today, in the zone of the service', 'service'),
  ipnt_service_calls_today: of(
    'Calls that arrived today by outcome, in_progress among them; together they are those offered',
    ...['service', 'outcome'],
  ),
  ipnt_service_answered_in_time_today: of('Calls of today that reached an agent within T', 'service'),
  ipnt_service_level_today_ratio: of(
    'Service level of today, 0 to 1: reached within T / (reached + abandoned after T)',
    'service',
  ),
  ipnt_service_level_target_ratio: of('What the service level should be, 0 to 1', 'service'),
  ipnt_service_mean_wait_today_seconds: of('Mean wait of the calls of today that reached an agent', 'service'),
  ipnt_site_fresh: of('Whether the site is fresh: 1, or 0 while none of its agents is eligible', 'site'),
  ipnt_site_calls_in_progress: of('Calls on the PBX of the site', 'site'),
  ipnt_site_agents: of('Agents of the site by what they do', 'site', 'activity'),
  ipnt_site_queue_waiting_calls: of('Callers in a queue of the site', 'site', 'queue'),
};

export const boardGauge = (kit: ReturnType<typeof kitOf>, name: BoardMetric) =>
  kit.gauge<string>(name, BOARD_METRICS[name].help, BOARD_METRICS[name].labels);
