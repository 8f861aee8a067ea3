import { beforeEach, describe, expect, test } from 'vitest';
import { SiteApp } from '../../../../src/apps/site/site-app.ts';
import { IpntError } from '../../../../src/core/errors.ts';
import type { PbxEvent } from '../../../../src/core/events.ts';
import { ROLE_LEASE_MS } from '../../../../src/core/model/claim.ts';
import type { SiteBatch } from '../../../../src/ports/site-store.ts';
import { noLog } from '../../../../src/runtime/log.ts';
import { noSiteMeter } from '../../../../src/runtime/monitoring/none.ts';
import { openMemoryStore } from '../../../../src/store/memory/index.ts';
import type { MemoryStore } from '../../../../src/store/memory/index.ts';
import { VirtualClock } from '../../../simulation/virtual-clock.ts';
import { member, ScriptedPbx, snapshot } from './scripted-pbx.ts';

let clock: VirtualClock;
let store: MemoryStore;
let batches: SiteBatch[];
let pbxes: ScriptedPbx[];

beforeEach(() => {
  clock = new VirtualClock();
  store = openMemoryStore(clock);
  batches = [];
  pbxes = [];
  const publish = store.publish.bind(store);
  store.publish = (fence, batch, leaseMs) => {
    batches.push(batch);
    return publish(fence, batch, leaseMs);
  };
});

const pass = (ms: number) => clock.run(clock.monoMs() + ms);

function startApp(holder: string): SiteApp {
  const newPbx = () => {
    const pbx = new ScriptedPbx(clock);
    pbxes.push(pbx);
    return pbx;
  };
  const rules = { siteId: 'berlin', listed: [], windowMs: 1_800_000 };
  const app = new SiteApp({ rules, title: 'Berlin', holder, store, clock, log: noLog, meter: noSiteMeter, newPbx });
  app.start();
  return app;
}

const row = async () => (await store.loadSite('berlin'))?.site;
const names = async () => (await store.agents('berlin')).map(({ name, status }) => `${name} ${status}`).sort();

