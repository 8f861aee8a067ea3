import type { AddCommand } from '../command.ts';
import { optionsOf } from '../command.ts';
import { migrateNow, openDatabase, settingsOf } from '../open.ts';
import { openLog } from '../../runtime/log.ts';

/** `ipnt migrate`: brings the database to this program's schema. */
export const addMigrate: AddCommand = (program, io) => {
  program
    .command('migrate')
    .description("bring the database's schema up to this program's; safe when several start at once")
    .action(async (_options, command) => {
      const database = await openDatabase(settingsOf(optionsOf(command), io), (line) => io.err(`${line}\n`));
      try {
        const status = await migrateNow(database.url, openLog({ component: 'migrate' }));
        io.out(`the database has schema ${status.databaseVersion}\n`);
      } finally {
        await database.stop();
      }
    });
};
