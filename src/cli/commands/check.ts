import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTls } from '../../apps/api/listen.ts';
import { IpntError } from '../../core/errors.ts';
import { noLog } from '../../runtime/log.ts';
import { openMysqlStore } from '../../store/mysql/index.ts';
import { Ending, optionsOf } from '../command.ts';
import type { AddCommand } from '../command.ts';
import { EXIT } from '../io.ts';
import type { Io } from '../io.ts';
import { openDatabase } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { routingFile } from '../routing-file.ts';
import { knownNames, routingWarnings } from '../../settings/routing-warnings.ts';
import type { KnownNames } from '../../settings/routing-warnings.ts';
import { tryCustomerSource } from '../doctor/customers.ts';
import { faultLine, findSettings, readRouting, readSettings, readText, SETTINGS_PLACES } from '../../settings/index.ts';
import type { Fault, Settings, SettingsRead } from '../../settings/index.ts';

interface Checked {
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  /** What to say where there is nothing wrong. */
  readonly good: readonly string[];
}

/** `ipnt check`: settings and routing file; all faults at once. Asks customer sources for nobody, touches no PBX, changes nothing. */
export const addCheck: AddCommand = (program, io) => {
  program
    .command('check')
    .description('check the settings (and a routing file): all faults at once, with line and cure')
    .option('--routing <file>', 'a routing file to check as well; its skills and sites are looked up in the database')
    .action(async (_options, command) => {
      const options = optionsOf<{ routing?: string }>(command);
      if (options.routing !== undefined && !hasSettings(options, io))
        return tell([await checkRouting(options.routing, 'there is no settings file')], io);
      const file = findSettings(options.settings, io.env);
      const read = readSettings(readText(file, 'SETTINGS_MISSING'), file, io.env);
      const { settings } = read;
      const good =
        settings === null ? [] : [`${file}: good; sites ${settings.sites.length}, edges ${settings.edges.length}`];
      const all: Checked[] = [{ ...read, good }];
      if (settings !== null)
        all.push(
          checkAriSites(read, settings),
          checkTls(read, settings),
          ...(await checkCustomerSources(read, settings)),
        );
      if (options.routing !== undefined)
        all.push(await checkRouting(options.routing, settings ?? 'the settings have faults'));
      tell(all, io);
    });
};

/** Whoever names settings is told where they are missing; without any, a routing file can be checked by itself. */
const hasSettings = ({ settings }: GlobalOptions, { env }: Io): boolean =>
  settings !== undefined || Boolean(env['IPNT_SETTINGS']) || SETTINGS_PLACES.some((place) => existsSync(place));

function tell(all: readonly Checked[], io: Io): void {
  const faults = all.flatMap((one) => one.faults);
  for (const warning of all.flatMap((one) => one.warnings)) io.err(`warning: ${faultLine(warning)}\n`);
  for (const fault of faults) io.err(`${faultLine(fault)}\n`);
  for (const line of all.flatMap((one) => one.good)) io.out(`${line}\n`);
  if (faults.length === 0) return;
  io.err(`${faults.length === 1 ? '1 fault' : `${faults.length} faults`}\n`);
  throw new Ending(EXIT.usage);
}

/** ARI does not tell phones from trunks: where the settings do not either, calls would be offered to trunks. */
function checkAriSites({ faultAt }: SettingsRead, { sites }: Settings): Checked {
  const bare = sites.filter((site) => site.kind === 'asterisk-ari' && site.agents.length + site.trunks.length === 0);
  const warnings = bare.map(({ siteId }) =>
    faultAt(
      ['sites', siteId],
      'every endpoint counts as an agent, trunks too',
      'name the trunks (trunks: [PJSIP/edge]), or the agents',
    ),
  );
  return { faults: [], warnings, good: [] };
}

/** Certificate and key of the API: read as it reads them. */
function checkTls({ faultAt }: SettingsRead, { api }: Settings): Checked {
  const faults: Fault[] = [];
  try {
    if (api?.tls) readTls(api.tls);
  } catch (error) {
    if (!(error instanceof IpntError)) throw error;
    faults.push(faultAt(['api', 'tls'], error.message, error.cure));
  }
  return { faults, warnings: [], good: [] };
}

/** A source that could write, or refuses its query, is a fault of the settings; one that is away says nothing of them. */
function checkCustomerSources({ faultAt }: SettingsRead, settings: Settings): Promise<Checked[]> {
  return Promise.all(
    settings.customerSources.map(async (source): Promise<Checked> => {
      const checked: Checked = { faults: [], warnings: [], good: [] };
      try {
        await tryCustomerSource(source);
        return { ...checked, good: [`customer source ${source.name}: good`] };
      } catch (error) {
        if (!(error instanceof IpntError)) throw error;
        const fault = faultAt(['customer_sources', source.name], error.message, error.cure);
        return { ...checked, [error.retryable ? 'warnings' : 'faults']: [fault] };
      }
    }),
  );
}

/** A text instead of settings says why there are none. */
async function checkRouting(file: string, given: Settings | string): Promise<Checked> {
  const settings = typeof given === 'string' ? null : given;
  const { rules, faults, warnings, placed } = readRouting(routingFile(file), file, settings?.country ?? '');
  if (rules === null) return { faults, warnings, good: [] };
  const known = settings === null ? null : await askDatabase(settings);
  const more = routingWarnings(rules, settings, typeof known === 'string' ? null : known).map(placed);
  const asked =
    typeof given === 'string'
      ? ` (skills, queues, sites, edges and customer sources were not compared: ${given})`
      : typeof known === 'string'
        ? ` (skills and queues were not compared: ${known})`
        : '';
  return {
    faults,
    warnings: [...warnings, ...more],
    good: [`${file}: good; services ${rules.services.length}, calendars ${rules.calendars.length}${asked}`],
  };
}

/** What the database knows, or why it was not asked. Nothing is made, migrated or changed for a check. */
async function askDatabase(settings: Settings): Promise<KnownNames | string> {
  if (settings.database.kind === 'embedded' && !existsSync(join(settings.dataDir, 'mariadb')))
    return 'there is no database yet';
  try {
    const database = await openDatabase(settings, () => undefined);
    try {
      const store = await openMysqlStore({ url: database.url, log: noLog, check: true });
      try {
        const [{ profiles }, queues, { sites }, agents] = await Promise.all([
          store.loadRouting(),
          store.queues(),
          store.sites(),
          store.agents(),
        ]);
        return knownNames({ queues, sites, agents, profiles });
      } finally {
        await store.close();
      }
    } finally {
      await database.stop();
    }
  } catch (error) {
    // A part that is not on this machine, a database that is away or older: the file can be checked all the same.
    if (error instanceof IpntError) return error.detail || error.message;
    if (error instanceof Error && error.name === 'PartMissing') return error.message;
    throw error;
  }
}
