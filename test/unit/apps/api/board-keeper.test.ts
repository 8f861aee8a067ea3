/** The board over the simulated world: the real roles on a virtual clock. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BoardKeeper } from '../../../../src/apps/api/board-keeper.ts';
import { boardChangeShape } from '../../../../src/apps/api/shapes/board.ts';
import { applyChange } from '../../../../src/core/board/apply.ts';
import { IpntError } from '../../../../src/core/errors.ts';
import type { BoardChange, BoardSnapshot } from '../../../../src/core/model/board.ts';
import { noLog } from '../../../../src/runtime/log.ts';
import type { MemoryStore } from '../../../../src/store/memory/index.ts';
import { batch, waiting } from '../../../contract/store-world.ts';
import { answers, Stage } from '../edge/stage.ts';

let stage: Stage;
let store: MemoryStore;
let keeper: BoardKeeper;
let frames: BoardChange[];
/** What a client has who got the first snapshot and every frame since. */
let shown: BoardSnapshot;

beforeEach(async () => {
  stage = await Stage.open({ agents: { 1001: answers(1_000), 2001: answers(1_000) } });
  store = stage.sim.memory.another();
  keeper = new BoardKeeper({ store, clock: stage.sim.clock, log: noLog });
  frames = [];
  const started = keeper.start();
  await stage.pass(10);
  await started;
  shown = keeper.snapshot();
  keeper.onFrame((frame) => {
    frames.push(frame);
    const { seq, nowMs, staleSinceMs } = frame;
    shown = { seq, nowMs, staleSinceMs, board: applyChange(shown.board, frame) };
  });
  await stage.pass(1_000);
});
afterEach(() => keeper.stop());

/** Records reach the database as the spool would bring them. */
const deliver = () => store.appendCallEvents(stage.sim.records);
const agent = (id: string) => shown.board.agents.find((line) => line.id === id);
const service = (id = 'support') => shown.board.services.find((row) => row.id === id);

describe('the board follows a call', () => {
  test('that waits, is offered, talks and ends, and counts it today', async () => {
    expect(service()).toMatchObject({ waiting: 0, talking: 0, eligible: 2, staffed: 2, isOpen: true });
    expect(service('shut')).toMatchObject({ isOpen: false });
    stage.call({ talkMs: 20_000 });
    await stage.pass(700);
    expect(agent('a/PJSIP/1001')).toMatchObject({ shown: 'ringing', call: { service: 'support', phase: 'offer' } });
    expect(shown.board.waiting).toMatchObject([{ service: 'support', position: 1, isOffering: true }]);
    expect(service()).toMatchObject({ waiting: 0, longestSinceMs: null });
    expect(shown.board.edges).toMatchObject([{ id: 'e1', state: 'up', calls: 1 }]);

    await stage.pass(3_000);
    await deliver();
    await stage.pass(1_200);
    expect(agent('a/PJSIP/1001')).toMatchObject({ shown: 'talking', call: { service: 'support', phase: 'talk' } });
    expect(service()).toMatchObject({ talking: 1, eligible: 1, staffed: 2, today: { offered: 1, inProgress: 1 } });
    expect(shown.board.waiting).toEqual([]);

    await stage.pass(25_000);
    await deliver();
    await stage.pass(1_200);
    expect(agent('a/PJSIP/1001')).toMatchObject({ shown: 'idle', call: null });
    expect(service()).toMatchObject({ talking: 0, today: { offered: 1, inProgress: 0, outcomes: { answered: 1 } } });
  });

  test('whose service it learns from the records, when it begins in the middle of the talk', async () => {
    stage.call({ talkMs: 60_000 });
    await stage.pass(15_000);
    await deliver();
    const late = new BoardKeeper({ store, clock: stage.sim.clock, log: noLog });
    const started = late.start();
    await stage.pass(600);
    await started;
    expect(late.snapshot().board.services.find(({ id }) => id === 'support')).toMatchObject({ talking: 1 });
    await late.stop();
  });
});

