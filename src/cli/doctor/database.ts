import { IpntError } from '../../core/errors.ts';
import { EDGE_SILENT_MS } from '../../core/model/claim.ts';
import type { Log } from '../../ports/log.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { Settings } from '../../settings/index.ts';
import { openStore } from '../open.ts';
import { span } from '../../core/explain/text.ts';
import { clockFinding, fault, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const PART = 'database';

/** Looks at the database: login, schema, clock, routing, and whether a process serves each edge. */
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
        ...edgeFindings(
          settings.edges.map(({ edgeId }) => edgeId),
          await open.store.edges(),
          (await open.store.sites()).dbNowMs,
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

type EdgeRows = Awaited<ReturnType<QueryStore['edges']>>;

/** Whether a process serves each edge, by what it last wrote: Asterisk answers for the application of one that is frozen, too. */
export function edgeFindings(edgeIds: readonly string[], rows: EdgeRows, dbNowMs: number): Finding[] {
  return edgeIds.map((edgeId) => {
    const part = `edge ${edgeId}`;
    const row = rows.find((one) => one.edgeId === edgeId);
    if (row === undefined)
      return warning(part, 'no process has ever served this edge', `start \`ipnt run\` (or \`ipnt edge ${edgeId}\`)`);
    const silentMs = dbNowMs - row.seenAtMs;
    if (silentMs <= EDGE_SILENT_MS) return ok(part, `a process serves it, heard from ${span(silentMs)} ago`);
    return fault(
      part,
      `no process serves this edge: the last one ${row.seenAtMs === 0 ? 'ended' : `was heard from ${span(silentMs)} ago`}`,
      `start \`ipnt run\` (or \`ipnt edge ${edgeId}\`); see \`systemctl status ipnt\`, and restart it if it is frozen`,
    );
  });
}
