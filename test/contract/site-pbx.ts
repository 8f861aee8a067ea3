/** What every adapter of a call centre's PBX must do, whatever the PBX: one suite, run on each kind. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { followSite } from '../../src/apps/site/follow.ts';
import type { Follower } from '../../src/apps/site/follow.ts';
import type { PbxEvent } from '../../src/core/events.ts';
import type { AgentState } from '../../src/core/model/agent.ts';
import { siteView } from '../../src/core/reduce/site-view.ts';
import type { SitePbx } from '../../src/ports/site-pbx.ts';

/** A call that rings the agent's phone; the one who made it hangs up, or the agent answers. */
export interface SiteCall {
  answer(): Promise<void>;
  hangUp(): Promise<void>;
}

/** A call centre with one agent at one phone, which is registered when a test begins, and in no call. */
export interface SitePbxWorld {
  /** His name at the site, and what the trunk's context is asked to ring. */
  readonly agent: string;
  readonly address: string;
  /** The queue that he is in; null where the kind has none. */
  readonly queue: string | null;
  newPbx(): SitePbx;
  nowMs(): number;
  /** Lets time pass until it holds; rejects when it never does. */
  until(holds: () => boolean, what: string): Promise<void>;
  /** Lets so much time pass: to see that nothing happens in it. */
  pass(ms: number): Promise<void>;
  callDirect(): Promise<SiteCall>;
  callQueue(): Promise<SiteCall>;
  unregister(): Promise<void>;
  register(): Promise<void>;
  /** What becomes of a command: the PBX does it, or the word is ours to keep. */
  readonly commands: 'done' | 'ours';
  /** What the PBX keeps of the reason "lunch" of a pause. */
  readonly reason: string;
  /** He pauses by the means of his PBX. */
  pause(reason: string): Promise<void>;
  resume(): Promise<void>;
  /** The adapter's connection breaks and cannot be made; then it can again. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Ends what the test began. */
  endOfTest(): Promise<void>;
  close(): Promise<void>;
}

interface Listening {
  readonly pbx: SitePbx;
  readonly heard: { readonly event: PbxEvent; readonly atMs: number }[];
  readonly seenAtMs: number[];
  readonly site: Follower;
  agent(): AgentState | undefined;
}

const SITE = { siteId: 'contract', windowMs: 1_800_000 };
const SEEN_EVERY_MS = 1_000;

