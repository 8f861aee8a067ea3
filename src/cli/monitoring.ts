/** Monitoring of a role's process: by its supervisor, and over HTTP where an address is given. */
import type { Log } from '../ports/log.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Lifecycle } from '../runtime/lifecycle.ts';
import { answerOver } from '../runtime/monitoring/channel.ts';
import type { Source } from '../runtime/monitoring/role-monitor.ts';
import { MonitoringServer } from '../runtime/monitoring/server.ts';
import { parseListen } from '../settings/index.ts';
import type { Listen } from '../settings/index.ts';
import { wrongOption } from './cured.ts';
import type { Io } from './io.ts';

export const MONITORING_OPTION = [
  '--monitoring <host:port>',
  'serve /metrics and /health there ($IPNT_MONITORING); by default nowhere',
] as const;

export interface MonitoringChoice {
  readonly monitoring?: string;
}

/** Where the command line or the environment wants it; null where neither says so. */
export function monitoringAddress({ monitoring }: MonitoringChoice, io: Io): Listen | null {
  const text = monitoring ?? io.env['IPNT_MONITORING'] ?? '';
  if (text === '') return null;
  const listen = parseListen(text);
  if (listen !== null) return listen;
  const where = monitoring === undefined ? 'IPNT_MONITORING' : '--monitoring';
  throw wrongOption(`"${text}" is no address and port`, 'write e.g. 127.0.0.1:9464', where);
}

/** Answers whoever watches this process, until it ends. */
export function serveMonitoring(source: Source, listen: Listen | null, life: Lifecycle, log: Log): void {
  if (process.channel) answerOver(process, source);
  if (listen === null) return;
  const server = new MonitoringServer({ ...listen, source, log, clock: systemClock });
  life.onStop('monitoring', () => server.close());
}
