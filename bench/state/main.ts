/**
 * `npm run bench:state`: from a PBX's event to its row, and to an edge that reads it.
 *
 *   --kinds LIST     ami,esl
 *   --rates LIST     changes a second (100,1000)
 *   --seconds N      length of a round (15)
 *   --agents N       (500)
 *   --out N          how long the database is stopped, in seconds (30; 0 leaves it out)
 *   --write          put the figures into bench/README.md
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { noLog } from '../../src/runtime/log.ts';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import { migrate, openMysqlStore } from '../../src/store/mysql/index.ts';
import { startRole } from '../../test/lab/role.ts';
import { asteriskSource } from './asterisk.ts';
import { freeswitchSource } from './freeswitch.ts';
import { Driver, playRound } from './measure.ts';
import type { Driven, StateRound } from './measure.ts';
import { playOutage } from './outage.ts';
import type { Outage } from './outage.ts';
import { Reader } from './reader.ts';
import { stateTables, writeStateReadme } from './report.ts';
import type { Heard, Source } from './source.ts';

const { values } = parseArgs({
  options: {
    kinds: { type: 'string', default: 'ami,esl' },
    rates: { type: 'string', default: '100,1000' },
    seconds: { type: 'string', default: '15' },
    agents: { type: 'string', default: '500' },
    out: { type: 'string', default: '30' },
    write: { type: 'boolean', default: false },
  },
});

/** As fast as it can: when the row is there. As an edge with waiting calls: when a decision knows it. */
const READERS_MS = [1, 20];

const SOURCES: Readonly<Record<string, (agents: number, heard: Heard) => Promise<Source>>> = {
  ami: asteriskSource,
  esl: freeswitchSource,
};

export interface KindResults {
  readonly kind: string;
  readonly rounds: readonly StateRound[];
  readonly outage: Outage | null;
}

async function playKind(kind: string): Promise<KindResults> {
  const open = SOURCES[kind];
  if (open === undefined)
    throw new Error(`--kinds: there is no "${kind}"; there are ${Object.keys(SOURCES).join(', ')}`);
  const ends: (() => Promise<unknown>)[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'ipnt-bench-'));
  ends.push(() => Promise.resolve(rmSync(dir, { recursive: true, force: true })));
  try {
    const ear: { reader?: Reader } = {};
    const source = await open(Number(values.agents), (change, atMs) => ear.reader?.heard(change, atMs));
    ends.push(() => source.stop());
    const dataDir = join(dir, 'db');
    const start = (port?: number) => startEmbeddedMariadb({ dataDir, durable: true, ...(port ? { port } : {}) });
    let database = await start();
    const { port } = database;
    ends.push(() => database.stop());
    await migrate({ url: database.url, log: noLog });
    const settings = join(dir, 'ipnt.yaml');
    mkdirSync(join(dir, 'data'), { recursive: true });
    const content = { database: database.url, data: join(dir, 'data'), sites: { bench: source.site } };
    writeFileSync(settings, stringify(content), { mode: 0o600 });
    const role = startRole('site', ['--settings', settings, 'site', 'bench'], dir);
    ends.push(() => role.stop());
    await role.said('connected to the PBX');
    const store = await openMysqlStore({ url: database.url, log: noLog });
    ends.push(() => store.close());
    const reader = (ear.reader = new Reader(store));
    const driven = (): Driven => {
      const pids = { ...source.pids, 'ipnt site': role.pid, mariadbd: database.pid };
      return { source, sitePid: role.pid, pids };
    };
    const driver = new Driver(source);
    const rounds: StateRound[] = [];
    for (const ratePerSec of values.rates.split(',').map(Number))
      for (const readEveryMs of READERS_MS) {
        const round = await playRound(driven(), reader, driver, {
          ...{ ratePerSec, readEveryMs, seconds: Number(values.seconds) },
        });
        rounds.push(round);
        console.log(`${kind} ${JSON.stringify(round)}`);
      }
    const handle = { stop: () => database.stop(), start: async () => void (database = await start(port)) };
    const outSeconds = Number(values.out);
    const ratePerSec = Math.max(...values.rates.split(',').map(Number));
    const outage =
      outSeconds > 0 ? await playOutage(driven(), reader, driver, handle, { ratePerSec, outSeconds }) : null;
    if (outage !== null) console.log(`${kind} ${JSON.stringify(outage)}`);
    return { kind: source.kind, rounds, outage };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

const loadBefore = loadavg()[0] ?? 0;
const results: KindResults[] = [];
for (const kind of values.kinds.split(',')) results.push(await playKind(kind));
console.log(`\n${stateTables(results)}\n`);
if (values.write) writeStateReadme(join(import.meta.dirname, '..', 'README.md'), results, loadBefore);
