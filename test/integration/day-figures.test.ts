/** A generated day of calls: the wallboard, /metrics, the command line and a count straight from the recorded facts say the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boardSamples } from '../../src/apps/api/board-metrics.ts';
import { Today } from '../../src/apps/api/today.ts';
import { makeBoard } from '../../src/core/board/make.ts';
import type { Board, ServiceRow } from '../../src/core/model/board.ts';
import type { CallEvent, CallFact, IpntStatus, Outcome } from '../../src/core/model/call.ts';
import { NO_ROUTING } from '../../src/core/model/routing.ts';
import type { Routing } from '../../src/core/model/routing.ts';
import { blankService } from '../../src/core/model/service.ts';
import { noLog } from '../../src/runtime/log.ts';
import { openApiMonitor } from '../../src/runtime/monitoring/api.ts';
import { textOf } from '../../src/runtime/monitoring/registry.ts';
import { migrate, openMysqlStore } from '../../src/store/mysql/index.ts';
import type { MysqlStore } from '../../src/store/mysql/index.ts';
import { openMysqlWorld } from '../contract/mysql-world.ts';
import type { MysqlWorld } from '../contract/mysql-world.ts';
import { dice } from '../lab/random.ts';
import { ipnt } from '../unit/cli/run-cli.ts';
import { world } from '../unit/core/routing/world.ts';

const CALLS = Number(process.env['IPNT_TEST_DAY_CALLS'] ?? 100_000);
const CALLS_A_CHUNK = 500;
const HOUR_MS = 3_600_000;
/** 23:30 in Berlin on a day of 25 hours; an ordinary afternoon in New York, and the next morning in Tokyo. */
const NOW_MS = Date.UTC(2026, 9, 25, 22, 30);
const ZONES = { support: 'Europe/Berlin', sales: 'America/New_York', tokyo: 'Asia/Tokyo' } as const;
const LEVEL_MS = { support: 20_000, sales: 10_000, tokyo: 30_000 } as const;
type Name = keyof typeof ZONES;
const NAMES = Object.keys(ZONES) as Name[];

const routing: Routing = {
  ...NO_ROUTING,
  services: NAMES.map((name) => ({ ...blankService(name), serviceLevelMs: LEVEL_MS[name], calendar: name })),
  calendars: NAMES.map((name) => ({ name, zone: ZONES[name], hours: [], special: [] })),
};

const own = dice(20_261_025);
const ended = (outcome: Outcome, talkMs = 0): CallFact => ({ kind: 'ended', outcome, by: 'caller', talkMs });
const returned = (status: IpntStatus, waitMs: number): CallFact => ({ kind: 'returned', status, waitMs, detail: '' });
const bridged = (waitMs: number): CallFact => {
  return { kind: 'bridged', agent: 's/PJSIP/1', site: 's', waitMs, recording: '' };
};
const requeued: CallFact = { kind: 'requeued', agent: 's/PJSIP/1', service: '' };
const redirected: CallFact = { kind: 'redirected', agent: 's/PJSIP/2', site: 's', contact: 'sip:2@s' };
/** What a process that did not serve the call writes of it. */
const guessed: CallFact = { kind: 'ended', outcome: 'failed', by: 'unknown', talkMs: 0 };

/** What happens to a call after it arrived. `w` and `t` are its wait and its talk. */
const STORIES: readonly ((w: number, t: number) => readonly CallFact[])[] = [
  (w, t) => [bridged(w), ended('answered', t)],
  (w, t) => [bridged(w), ended('answered', t)],
  (w, t) => [bridged(w), ended('answered', t)],
  (w, t) => [bridged(w), requeued, bridged(w + 5_000), ended('answered', t)],
  (w, t) => [bridged(w), ended('answered', t), guessed],
  (w) => [redirected, returned('REDIRECTED', w), ended('redirected')],
  (w) => [returned('HANGUP', w), ended('abandoned')],
  (w) => [returned('HANGUP', w), ended('abandoned')],
  (w) => [returned('TIMEOUT', w), ended('overflowed')],
  (w) => [returned('CLOSED', w), ended('closed')],
  (w) => [returned('ERROR', w), ended('defaulted')],
  (w) => [returned('CALLBACK', w), ended('called_back')],
  () => [guessed],
  () => [],
  (w) => [bridged(w)],
];

