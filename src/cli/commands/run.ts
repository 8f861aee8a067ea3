import { IpntError } from '../../core/errors.ts';
import { systemClock } from '../../runtime/clock.ts';
import { openLifecycle } from '../../runtime/lifecycle.ts';
import { openLog } from '../../runtime/log.ts';
import { openRunMonitor } from '../../runtime/monitoring/run.ts';
import type { Settings } from '../../settings/index.ts';
import type { AddCommand } from '../command.ts';
import { optionsOf } from '../command.ts';
import { MONITORING_OPTION, monitoringAddress, serveMonitoring } from '../monitoring.ts';
import type { MonitoringChoice } from '../monitoring.ts';
import { bringUpToDate, openDatabase, settingsOf } from '../open.ts';
import { lead, patiently } from './roles.ts';
import { spawnRole, supervise } from '../supervise.ts';
import type { Role, Supervised } from '../supervise.ts';
import { programVersion } from '../version.ts';

/** Longer than a role's own end (10 s), so that nobody is cut off while it ends in order. */
const TOTAL_MS = 15_000;

/** One role for each site and edge, and the API: sites first, so that edges find agents. */
function rolesOf(settings: Settings): readonly Role[] {
  return [
    ...settings.sites.map(({ siteId }) => ({ role: 'site' as const, name: siteId })),
    ...settings.edges.map(({ edgeId }) => ({ role: 'edge' as const, name: edgeId })),
    ...(settings.api === null ? [] : [{ role: 'api' as const, name: '' }]),
  ];
}

/** `ipnt run`: everything that the settings name, one process each. */
export const addRun: AddCommand = (program, io) => {
  program
    .command('run')
    .description('run every site and edge of the settings, and the API, one supervised process each')
    .option(...MONITORING_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<MonitoringChoice>(command);
      const settings = settingsOf(options, io);
      const listen = monitoringAddress(options, io) ?? settings.monitoring?.listen ?? null;
      const roles = rolesOf(settings);
      if (roles.length === 0)
        throw new IpntError('SETTINGS_INVALID', 'there is neither a site nor an edge nor an API to run', settings.file);
      const log = openLog({ component: 'run' });
      const life = openLifecycle({ log, clock: systemClock, totalMs: TOTAL_MS });
      let supervised: Supervised | null = null;
      const before = roles.map((role) => ({ ...role, channel: null, restarts: 0 }));
      const monitor = openRunMonitor(() => supervised?.roles() ?? before, programVersion(), systemClock);
      await lead(life, io, async () => {
        serveMonitoring(monitor, listen, life, log);
        const database = await openDatabase(settings, (line) => log.info(line));
        life.onStop('database', () => database.stop());
        const status = await patiently(life, log, 'the database', () => bringUpToDate(database.url, log));
        if (status === null) return;
        const names = roles.map(({ role, name }) => `${role} ${name}`.trim()).join(', ');
        log.info(`schema ${status.databaseVersion}; starting ${names}`);
        const started = supervise(roles, {
          log,
          clock: systemClock,
          random: Math.random,
          spawn: ({ role, name }) => spawnRole([role, ...(name === '' ? [] : [name]), '--settings', settings.file]),
        });
        supervised = started;
        life.onStop('roles', () => started.stop(), { intake: true });
      });
    });
};
