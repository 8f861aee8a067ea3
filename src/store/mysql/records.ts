import type { CallEvent } from '../../core/model/call.ts';
import { IpntError } from '../../core/errors.ts';
import type { RecordStore } from '../../ports/records.ts';
import { FOLDED_KINDS, foldCall } from '../common/fold-call.ts';
import { failureOf } from './errors.ts';
import type { Link, Row } from './node.ts';
import type { Database } from './pool.ts';
import { factOf, summaryCells } from './rows.ts';
import { bind, chunks, derivedRows, query } from './sql.ts';
import { retrying } from './transaction.ts';

const APPEND = query('append-events');
const LOCK = query('lock-summaries');
const SUMMARIES = query('write-summaries');
/** Decisions are large: their text is never needed to fold a call. */
const FACTS = 'SELECT call_id, seq, at_ms, fact FROM call_event WHERE call_id IN (:ids) AND kind IN (:kinds)';

type Refusal = Awaited<ReturnType<RecordStore['appendCallEvents']>>['refused'][number];

/** RecordStore on MySQL: facts, and the call's row that is folded from them. Far from any call: the spool waits, nobody else. */
export function recordStore(db: Database): RecordStore {
  return {
    async appendCallEvents(events) {
      const refused: Refusal[] = [];
      for (const some of chunks(events)) refused.push(...(await append(db, some)));
      return { refused };
    },
  };
}

/** All in one transaction. When the database will never take one of them, one by one, to find which. */
async function append(db: Database, events: readonly CallEvent[]): Promise<readonly Refusal[]> {
  try {
    await retrying(db, 'batch', (link) => write(link, events), { timeoutMs: 5_000 });
    return [];
  } catch (error) {
    if (!(error instanceof IpntError) || failureOf(error.cause) !== 'data') throw error;
    const [only] = events;
    if (only !== undefined && events.length === 1) return [{ event: only, why: error.message }];
    const refused: Refusal[] = [];
    for (const event of events) refused.push(...(await append(db, [event])));
    return refused;
  }
}

async function write(link: Link, events: readonly CallEvent[]): Promise<void> {
  const ids = [...new Set(events.map((event) => event.callId))].sort();
  const results = await link.send(
    [
      'START TRANSACTION',
      bind(LOCK, { rows: derivedRows(ids.map((call_id) => ({ call_id }))) }),
      bind(APPEND, { rows: derivedRows(events.map(eventCells)) }),
      bind(FACTS, { ids, kinds: FOLDED_KINDS }),
    ].join(';\n'),
  );
  const facts = (results.at(-1)?.rows ?? []).map(eventOf);
  const rows = ids.map((id) =>
    summaryCells(
      foldCall(
        id,
        facts.filter((fact) => fact.callId === id),
      ),
    ),
  );
  await link.send([bind(SUMMARIES, { rows: derivedRows(rows) }), 'COMMIT'].join(';\n'));
}

const eventCells = (event: CallEvent) => ({
  ...{ call_id: event.callId, seq: event.seq, at_ms: Math.floor(event.atMs), kind: event.fact.kind },
  fact: JSON.stringify(event.fact),
});

export const eventOf = (row: Row): CallEvent => ({
  callId: String(row['call_id']),
  seq: Number(row['seq']),
  atMs: Number(row['at_ms']),
  fact: factOf(row),
});
