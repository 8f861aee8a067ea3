import { IpntError } from '../../core/errors.ts';
import type { Log } from '../../ports/log.ts';
import type { Settings } from '../../settings/index.ts';
import { openStore } from '../open.ts';
import { clockFinding, fault, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const PART = 'database';

/** Looks at the database: login, schema, clock, routing. */
export async function examineDatabase(settings: Settings, log: Log): Promise<Finding[]> {
  try {
    const open = await openStore(settings, { log, check: false });
    try {
      const { databaseVersion, programVersion, usable, state } = await open.store.schemaStatus();
      const schema = `the schema is ${databaseVersion}, the program's ${programVersion}`;
      if (!usable) {
        const cure = state === 'older' ? 'run `ipnt migrate`' : 'update the program';
        return [ok(PART, 'answers, and takes the login'), fault(PART, schema, cure)];
      }
      const before = Date.now();
      const { dbNowMs } = await open.store.sites();
      const halfMs = (Date.now() - before) / 2;
      const { services } = await open.store.loadRouting();
      return [
        ok(PART, 'answers, and takes the login'),
        state === 'current' ? ok(PART, schema) : warning(PART, schema, 'update the program when it suits you'),
        clockFinding(PART, 'its clock', dbNowMs - (before + halfMs), halfMs),
        services.length > 0
          ? ok(PART, `routing is in force: ${services.length} services`)
          : warning(
              PART,
              'no routing is in force: every call takes its default route',
              'run `ipnt apply -f routing.yaml`',
            ),
      ];
    } finally {
      await open.close();
    }
  } catch (error) {
    if (error instanceof IpntError) return [fault(PART, error.message, error.cure)];
    if (error instanceof Error && error.name === 'PartMissing') return [fault(PART, error.message, '')];
    throw error;
  }
}