describe('the site app', () => {
  test('writes the whole site after the first snapshot, then only what changed, the latest of it', async () => {
    startApp('a');
    await pass(50);
    pbxes[0]?.say({ kind: 'linkUp', version: '22' }, snapshot([member('1'), member('2')]));
    await pass(50);
    expect(batches.at(-1)).toMatchObject({ whole: true, connection: 'up', pbxSeenAgoMs: expect.any(Number) as number });
    const before = batches.length;
    const paused = (isPaused: boolean, reason: string): PbxEvent => ({
      kind: 'membershipReported',
      membership: member('1', { paused: isPaused, pauseReason: reason }),
    });
    pbxes[0]?.say(paused(true, 'first'), paused(false, ''), paused(true, 'last'));
    await pass(50);
    expect(batches).toHaveLength(before + 1);
    const last = batches.at(-1);
    expect(last?.whole).toBe(false);
    expect(last?.agents.map(({ name, pauseReason }) => [name, pauseReason])).toEqual([['PJSIP/1', 'last']]);
    expect(last?.queues.map(({ name, ready }) => [name, ready])).toEqual([['support', 1]]);
  });

  test('has one write in flight', async () => {
    let inFlight = 0;
    const publish = store.publish.bind(store);
    store.publish = async (...args) => {
      expect((inFlight += 1)).toBe(1);
      await new Promise<void>((resolve) => clock.after(300, resolve));
      inFlight -= 1;
      return publish(...args);
    };
    startApp('a');
    await pass(50);
    pbxes[0]?.say({ kind: 'linkUp', version: '' }, snapshot([member('1')]));
    for (let i = 0; i < 30; i += 1) {
      await pass(50);
      pbxes[0]?.say({ kind: 'deviceChanged', device: 'PJSIP/1', state: i % 2 ? 'in_use' : 'not_in_use' });
    }
    await pass(2_000);
    expect((await store.agents('berlin'))[0]?.activity).toBe('talking');
    expect(batches.length).toBeLessThan(12);
  });

  test('keeps the site fresh each second, and says at once when the PBX is gone', async () => {
    startApp('a');
    await pass(50);
    pbxes[0]?.say({ kind: 'linkUp', version: '' }, snapshot([member('1')]));
    await pass(1_500);
    pbxes[0]?.say();
    await pass(2_000);
    expect(clock.nowMs() - ((await row())?.pbxSeenAtMs ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(clock.nowMs() - ((await row())?.pbxSeenAtMs ?? 0)).toBeLessThan(2_100);
    pbxes[0]?.say({ kind: 'linkDown', reason: 'cut' });
    await pass(20);
    expect(await row()).toMatchObject({ connection: 'down', pbxSeenAtMs: 0 });
    // Signs of life before the next snapshot do not make it fresh.
    pbxes[0]?.say({ kind: 'linkUp', version: '' });
    await pass(3_000);
    expect(await row()).toMatchObject({ connection: 'connecting', pbxSeenAtMs: 0 });
    expect(await names()).toEqual(['PJSIP/1 ready']);
    pbxes[0]?.say(snapshot([member('2')]));
    await pass(20);
    expect(await names()).toEqual(['PJSIP/2 ready']);
    expect(await row()).toMatchObject({ connection: 'up' });
  });

  test('writes the whole site after the database was away, rows of whose fate it knows nothing included', async () => {
    startApp('a');
    await pass(50);
    pbxes[0]?.say({ kind: 'linkUp', version: '' }, snapshot([member('1'), member('2')]));
    await pass(50);
    store.fault = (operation) => (operation === 'agents' ? undefined : new IpntError('DATABASE_DOWN'));
    pbxes[0]?.say({ kind: 'membershipRemoved', queue: 'support', device: 'PJSIP/1' });
    await pass(3_000);
    expect(await names()).toEqual(['PJSIP/1 ready', 'PJSIP/2 ready']);
    store.fault = undefined;
    await pass(2_500);
    expect(await names()).toEqual(['PJSIP/2 ready']);
    expect(batches.at(-1)?.whole).toBe(true);
  });

  test('stands by while another holds the site, and takes over when its lease has run out', async () => {
    const first = startApp('a');
    await pass(50);
    const second = startApp('b');
    await pass(3_000);
    expect([first.state.role, second.state.role, pbxes.length]).toEqual(['holding', 'standby', 1]);
    store.fault = (operation) => (['publish', 'seen'].includes(operation) ? new IpntError('DATABASE_DOWN') : undefined);
    await pass(ROLE_LEASE_MS + 1_500);
    store.fault = undefined;
    await pass(1_500);
    expect([second.state.role, second.state.epoch]).toEqual(['holding', 2]);
    // The first one is superseded: it has stopped following the PBX, stands by, and has changed nothing.
    await pass(2_500);
    expect(first.state.role).toBe('standby');
    expect(pbxes.map(({ isStarted }) => isStarted)).toEqual([false, true]);
    const { version } = (await row()) ?? {};
    pbxes[0]?.say({ kind: 'linkUp', version: '' }, snapshot([member('9')]));
    await pass(500);
    expect((await row())?.version).toBe(version);
    await second.stop();
    await pass(1_500);
    expect(first.state.role).toBe('holding');
  });

  test('gives the lease back when it stops: the next one holds within a second', async () => {
    const first = startApp('a');
    await pass(50);
    await first.stop();
    expect(pbxes[0]?.isStarted).toBe(false);
    const second = startApp('b');
    await pass(50);
    expect(second.state.role).toBe('holding');
  });

  test('asks for a snapshot when the reducer does not know somebody, and counts what an audit finds', async () => {
    const app = startApp('a');
    await pass(50);
    pbxes[0]?.say({ kind: 'linkUp', version: '' }, snapshot([member('1')]));
    pbxes[0]?.say({ kind: 'callerJoined', queue: 'new', callId: 'c' });
    expect(pbxes[0]?.asked).toEqual(['queue new is not known']);
    pbxes[0]?.say(snapshot([member('1', { paused: true })]));
    expect(app.state).toMatchObject({ audits: 1, differences: 2 });
  });

  test('ends a wrap-up by itself', async () => {
    startApp('a');
    await pass(50);
    pbxes[0]?.say({ kind: 'linkUp', version: '' }, snapshot([member('1', { wrapUpMs: 3_000 })]));
    pbxes[0]?.say({ kind: 'agentCompleted', queue: 'support', device: 'PJSIP/1', callId: 'c', waitMs: 0, talkMs: 0 });
    await pass(2_900);
    expect((await store.agents())[0]?.activity).toBe('wrap_up');
    await pass(150);
    expect((await store.agents())[0]?.activity).toBe('idle');
  });
});
