import { IpntError } from '../../core/errors.ts';
import { systemClock } from '../../runtime/clock.ts';
import { openLifecycle } from '../../runtime/lifecycle.ts';
import { openLog } from '../../runtime/log.ts';
import type { Settings } from '../../settings/index.ts';
import type { AddCommand } from '../command.ts';
import { optionsOf } from '../command.ts';
import { bringUpToDate, openDatabase, settingsOf } from '../open.ts';
import { lead, patiently } from './roles.ts';
import { spawnRole, supervise } from '../supervise.ts';

/** Longer than a role's own end (10 s), so that nobody is cut off while it ends in order. */
const TOTAL_MS = 15_000;

/** One role for each site and edge: sites first, so that edges find agents. */
function rolesOf(settings: Settings): { readonly role: 'site' | 'edge'; readonly name: string }[] {
  return [
    ...settings.sites.map(({ siteId }) => ({ role: 'site' as const, name: siteId })),
    ...settings.edges.map(({ edgeId }) => ({ role: 'edge' as const, name: edgeId })),
  ];
}

/** `ipnt run`: everything that the settings name, one process each. */
export const addRun: AddCommand = (program, io) => {
  program
    .command('run')
    .description('run every site and edge of the settings, one supervised process each')
    .action(async (_options, command) => {
      const settings = settingsOf(optionsOf(command), io);
      const roles = rolesOf(settings);
      if (roles.length === 0)
        throw new IpntError('SETTINGS_INVALID', 'there is neither a site nor an edge to run', settings.file);
      const log = openLog({ component: 'run' });
      const life = openLifecycle({ log, clock: systemClock, totalMs: TOTAL_MS });
      await lead(life, io, async () => {
        const database = await openDatabase(settings, (line) => log.info(line));
        life.onStop('database', () => database.stop());
        const status = await patiently(life, log, 'the database', () => bringUpToDate(database.url, log));
        if (status === null) return;
        const names = roles.map(({ role, name }) => `${role} ${name}`).join(', ');
        log.info(`schema ${status.databaseVersion}; starting ${names}`);
        const supervised = supervise(roles, {
          log,
          clock: systemClock,
          random: Math.random,
          spawn: ({ role, name }) => spawnRole([role, name, '--settings', settings.file]),
        });
        life.onStop('roles', () => supervised.stop(), { intake: true });
      });
    });
};