export function sitePbxContract(kind: string, open: () => Promise<SitePbxWorld>): void {
  describe(`an adapter of a site: ${kind}`, () => {
    let world: SitePbxWorld;
    const open_ = new Set<SitePbx>();
    beforeAll(async () => void (world = await open()));
    afterAll(() => world?.close());
    afterEach(async () => {
      await Promise.all([...open_].map((pbx) => pbx.stop()));
      open_.clear();
      await world.endOfTest();
    });

    const listen = (): Listening => {
      const pbx = world.newPbx();
      open_.add(pbx);
      const site = followSite({ ...SITE, listed: [world.agent] });
      const [heard, seenAtMs]: [Listening['heard'], number[]] = [[], []];
      pbx.start({
        seen: (atMs) => void seenAtMs.push(atMs),
        event: (event, atMs) => {
          heard.push({ event, atMs });
          for (const effect of site.event(event, atMs)) pbx.requestSnapshot(effect.why);
        },
      });
      const agent = () => site.model.agents.get(world.agent)?.row;
      return { pbx, heard, seenAtMs, site, agent };
    };
    const up = async (): Promise<Listening> => {
      const listening = listen();
      await world.until(() => listening.site.model.connection === 'up', 'the first snapshot');
      await is(listening, 'idle');
      return listening;
    };
    const is = (listening: Listening, activity: AgentState['activity']) =>
      world.until(() => listening.agent()?.activity === activity, `the agent is ${activity}`);
    const view = ({ site }: Listening) => siteView(site.model);

    test('begins with the link and a whole snapshot: the agent, his address, and that he is free', async () => {
      const listening = await up();
      expect(listening.heard.slice(0, 2).map(({ event }) => event.kind)).toEqual(['linkUp', 'snapshotTaken']);
      expect(listening.agent()).toMatchObject({ status: 'ready', activity: 'idle', address: world.address });
      expect(view(listening).callsInProgress).toBe(0);
      if (world.queue !== null) expect(listening.agent()?.skills).toEqual({ [`queue:${world.queue}`]: 10 });
    });

    test('shows a sign of life each second, calls or not', async () => {
      const listening = await up();
      const since = world.nowMs();
      await world.pass(3 * SEEN_EVERY_MS);
      const seen = listening.seenAtMs.filter((atMs) => atMs >= since);
      const gaps = [since, ...seen, world.nowMs()].map((atMs, i, all) => atMs - (all[i - 1] ?? atMs));
      expect(Math.max(...gaps)).toBeLessThan(2 * SEEN_EVERY_MS);
    });

    test('a direct call: he rings, talks, and is idle since its end', async () => {
      const listening = await up();
      const call = await world.callDirect();
      await is(listening, 'ringing');
      await call.answer();
      await is(listening, 'talking');
      await world.until(() => view(listening).callsInProgress === 1, 'one call in progress');
      await call.hangUp();
      await is(listening, 'idle');
      await world.until(() => view(listening).callsInProgress === 0, 'no call in progress');
      expect(world.nowMs() - (listening.agent()?.idleSinceMs ?? 0)).toBeLessThan(5_000);
    });

    test('a caller who gives up before he answers: no call of his, and nothing left', async () => {
      const listening = await up();
      const call = await world.callDirect();
      await is(listening, 'ringing');
      await call.hangUp();
      await is(listening, 'idle');
      await world.until(() => view(listening).callsInProgress === 0, 'no call in progress');
      expect(listening.agent()).toMatchObject({ callsTaken: 0 });
    });

    test('a call of his queue is counted once, from the line to its end', async () => {
      const listening = await up();
      if (world.queue === null) return void expect(view(listening).queues).toEqual([]);
      const call = await world.callQueue();
      await is(listening, 'ringing');
      expect(view(listening).queues.find(({ name }) => name === world.queue)).toMatchObject({ waiting: 1, offered: 1 });
      await call.answer();
      await is(listening, 'talking');
      await call.hangUp();
      await world.until(() => ['idle', 'wrap_up'].includes(listening.agent()?.activity ?? ''), 'the call is over');
      const queue = () => view(listening).queues.find(({ name }) => name === world.queue);
      await world.until(() => (queue()?.meanHandleMs ?? null) !== null, 'its end is counted');
      expect(queue()).toMatchObject({ waiting: 0, offered: 1, answered: 1, abandoned: 0 });
    });

    test('a phone that is gone is unreachable, and idle when it is back', async () => {
      const listening = await up();
      await world.unregister();
      await is(listening, 'unreachable');
      await world.register();
      await is(listening, 'idle');
    });

    test('a pause of his PBX with its reason, and its end', async () => {
      const listening = await up();
      await world.pause('lunch');
      await world.until(() => listening.agent()?.status === 'paused', 'he is paused');
      expect(listening.agent()?.pauseReason).toBe(world.reason);
      await world.resume();
      await world.until(() => listening.agent()?.status === 'ready', 'he is ready');
    });

    test('a command to pause: done and reported, or ours to keep; a stranger and a text with line ends are refused', async () => {
      const listening = await up();
      const command = { agent: world.agent, reason: 'lunch', queues: [] };
      const ask = async (action: 'pause' | 'resume', reason = 'lunch') => {
        const asked = listening.pbx.command({ ...command, action, reason });
        let answer: Awaited<typeof asked> | undefined;
        void asked.then((answered) => (answer = answered));
        await world.until(() => answer !== undefined, 'an answer');
        return answer;
      };
      expect(await ask('pause')).toMatchObject({ outcome: world.commands });
      if (world.commands === 'done') {
        await world.until(() => listening.agent()?.status === 'paused', 'he is paused');
        expect(listening.agent()?.pauseReason).toBe(world.reason);
      }
      expect(await ask('resume', '')).toMatchObject({ outcome: world.commands });
      await world.until(() => listening.agent()?.status === 'ready', 'he is ready');
      const hostile = await ask('pause', 'x\r\nAction: Logoff').catch((error: unknown) => error);
      if (world.commands === 'done') expect(hostile).not.toMatchObject({ outcome: 'done' });
      expect(listening.agent()?.status).toBe('ready');
      expect(listening.site.model.connection).toBe('up');
    });

    test('cut: it says so once; mended: the link, a snapshot, and what changed meanwhile', async () => {
      const listening = await up();
      const from = listening.heard.length;
      await world.cut();
      await world.until(() => listening.site.model.connection === 'down', 'the connection is down');
      await world.unregister();
      await world.mend();
      await world.until(() => listening.site.model.connection === 'up', 'the connection is up');
      await is(listening, 'unreachable');
      const links = listening.heard.slice(from).filter(({ event }) => /^(link|snapshot)/.test(event.kind));
      const kinds = links.map(({ event }) => event.kind);
      const first = kinds.indexOf('linkUp');
      expect(new Set(kinds.slice(0, first))).toEqual(new Set(['linkDown']));
      expect(kinds.slice(first, first + 2)).toEqual(['linkUp', 'snapshotTaken']);
    });

    test('snapshots that are asked for together are few, and find nothing that no event had told', async () => {
      const listening = await up();
      const call = await world.callDirect();
      await call.answer();
      await is(listening, 'talking');
      const snapshots = () => listening.heard.filter(({ event }) => event.kind === 'snapshotTaken').length;
      const before = snapshots();
      for (let i = 0; i < 20; i += 1) listening.pbx.requestSnapshot('asked');
      await world.until(() => snapshots() > before, 'a snapshot');
      await world.pass(2_000);
      expect(snapshots() - before).toBeLessThan(5);
      expect(listening.site.audits.flatMap(({ examples }) => examples)).toEqual([]);
      await call.hangUp();
    });

    test('each event told twice makes no other state', async () => {
      const listening = await up();
      const call = await (world.queue === null ? world.callDirect() : world.callQueue());
      await is(listening, 'ringing');
      await call.answer();
      await is(listening, 'talking');
      await call.hangUp();
      await world.until(() => view(listening).callsInProgress === 0, 'no call in progress');
      const twice = followSite({ ...SITE, listed: [world.agent] });
      for (const { event, atMs } of listening.heard) {
        twice.event(event, atMs);
        twice.event(event, atMs);
      }
      expect(siteView(twice.model)).toEqual(view(listening));
    });

    test('nothing comes after its end', async () => {
      const listening = await up();
      await listening.pbx.stop();
      const { length } = listening.heard;
      await world.unregister();
      await world.pass(500);
      expect(listening.heard).toHaveLength(length);
    });
  });
}
