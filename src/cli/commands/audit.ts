import { moment } from '../../core/explain/text.ts';
import type { AuditEntry } from '../../ports/people.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { limitOf } from '../limit.ts';
import { withStore } from '../open.ts';
import { table } from '../table.ts';

interface AuditOptions {
  readonly limit: number;
  readonly by?: string;
  readonly action?: string;
  readonly target?: string;
  readonly json?: boolean;
}

/** `ipnt audit`: who changed what, by the pages, the API and the command line. */
export const addAudit: AddCommand = (program, io) => {
  program
    .command('audit')
    .description('who changed what, the latest first: by the pages, by programs and on the command line')
    .option('--limit <number>', 'how many', limitOf, 20)
    .option('--by <name>', 'by one user or token only')
    .option('--action <action>', 'one kind of change only, e.g. service.close')
    .option('--target <name>', 'only changes of this service, agent, user or token')
    .option(...JSON_OPTION)
    .action(async (_options, command) => {
      const { limit, by, action, target, ...options } = optionsOf<AuditOptions>(command);
      const entries = await withStore(options, io, (store) => store.audits({ limit, by, action, target }));
      if (options.json) return io.out(`${JSON.stringify(entries, null, 2)}\n`);
      const isAll = [by, action, target].every((one) => one === undefined);
      const columns = [
        { title: 'AT (UTC)', of: (entry: AuditEntry) => moment(entry.atMs) },
        { title: 'BY', of: (entry: AuditEntry) => entry.by },
        { title: 'VIA', of: (entry: AuditEntry) => entry.via },
        { title: 'FROM', of: (entry: AuditEntry) => entry.address },
        { title: 'ACTION', of: (entry: AuditEntry) => entry.action },
        { title: 'TARGET', of: (entry: AuditEntry) => entry.target },
        { title: 'DETAIL', of: (entry: AuditEntry) => entry.detail },
      ];
      io.out(table(entries, columns, isAll ? 'nothing was changed yet' : 'no such change is in the audit'));
    });
};