describe('frames', () => {
  test('are numbered without gaps, four a second at most, and few where nothing happens', async () => {
    stage.call();
    await stage.pass(30_000);
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, index) => (frames[0]?.seq ?? 0) + index));
    for (const { nowMs } of frames)
      expect(frames.filter((one) => one.nowMs >= nowMs && one.nowMs < nowMs + 1_000).length).toBeLessThanOrEqual(4);
    const before = frames.length;
    await stage.pass(60_000);
    // One every five seconds, to show that the connection lives.
    expect(frames.length - before).toBe(12);
    expect(frames.slice(before).every(({ changed }) => Object.keys(changed).length === 0)).toBe(true);
    expect(shown.board).toEqual(keeper.snapshot().board);
    for (const frame of frames) expect(boardChangeShape.parse(frame)).toEqual(frame);
  });

  test('come right after their reads again once one read was slow', async () => {
    const { clock } = stage.sim;
    const read = store.readChanges.bind(store);
    let [slowMs, readAtMs] = [200, 0];
    store.readChanges = async (cursor) => {
      const changes = await read(cursor);
      const waitMs = slowMs;
      slowMs = 0;
      if (waitMs > 0) await new Promise<void>((resolve) => clock.after(waitMs, resolve));
      readAtMs = clock.monoMs();
      return changes;
    };
    const lateMs: number[] = [];
    keeper.onFrame(() => lateMs.push(clock.monoMs() - readAtMs));
    const fence = await store.takeSite('busy', 'Busy', 'test', 60_000);
    for (let callsInProgress = 1; fence !== null && callsInProgress <= 40; callsInProgress += 1) {
      await store.publish(fence, batch({ callsInProgress }), 60_000);
      await stage.pass(100);
    }
    expect(lateMs.length).toBeGreaterThan(10);
    expect(Math.max(...lateMs.slice(3))).toBeLessThan(20);
  });
});

describe('while the database is away', () => {
  const away = () => new IpntError('DATABASE_DOWN', 'gone', 'here');

  test('the figures stand still, and say since when; they go on when it answers', async () => {
    const lastMs = keeper.snapshot().nowMs;
    store.fault = away;
    await stage.pass(1_500);
    expect(shown.staleSinceMs).toBeNull();
    await stage.pass(1_000);
    expect(shown.staleSinceMs).toBeGreaterThanOrEqual(lastMs - 250);
    expect(shown.staleSinceMs).toBeLessThanOrEqual(lastMs + 250);
    const { board } = shown;
    await stage.pass(60_000);
    // Sites are not told as stale: nobody knows.
    expect(shown.board).toEqual(board);
    expect(keeper.snapshot().staleSinceMs).toBe(shown.staleSinceMs);

    store.fault = undefined;
    await stage.pass(600);
    expect(shown.staleSinceMs).toBeNull();
    expect(shown.board.sites).toMatchObject([{ state: 'up' }, { state: 'up' }]);
  });

  test('a refresh says so', async () => {
    store.fault = away;
    await expect(keeper.refresh()).rejects.toThrow('gone');
  });

  test('it begins, and fills up later', async () => {
    store.fault = away;
    const late = new BoardKeeper({ store, clock: stage.sim.clock, log: noLog });
    const started = late.start();
    await stage.pass(10);
    await started;
    expect(late.snapshot()).toMatchObject({ staleSinceMs: expect.any(Number), board: { services: [], agents: [] } });
    store.fault = undefined;
    await stage.pass(600);
    expect(late.snapshot()).toMatchObject({ staleSinceMs: null, board: { agents: [{}, {}] } });
    await late.stop();
  });
});

test('a change of ours is on the board at once after a refresh', async () => {
  await store.overrideService('support', { state: 'closed', by: 'ann', why: 'fire alarm' });
  expect(service()).toMatchObject({ isOpen: true });
  await keeper.refresh();
  const row = keeper.snapshot().board.services.find(({ id }) => id === 'support');
  expect(row).toMatchObject({ isOpen: false, why: 'closed by ann: fire alarm' });
  // And those who follow hear of it in the next frame.
  await stage.pass(500);
  expect(service()).toMatchObject({ isOpen: false });
});

test('who comes between a refresh and the next frame has the same board as all others after it', async () => {
  const fence = await store.takeEdge('late', 'test', 60_000);
  if (fence === null) throw new Error('somebody else has that edge');
  await store.placeWaiting(fence, [waiting('late', 'late-1')]);
  await keeper.refresh();
  let his = keeper.lastFrame();
  keeper.onFrame((frame) => (his = { ...his, ...frame, board: applyChange(his.board, frame) }));
  await store.leaveWaiting(fence, ['late-1']);
  await stage.pass(1_000);
  expect(shown.board.waiting).toEqual([]);
  expect(his.board).toEqual(shown.board);
});

test('a site that dies is stale, with when it was heard last', async () => {
  for (const running of stage.sim.running.filter(({ id }) => id === 'a')) stage.sim.kill(running);
  await stage.pass(7_000);
  expect(shown.board.sites.find(({ id }) => id === 'a')).toMatchObject({
    state: 'stale',
    lastHeardMs: expect.any(Number),
  });
  expect(agent('a/PJSIP/1001')?.blockedBy).toEqual(['site_stale']);
  expect(service()).toMatchObject({ eligible: 1, staffed: 1 });
});
