import { IpntError } from '../../core/errors.ts';
import type { Log } from '../../ports/log.ts';
import { pause } from '../../ports/clock.ts';
import { systemClock } from '../../runtime/clock.ts';
import { openLifecycle } from '../../runtime/lifecycle.ts';
import type { Lifecycle } from '../../runtime/lifecycle.ts';
import { openLog } from '../../runtime/log.ts';
import { openEdgeMonitor } from '../../runtime/monitoring/edge.ts';
import { openSiteMonitor } from '../../runtime/monitoring/site.ts';
import { backoffMs } from '../../runtime/retry.ts';
import type { EdgeSettings, Settings } from '../../settings/index.ts';
import type { AddCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { optionsOf } from '../command.ts';
import { wrongOption } from '../cured.ts';
import { MONITORING_OPTION, monitoringAddress, serveMonitoring } from '../monitoring.ts';
import type { MonitoringChoice } from '../monitoring.ts';
import { holderName, openStore, settingsOf } from '../open.ts';
import type { OpenStore } from '../open.ts';
import { keepPurged } from '../purging.ts';
import { errorText, exitCodeOf } from '../report.ts';
import { programVersion } from '../version.ts';
import { siteNamed } from './record.ts';

const RETRY = { baseMs: 250, maxMs: 5_000 };

/** Begins the life of a role: its end, and the end of its supervisor as one more cause. */
export function begin(log: Log): Lifecycle {
  const life = openLifecycle({ log, clock: systemClock });
  if (process.channel) process.on('disconnect', () => void life.stop('the supervisor is gone'));
  return life;
}

/** A role outlives a database that is away when it starts: it waits for it. What only a person can mend ends it. */
export async function patiently<T>(life: Lifecycle, log: Log, what: string, work: () => Promise<T>): Promise<T | null> {
  for (let attempt = 1, said = ''; !life.isStopping; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof IpntError) || !error.retryable) throw error;
      if (said !== error.message) log.warn(`${what}: trying again`, { errCode: error.code, detail: error.message });
      said = error.message;
      await Promise.race([pause(systemClock, backoffMs(attempt, Math.random(), RETRY)), life.stopping]);
    }
  }
  return null;
}

/** Leads a role from its start to its end. What keeps it from starting is told, and everything that is open is closed. */
export async function lead(life: Lifecycle, io: Io, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    io.err(errorText(error));
    await life.stop('it cannot run', exitCodeOf(error));
  }
  await life.stopping;
}

/** The store, once its database answers; null where the role ends before. */
export async function openPatiently(life: Lifecycle, settings: Settings, log: Log): Promise<OpenStore | null> {
  const open = await patiently(life, log, 'the database', () => openStore(settings, { log }));
  if (open === null) return null;
  life.onStop('store', () => open.close());
  const purging = keepPurged(open.store, settings.retention, { clock: systemClock, log });
  life.onStop('purging', () => purging.stop());
  return open;
}

/** `ipnt site NAME`: the adapter of one call centre. */
export const addSite: AddCommand = (program, io) => {
  program
    .command('site')
    .description('follow one call centre and publish its state (`ipnt run` starts one for each site)')
    .argument('<site>', 'its name in the settings')
    .option(...MONITORING_OPTION)
    .action(async (siteId: string, _options, command) => {
      const options = optionsOf<MonitoringChoice>(command);
      const settings = settingsOf(options, io);
      const listen = monitoringAddress(options, io);
      const site = siteNamed(settings, siteId);
      const log = openLog({ component: 'site' });
      const life = begin(log);
      await lead(life, io, async () => {
        const monitor = openSiteMonitor(siteId, programVersion());
        serveMonitoring(monitor, listen, life, log);
        const open = await openPatiently(life, settings, log);
        if (open === null) return;
        const { runSite } = await import('../../apps/site/run.ts');
        const app = runSite({ site, store: open.store, clock: systemClock, log, holder: holderName(), monitor });
        life.onStop('site', () => app.stop(), { intake: true });
      });
    });
};

function edgeNamed(settings: Settings, edgeId: string): EdgeSettings {
  const edge = settings.edges.find((one) => one.edgeId === edgeId);
  if (edge !== undefined) return edge;
  const known = settings.edges.map((one) => one.edgeId).join(', ') || 'none';
  throw wrongOption(
    `these settings have no edge "${edgeId}"; they have: ${known}`,
    'name one of these, or add it to `edges` in the settings',
    settings.file,
  );
}

/** `ipnt edge NAME`: the routing application of one edge Asterisk. */
export const addEdge: AddCommand = (program, io) => {
  program
    .command('edge')
    .description('route the calls of one edge Asterisk (`ipnt run` starts one for each edge)')
    .argument('<edge>', 'its name in the settings')
    .option(...MONITORING_OPTION)
    .action(async (edgeId: string, _options, command) => {
      const options = optionsOf<MonitoringChoice>(command);
      const settings = settingsOf(options, io);
      const listen = monitoringAddress(options, io);
      const edge = edgeNamed(settings, edgeId);
      const log = openLog({ component: 'edge' });
      const life = begin(log);
      await lead(life, io, async () => {
        const monitor = openEdgeMonitor(edgeId, programVersion());
        serveMonitoring(monitor, listen, life, log);
        const open = await openPatiently(life, settings, log);
        if (open === null) return;
        const common = { store: open.store, clock: systemClock, log, holder: holderName(), monitor };
        const { dataDir, country, customerSources } = settings;
        const { runEdge } = await import('../../apps/edge/run.ts');
        const running = await patiently(life, log, 'the edge', () =>
          runEdge({ edge, dataDir, country, customerSources, ...common }),
        );
        if (running === null) return;
        life.onStop('edge', () => running.stop(), { intake: true });
      });
    });
};