function storyOf(index: number): CallEvent[] {
  const edge = own.pick(['e1', 'e2']);
  const callId = `${edge}-${index}`;
  const arrivedAtMs = NOW_MS - own.between(0, 27 * HOUR_MS);
  const [waitMs, talkMs] = [own.between(0, 60_000), own.between(1_000, 400_000)];
  const arrived: CallFact = {
    ...{ kind: 'arrived', edge, service: own.pick(NAMES), ani: '+4930123', dnis: '100', channel: callId },
    ...{ requirement: '', priority: 0 },
  };
  return [arrived, ...own.pick(STORIES)(waitMs, talkMs)].map((fact, seq) => {
    return { callId, seq: seq + 1, atMs: arrivedAtMs + seq * 100, fact };
  });
}

/** The figures that are compared. */
interface Figures {
  offered: number;
  inProgress: number;
  reached: number;
  reachedInTime: number;
  abandonedLate: number;
  waitMs: number;
  talkMs: number;
  outcomes: Record<string, number>;
}
const nothing = (): Figures => ({
  ...{ offered: 0, inProgress: 0, reached: 0, reachedInTime: 0, abandonedLate: 0, waitMs: 0, talkMs: 0 },
  outcomes: {},
});

const dateIn = (name: Name): ((atMs: number) => string) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONES[name], dateStyle: 'short' });
  return (atMs) => format.format(atMs);
};
const DATES = Object.fromEntries(NAMES.map((name) => [name, dateIn(name)])) as Record<Name, (atMs: number) => string>;

/** Counted straight from the facts of one call, by nothing of ours: its last wait and its last end that somebody saw. */
function count(figures: Record<Name, Figures>, events: readonly CallEvent[]): void {
  const [first] = events;
  if (first?.fact.kind !== 'arrived') throw new Error('a call without an arrival');
  const name = first.fact.service as Name;
  if (DATES[name](first.atMs) !== DATES[name](NOW_MS)) return;
  const of = figures[name];
  const facts = events.map(({ fact }) => fact);
  const ends = facts.filter((fact) => fact.kind === 'ended');
  const end = ends.find(({ by }) => by !== 'unknown') ?? ends[0];
  const waits = facts.flatMap((fact) => (fact.kind === 'bridged' || fact.kind === 'returned' ? [fact.waitMs] : []));
  const waitMs = waits.at(-1) ?? 0;
  const isBridged = facts.some(({ kind }) => kind === 'bridged');
  const isReached = end === undefined ? isBridged : end.outcome === 'answered' || end.outcome === 'redirected';
  of.offered += 1;
  of.talkMs += end?.talkMs ?? 0;
  if (end === undefined) of.inProgress += 1;
  else of.outcomes[end.outcome] = (of.outcomes[end.outcome] ?? 0) + 1;
  if (isReached) {
    of.reached += 1;
    of.waitMs += waitMs;
    if (waitMs <= LEVEL_MS[name]) of.reachedInTime += 1;
  } else if (end?.outcome === 'abandoned' && waitMs > LEVEL_MS[name]) of.abandonedLate += 1;
}

let mysql: MysqlWorld;
let store: MysqlStore;
let board: Board;
let dir = '';
let settings = '';
const counted = Object.fromEntries(NAMES.map((name) => [name, nothing()])) as Record<Name, Figures>;

