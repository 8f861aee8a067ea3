import { expect, it } from 'vitest';
import { boardSamples } from '../../../../src/apps/api/board-metrics.ts';
import type { Board, ServiceRow } from '../../../../src/core/model/board.ts';
import { openApiMonitor } from '../../../../src/runtime/monitoring/api.ts';
import { textOf } from '../../../../src/runtime/monitoring/registry.ts';

const support: ServiceRow = {
  ...{ id: 'support', title: 'Support', isOpen: true, why: '', isByHand: false, waiting: 2, longestSinceMs: 88_500 },
  ...{ expectedWaitMs: 42_000, eligible: 0, staffed: 5, talking: 3, serviceLevelMs: 20_000, serviceLevelTarget: 0.8 },
  today: {
    ...{ offered: 20, inProgress: 5, reached: 12, reachedInTime: 9, abandonedLate: 1, waitMs: 120_000 },
    ...{ longestWaitMs: 60_000, abandonedWaitMs: 9_000, talks: 10, talkMs: 900_000 },
    outcomes: {
      ...{ answered: 9, abandoned: 2, overflowed: 1, defaulted: 1, redirected: 2 },
      ...{ called_back: 0, closed: 0, failed: 0 },
    },
  },
  ...{ serviceLevel: 0.9, recentServiceLevel: null, meanWaitMs: 10_000, meanTalkMs: 90_000, zone: 'Europe/Berlin' },
};
const quiet: ServiceRow = {
  ...{ ...support, id: 'quiet', isOpen: false, waiting: 0, longestSinceMs: null },
  ...{ expectedWaitMs: null, serviceLevel: null, meanWaitMs: null },
};
const board: Board = {
  services: [support, quiet],
  sites: [
    {
      ...{ id: 'berlin', title: 'Berlin', state: 'stale', lastHeardMs: 90_000, callsInProgress: 4, waiting: 1 },
      agents: {
        ...{ idle: 1, ringing: 0, talking: 3, wrap_up: 0, held: 1, paused: 2, logged_out: 7, unreachable: 0, unknown: 0 },
      },
    },
  ],
  queues: [
    {
      ...{ id: 'berlin/sales', siteId: 'berlin', name: 'sales', waiting: 1, longestSinceMs: 99_000, loggedIn: 6 },
      ...{ ready: 4, onCalls: 3, windowMs: 1_800_000, answered: 5, abandoned: 0, meanWaitMs: null, serviceLevel: null },
    },
  ],
  ...{ edges: [], agents: [], waiting: [] },
};
const samples = boardSamples({ board, nowMs: 100_000, staleSinceMs: null });

it.each([
  ['ipnt_service_waiting_calls', { service: 'support' }, 2],
  ['ipnt_service_longest_wait_seconds', { service: 'support' }, 11.5],
  ['ipnt_service_longest_wait_seconds', { service: 'quiet' }, 0],
  ['ipnt_service_expected_wait_seconds', { service: 'support' }, 42],
  ['ipnt_service_expected_wait_seconds', { service: 'quiet' }, undefined],
  ['ipnt_service_eligible_agents', { service: 'support' }, 0],
  ['ipnt_service_staffed_agents', { service: 'support' }, 5],
  ['ipnt_service_open', { service: 'quiet' }, 0],
  ['ipnt_service_offered_calls_today', { service: 'support' }, 20],
  ['ipnt_service_calls_today', { service: 'support', outcome: 'answered' }, 9],
  ['ipnt_service_calls_today', { service: 'support', outcome: 'in_progress' }, 5],
  ['ipnt_service_answered_in_time_today', { service: 'support' }, 9],
  ['ipnt_service_level_today_ratio', { service: 'support' }, 0.9],
  ['ipnt_service_level_today_ratio', { service: 'quiet' }, undefined],
  ['ipnt_service_level_target_ratio', { service: 'support' }, 0.8],
  ['ipnt_service_mean_wait_today_seconds', { service: 'support' }, 10],
  ['ipnt_site_fresh', { site: 'berlin' }, 0],
  ['ipnt_site_calls_in_progress', { site: 'berlin' }, 4],
  ['ipnt_site_agents', { site: 'berlin', activity: 'logged_out' }, 7],
  ['ipnt_site_queue_waiting_calls', { site: 'berlin', queue: 'sales' }, 1],
])('%s %j is %s', (name, labels, value) => {
  const found = samples.filter((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels));
  expect(found.map((one) => one.value)).toEqual(value === undefined ? [] : [value]);
});

it('offered are the calls of all outcomes together', () => {
  const counted = samples.filter(
    ({ name, labels }) => name === 'ipnt_service_calls_today' && labels['service'] === 'support',
  );
  expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(20);
});

it('figures that stand still are told to nobody as those of now', () => {
  expect(boardSamples({ board, nowMs: 100_000, staleSinceMs: 90_000 })).toEqual([]);
});

it('a service that is gone from the board is gone from the metrics', async () => {
  const monitor = openApiMonitor('1.2.3');
  const reading = { checks: [], databaseAnswers: true, streamClients: 3, droppedStreamClients: 1 };
  const text = async (shown: readonly ServiceRow[]): Promise<string> => {
    monitor.watch(() => ({
      ...reading,
      board: boardSamples({ board: { ...board, services: shown }, nowMs: 0, staleSinceMs: null }),
    }));
    return textOf([(await monitor.state('metrics')).metrics]);
  };
  expect(await text([support, quiet])).toContain('ipnt_service_waiting_calls{service="quiet",role="api"} 0');
  const after = await text([support]);
  expect(after).not.toContain('"quiet"');
  expect(after).toContain('ipnt_stream_clients{role="api"} 3');
  expect(after).toContain('ipnt_stream_dropped_clients_total{role="api"} 1');
});
