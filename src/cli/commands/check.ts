import { Ending, optionsOf } from '../command.ts';
import type { AddCommand } from '../command.ts';
import { EXIT } from '../io.ts';
import { routingFile } from '../routing-file.ts';
import { routingWarnings } from '../routing-warnings.ts';
import { faultLine, findSettings, readRouting, readSettings, readText } from '../../settings/index.ts';

/** `ipnt check`: settings and routing file; all faults at once. Touches no PBX and no database. */
export const addCheck: AddCommand = (program, io) => {
  program
    .command('check')
    .description('check the settings (and a routing file): all faults at once, with line and cure')
    .option('--routing <file>', 'a routing file to check as well')
    .action((_options, command) => {
      const options = optionsOf<{ routing?: string }>(command);
      const file = findSettings(options.settings, io.env);
      const { settings, faults, warnings } = readSettings(readText(file, 'SETTINGS_MISSING'), file, io.env);
      const all = [...faults];
      const good: string[] = [];
      if (settings !== null) good.push(`${file}: good; sites ${settings.sites.length}, edges ${settings.edges.length}`);
      if (options.routing !== undefined) {
        const text = routingFile(options.routing);
        const routing = readRouting(text, options.routing, settings?.country ?? '');
        all.push(...routing.faults);
        if (routing.services !== null) {
          good.push(
            `${options.routing}: good; services ${routing.services.length} (\`ipnt apply\` compares their queues with the sites')`,
          );
          for (const warning of routingWarnings(routing.services, settings)) io.err(`warning: ${warning}\n`);
        }
      }
      for (const warning of warnings) io.err(`warning: ${faultLine(warning)}\n`);
      for (const fault of all) io.err(`${faultLine(fault)}\n`);
      for (const line of good) io.out(`${line}\n`);
      if (all.length === 0) return;
      io.err(`${all.length === 1 ? '1 fault' : `${all.length} faults`}\n`);
      throw new Ending(EXIT.usage);
    });
};
