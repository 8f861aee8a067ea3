import { noLog } from '../../runtime/log.ts';
import { unreachedSites } from '../../settings/index.ts';
import { Ending, JSON_OPTION, optionsOf } from '../command.ts';
import type { AddCommand } from '../command.ts';
import { examineEdge } from '../doctor/ari.ts';
import { examineCustomerSource } from '../doctor/customers.ts';
import { examineDatabase } from '../doctor/database.ts';
import { examineSite } from '../doctor/site.ts';
import { byPart, exitCodeOfFindings, findingsText, ok, warning } from '../doctor/finding.ts';
import { EXIT } from '../io.ts';
import { settingsOf } from '../open.ts';
import { programVersion } from '../version.ts';

/** `ipnt doctor`: looks at everything that the settings name, changes nothing, and tells a cure for each fault. */
export const addDoctor: AddCommand = (program, io) => {
  program
    .command('doctor')
    .description('look at the database, every site and every edge; each finding with its cure; changes nothing')
    .option(...JSON_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<{ json?: boolean }>(command);
      const settings = settingsOf(options, io);
      const findings = [ok('program', `ipnt ${programVersion()} on Node ${process.versions.node}`)];
      const examined = await Promise.all([
        examineDatabase(settings, noLog),
        ...settings.sites.map(examineSite),
        ...settings.edges.map(examineEdge),
        ...settings.customerSources.map(examineCustomerSource),
      ]);
      const unreached = unreachedSites(settings).map(({ siteId, message, cure }) =>
        warning(`site ${siteId}`, message, cure),
      );
      findings.push(...byPart([...examined.flat(), ...unreached]));
      io.out(options.json ? `${JSON.stringify(findings, null, 2)}\n` : findingsText(findings));
      const code = exitCodeOfFindings(findings);
      if (code !== EXIT.ok) throw new Ending(code);
    });
};
