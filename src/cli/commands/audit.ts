import { moment } from '../../core/explain/text.ts';
import type { AuditEntry } from '../../ports/people.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { limitOf } from '../limit.ts';
import { withStore } from '../open.ts';
import { table } from '../table.ts';

/** `ipnt audit`: who changed what, by the pages, the API and the command line. */
export const addAudit: AddCommand = (program, io) => {
  program
    .command('audit')
    .description('who changed what, the latest first: by the pages, by programs and on the command line')
    .option('--limit <number>', 'how many', limitOf, 20)
    .option('--by <name>', 'by one user or token only')
    .option(...JSON_OPTION)
    .action(async (_options, command) => {
      const { limit, by, ...options } = optionsOf<{ limit: number; by?: string; json?: boolean }>(command);
      const filter = { limit, ...(by === undefined ? {} : { by }) };
      const entries = await withStore(options, io, (store) => store.audits(filter));
      if (options.json) return io.out(`${JSON.stringify(entries, null, 2)}\n`);
      const columns = [
        { title: 'AT (UTC)', of: (entry: AuditEntry) => moment(entry.atMs) },
        { title: 'BY', of: (entry: AuditEntry) => entry.by },
        { title: 'VIA', of: (entry: AuditEntry) => entry.via },
        { title: 'FROM', of: (entry: AuditEntry) => entry.address },
        { title: 'ACTION', of: (entry: AuditEntry) => entry.action },
        { title: 'TARGET', of: (entry: AuditEntry) => entry.target },
        { title: 'DETAIL', of: (entry: AuditEntry) => entry.detail },
      ];
      io.out(table(entries, columns, 'nothing was changed yet'));
    });
};
