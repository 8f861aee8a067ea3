import { systemClock } from '../../runtime/clock.ts';
import { openLog } from '../../runtime/log.ts';
import { openApiMonitor } from '../../runtime/monitoring/api.ts';
import { API_USUAL, parseListen } from '../../settings/index.ts';
import type { ApiSettings, Settings } from '../../settings/index.ts';
import type { AddCommand } from '../command.ts';
import { optionsOf } from '../command.ts';
import { wrongOption } from '../cured.ts';
import { MONITORING_OPTION, monitoringAddress, serveMonitoring } from '../monitoring.ts';
import type { MonitoringChoice } from '../monitoring.ts';
import { settingsOf } from '../open.ts';
import { programVersion } from '../version.ts';
import { begin, lead, openPatiently } from './roles.ts';

/** What the settings say of the API, with the place of the command line above it. Without either: this machine alone. */
function apiOf({ api }: Settings, listen: string | undefined): ApiSettings {
  if (listen === undefined) return api ?? API_USUAL;
  const place = parseListen(listen);
  if (place !== null) return { ...(api ?? API_USUAL), listen: place };
  throw wrongOption(`"${listen}" is no address and port`, 'write e.g. 127.0.0.1:8080', '--listen');
}

/** `ipnt api`: the REST API and the pages. */
export const addApi: AddCommand = (program, io) => {
  program
    .command('api')
    .description('serve the REST API and the pages (`ipnt run` starts it where the settings have `api`)')
    .option('--listen <host:port>', 'listen there instead of `api.listen`')
    .option(...MONITORING_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<MonitoringChoice & { readonly listen?: string }>(command);
      const settings = settingsOf(options, io);
      const api = apiOf(settings, options.listen);
      const watched = monitoringAddress(options, io);
      const log = openLog({ component: 'api' });
      const life = begin(log);
      await lead(life, io, async () => {
        const monitor = openApiMonitor(programVersion());
        serveMonitoring(monitor, watched, life, log);
        const open = await openPatiently(life, settings, log);
        if (open === null) return;
        const common = { store: open.store, clock: systemClock, log, version: programVersion(), monitor };
        const { runApi } = await import('../../apps/api/run.ts');
        const running = await runApi({ api, settings, ...common });
        life.onStop('api', () => running.stop(), { intake: true });
      });
    });
};
