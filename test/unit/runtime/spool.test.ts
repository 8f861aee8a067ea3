import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IpntError } from '../../../src/core/errors.ts';
import type { CallEvent } from '../../../src/core/model/call.ts';
import type { RecordStore } from '../../../src/ports/records.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { noLog } from '../../../src/runtime/log.ts';
import { openSpool } from '../../../src/runtime/spool.ts';
import type { Spool, SpoolOptions } from '../../../src/runtime/spool.ts';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'ipnt-spool-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const fact = (callId: string, seq: number): CallEvent => ({
  ...{ callId, seq, atMs: seq },
  fact: { kind: 'claimLost', agent: 'berlin/PJSIP/1001' },
});

/** A database that may be down, and that refuses what it is told to. */
class FakeStore implements RecordStore {
  down = false;
  refuse = new Set<string>();
  poison = new Set<string>();
  readonly got: string[] = [];
  readonly batches: number[] = [];

  appendCallEvents(events: readonly CallEvent[]) {
    if (this.down) return Promise.reject(new IpntError('DATABASE_DOWN'));
    if (events.some((event) => this.poison.has(event.callId))) return Promise.reject(new TypeError('cannot read this'));
    this.batches.push(events.length);
    const refused = events.filter((event) => this.refuse.has(event.callId)).map((event) => ({ event, why: 'no' }));
    this.got.push(...events.filter((event) => !this.refuse.has(event.callId)).map((e) => `${e.callId}.${e.seq}`));
    return Promise.resolve({ refused });
  }
}

const open = (store: RecordStore, more: Partial<SpoolOptions> = {}): Spool =>
  openSpool({ dir, store, log: noLog, clock: systemClock, random: () => 0, ...more });
const segments = (): string[] =>
  readdirSync(dir).filter((name) => name.endsWith('.ndjson') && name !== 'parked.ndjson');

it('delivers in order, in batches, and leaves no segment behind', async () => {
  const store = new FakeStore();
  const spool = open(store);
  const expected = Array.from({ length: 1_000 }, (_, i) => `c.${i}`);
  expected.forEach((_, i) => spool.record(fact('c', i)));
  expect(spool.pending()).toBe(1_000);
  await spool.flushed();
  expect(store.got).toEqual(expected);
  expect(Math.max(...store.batches)).toBeLessThanOrEqual(200);
  expect(spool.pending()).toBe(0);
  await spool.close();
  expect(readdirSync(dir)).toEqual([]);
});

it('keeps everything in order while facts arrive during delivery', async () => {
  const store = new FakeStore();
  const spool = open(store);
  for (let i = 0; i < 300; i++) {
    spool.record(fact('c', i));
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (i === 150) await spool.flushed();
  }
  await spool.close();
  expect(store.got).toEqual(Array.from({ length: 300 }, (_, i) => `c.${i}`));
});

it('waits out a database that is down, on disk', async () => {
  const store = new FakeStore();
  store.down = true;
  const spool = open(store);
  for (let i = 0; i < 10; i++) spool.record(fact('c', i));
  await vi.waitFor(() => expect(segments().length).toBeGreaterThan(0));
  expect(spool.pending()).toBe(10);
  store.down = false;
  await spool.flushed();
  expect(store.got).toHaveLength(10);
  await spool.close();
});

it('hands what it could not deliver to the next process, and tolerates a cut last line', async () => {
  const store = new FakeStore();
  store.down = true;
  const first = open(store);
  for (let i = 0; i < 5; i++) first.record(fact('c', i));
  await first.close();
  const [left = ''] = segments();
  expect(readFileSync(join(dir, left), 'utf8').split('\n')).toHaveLength(6);
  appendFileSync(join(dir, left), '{"callId":"c","se');

  store.down = false;
  const second = open(store);
  second.record(fact('d', 0));
  await second.flushed();
  expect(store.got).toEqual(['c.0', 'c.1', 'c.2', 'c.3', 'c.4', 'd.0']);
  await second.close();
  expect(segments()).toEqual([]);
});

it('parks what is refused for good, or what the store cannot digest, and passes over it', async () => {
  const store = new FakeStore();
  store.refuse.add('bad');
  store.poison.add('odd');
  const spool = open(store);
  for (const call of ['a', 'bad', 'b', 'odd', 'c']) spool.record(fact(call, 0));
  await spool.flushed();
  expect(store.got).toEqual(['a.0', 'b.0', 'c.0']);
  expect(spool.parked()).toBe(2);
  await spool.close();
  const parked = readFileSync(join(dir, 'parked.ndjson'), 'utf8').trim().split('\n');
  expect(parked.map((line) => (JSON.parse(line) as { event: CallEvent }).event.callId)).toEqual(['bad', 'odd']);
});

it('drops, counts and says so once when full', async () => {
  const store = new FakeStore();
  store.down = true;
  const error = vi.fn();
  const spool = open(store, { maxBytes: 1_000, log: { ...noLog, error } });
  for (let i = 0; i < 100; i++) spool.record(fact('c', i));
  expect(spool.dropped()).toBeGreaterThan(80);
  expect(error).toHaveBeenCalledTimes(1);
  expect(error.mock.calls[0]?.[1]).toMatchObject({ errCode: 'SPOOL_FULL' });
  store.down = false;
  await spool.flushed();
  spool.record(fact('later', 0));
  await spool.close();
  expect(store.got.at(-1)).toBe('later.0');
});

it('refuses a folder that another living process has', async () => {
  writeFileSync(join(dir, 'owner'), '1 \n');
  expect(() => open(new FakeStore())).toThrow(/process 1 uses this spool/);
  writeFileSync(join(dir, 'owner'), '999999 123\n');
  await open(new FakeStore()).close();
});
