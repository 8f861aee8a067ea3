import type { ApiReading, BoardMetric } from '../../ports/metrics.ts';
import { BOARD_METRICS, boardGauge } from './board.ts';
import { databaseGauge } from './holder.ts';
import { kitOf, openRegistry, setTo } from './registry.ts';
import { RoleMonitor } from './role-monitor.ts';

/** Watches the process of the API, which tells of all services and sites what its board shows. */
export function openApiMonitor(version: string): RoleMonitor<ApiReading> {
  const who = { role: 'api', name: '' } as const;
  const registry = openRegistry(who, version);
  const kit = kitOf(registry);
  const gauges = Object.fromEntries(
    (Object.keys(BOARD_METRICS) as BoardMetric[]).map((name) => [name, boardGauge(kit, name)]),
  ) as Record<BoardMetric, ReturnType<typeof boardGauge>>;
  const database = databaseGauge(kit);
  const clients = kit.gauge('ipnt_stream_clients', 'Clients that follow the board: wallboards and pages');
  const dropped = kit.counter('ipnt_stream_dropped_clients_total', 'Clients that were behind or did not read');
  return new RoleMonitor<ApiReading>(who, registry, (reading) => {
    database.set(Number(reading.databaseAnswers));
    clients.set(reading.streamClients);
    setTo(dropped, reading.droppedStreamClients);
    // What is gone from the board is gone from here.
    for (const gauge of Object.values(gauges)) gauge.reset();
    for (const { name, labels, value } of reading.board) gauges[name].set(labels, value);
  });
}