beforeAll(async () => {
  mysql = await openMysqlWorld();
  const { url } = await mysql.freshDatabase();
  await migrate({ url, log: noLog });
  dir = mkdtempSync(join(tmpdir(), 'ipnt-day-'));
  settings = join(dir, 'ipnt.yaml');
  writeFileSync(settings, `database: ${url}\n`, { mode: 0o600 });
  store = await openMysqlStore({ url, log: noLog });
  await store.applyRouting(routing, 'test');
  const today = new Today(store);
  const late: CallEvent[] = [];
  for (let done = 0; done < CALLS; done += CALLS_A_CHUNK) {
    const stories = Array.from({ length: Math.min(CALLS_A_CHUNK, CALLS - done) }, (_, i) => storyOf(done + i));
    for (const story of stories) count(counted, story);
    // The real end of a call may be in the spool of a process that died: a guess is there first.
    const isLate = (event: CallEvent, story: readonly CallEvent[]): boolean =>
      event.fact.kind === 'ended' && story.at(-1) !== event;
    const parts = stories.flatMap((story) => story.map((event) => ({ event, isLate: isLate(event, story) })));
    late.push(...parts.filter((one) => one.isLate).map(({ event }) => event));
    await store.appendCallEvents(parts.filter((one) => !one.isLate).map(({ event }) => event));
    // Counting goes on while calls come in, as it does every half second.
    if (done % (CALLS / 5) < CALLS_A_CHUNK) await today.read(routing, NOW_MS);
  }
  await store.appendCallEvents(late);
  await today.read(routing, NOW_MS);
  board = makeBoard({ ...world({}), nowMs: NOW_MS }, routing, {
    edgesSeenAtMs: new Map(),
    serviceOf: () => '',
    todayOf: (service) => today.of(routing, service, NOW_MS),
  });
}, 300_000);

afterAll(async () => {
  await store?.close();
  await mysql?.close();
  rmSync(dir, { recursive: true, force: true });
});

const rowOf = (name: Name): ServiceRow => {
  const row = board.services.find(({ id }) => id === name);
  if (row === undefined) throw new Error(`no row of ${name}`);
  return row;
};

test.each(NAMES)('the wallboard of %s shows what the records say', (name) => {
  const { outcomes, ...figures } = counted[name];
  const { today, serviceLevel, meanWaitMs } = rowOf(name);
  expect(figures.offered).toBeGreaterThan(CALLS / 12);
  expect(today).toMatchObject({ ...figures, outcomes });
  expect(serviceLevel).toBeCloseTo(figures.reachedInTime / (figures.reached + figures.abandonedLate), 12);
  expect(meanWaitMs).toBe(Math.round(figures.waitMs / figures.reached));
  const ends = Object.values(today.outcomes).reduce((sum, one) => sum + one, 0);
  expect(today.offered).toBe(ends + today.inProgress);
});

test.each(NAMES)('and so do the metrics of %s, as Prometheus reads them', async (service) => {
  const monitor = openApiMonitor('1');
  const calm = { checks: [], databaseAnswers: true, streamClients: 0, droppedStreamClients: 0 };
  monitor.watch(() => ({ ...calm, board: boardSamples({ board, nowMs: NOW_MS, staleSinceMs: null }) }));
  const lines = (await textOf([(await monitor.state('metrics')).metrics])).split('\n');
  const value = (name: string, outcome = ''): number => {
    const labels = [`service="${service}"`, ...(outcome === '' ? [] : [`outcome="${outcome}"`])];
    const line = lines.find((one) => one.startsWith(`${name}{`) && labels.every((label) => one.includes(label)));
    return Number(line?.split(' ').at(-1) ?? 'none');
  };
  const figures = counted[service];
  expect(value('ipnt_service_offered_calls_today')).toBe(figures.offered);
  expect(value('ipnt_service_answered_in_time_today')).toBe(figures.reachedInTime);
  expect(value('ipnt_service_calls_today', 'in_progress')).toBe(figures.inProgress);
  for (const [outcome, calls] of Object.entries(figures.outcomes))
    expect(value('ipnt_service_calls_today', outcome)).toBe(calls);
});

test.each(NAMES)('and so does `ipnt figures` of %s', async (service) => {
  const day = DATES[service](NOW_MS);
  const { code, out, err } = await ipnt('--settings', settings, 'figures', '--day', day, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const rows = JSON.parse(out) as readonly Record<string, unknown>[];
  const { outcomes, ...figures } = counted[service];
  const row = rows.find((one) => one['service'] === service);
  expect(row).toMatchObject({ day, zone: ZONES[service], ...figures, outcomes });
});
