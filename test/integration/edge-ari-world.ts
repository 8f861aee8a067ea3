/** What the tests of the ARI adapter share: one edge, one site, phones, and a cable to ARI that can be cut and frozen. */
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createAriEdge } from '../../src/pbx/asterisk-ari/edge.ts';
import type { EdgePbx, EdgePbxEvent } from '../../src/ports/edge-pbx.ts';
import type { Log } from '../../src/ports/log.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { until } from '../lab/asterisk/ari.ts';
import { openPhone, quiet } from '../lab/asterisk/probe.ts';
import { startLab } from '../lab/lab.ts';
import type { AsteriskInstance, Lab } from '../lab/lab.ts';
import type { OutgoingCall, Phone } from '../lab/sip/phone.ts';

export type Kind = EdgePbxEvent['kind'];
export type Of<K extends Kind> = Extract<EdgePbxEvent, { kind: K }>;

/** Collects what an adapter says, and waits for what it will say. */
export class Heard {
  readonly all: EdgePbxEvent[] = [];
  readonly #waiters = new Set<() => void>();
  #from = 0;

  readonly sink = (event: EdgePbxEvent): void => {
    this.all.push(event);
    for (const look of [...this.#waiters]) look();
  };

  /** Later waits look only at what comes from here on. */
  mark(): void {
    this.#from = this.all.length;
  }

  since(): readonly EdgePbxEvent[] {
    return this.all.slice(this.#from);
  }

  count<K extends Kind>(kind: K, match: (event: Of<K>) => boolean = () => true): number {
    return this.since().filter((event) => event.kind === kind && match(event as Of<K>)).length;
  }

  wait<K extends Kind>(kind: K, match: (event: Of<K>) => boolean = () => true, ms = 8000): Promise<Of<K>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(look);
        reject(new Error(`no ${kind} within ${ms} ms, but ${JSON.stringify(this.since())}`));
      }, ms);
      const look = (): void => {
        const found = this.since().find((event): event is Of<K> => event.kind === kind && match(event as Of<K>));
        if (!found) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve(found);
      };
      this.#waiters.add(look);
      look();
    });
  }
}

/** A cable to ARI: `cut` breaks every connection, `freeze` lets nothing through without breaking any. */
export interface Cable {
  readonly url: string;
  cut(): void;
  freeze(frozen: boolean): void;
  /** Websockets that stand now. */
  sockets(): number;
  close(): Promise<void>;
  /** After close(), at the same address. */
  reopen(): Promise<void>;
}

export async function openCable(target: AsteriskInstance): Promise<Cable> {
  const pairs = new Set<[Socket, Socket]>();
  const upgraded = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(target.http.port, target.http.host);
    // Else Nagle's algorithm adds 40 ms to every answer.
    for (const socket of [near, far]) socket.setNoDelay(true);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (data) => void (frozen || to.write(data)));
      from.on('error', () => undefined);
      from.on('close', () => {
        pairs.delete(pair);
        upgraded.delete(near);
        to.destroy();
      });
    };
    near.once('data', (data) => void (String(data).includes('/ari/events') && upgraded.add(near)));
    pass(near, far);
    pass(far, near);
  });
  const cableHost = target.http.host.replace(/\.\d+$/, '.120');
  await new Promise<void>((resolve) => server.listen(0, cableHost, resolve));
  const cut = (): void => [...pairs].flat().forEach((socket) => socket.destroy());
  const address = server.address() as { port: number };
  return {
    ...{ url: `http://${cableHost}:${address.port}`, cut },
    freeze: (on) => void (frozen = on),
    sockets: () => upgraded.size,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    reopen: () => new Promise((resolve) => server.listen(address.port, cableHost, () => resolve())),
  };
}

export interface World {
  readonly lab: Lab;
  readonly edgePbx: AsteriskInstance;
  readonly site: AsteriskInstance;
  readonly agent: Phone;
  readonly caller: Phone;
  readonly cable: Cable;
  readonly edge: EdgePbx;
  readonly heard: Heard;
  readonly logged: string[];
  stop(): Promise<void>;
}

export function memoryLog(lines: string[]): Log {
  const put =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const log: Log = { error: put('error'), warn: put('warn'), info: put('info'), debug: put('debug'), child: () => log };
  return log;
}

export function makeEdge(
  world: Pick<World, 'lab' | 'logged'>,
  url: string,
  more: { password?: string; transport?: 'auto' | 'http' } = {},
): EdgePbx {
  const { ariUser: user, ariPassword: password } = world.lab.credentials;
  return createAriEdge({
    ...{ url, user, password, app: 'ipnt', trunks: ['PJSIP/site-a'], clock: systemClock, log: memoryLog(world.logged) },
    ...more,
  });
}

const WHISPER = [
  '[agent-announce]',
  'exten => s,1,Log(NOTICE,whispered to ${CHANNEL} for ${IPNT_CALL})',
  ' same => n,Return()',
].join('\n');

export async function startWorld(): Promise<World> {
  const lab = await startLab({
    edges: ['edge1'],
    sites: [
      { name: 'site-a', agents: [{ ext: '1001', queues: { support: 0 } }, { ext: '1002' }], queues: { support: {} } },
    ],
    extraEdgeDialplan: WHISPER,
  });
  const edgePbx = lab.edges.get('edge1') as AsteriskInstance;
  const site = lab.sites.get('site-a') as AsteriskInstance;
  const password = lab.credentials.sipPassword('1001');
  const agent = await openPhone('1001', lab.phoneAddress, site, { password, rtp: true });
  await agent.register();
  const caller = await openPhone('4930123456', lab.callerAddress, edgePbx, { rtp: true });
  const cable = await openCable(edgePbx);
  const logged: string[] = [];
  const heard = new Heard();
  const edge = makeEdge({ lab, logged }, cable.url);
  await edge.start(heard.sink);
  const stop = async (): Promise<void> => {
    await edge.stop();
    await Promise.all([agent.stop(), caller.stop()]);
    await cable.close();
    await lab.stop();
  };
  return { lab, edgePbx, site, agent, caller, cable, edge, heard, logged, stop };
}

export interface Entered {
  readonly call: OutgoingCall;
  readonly callId: string;
  readonly channelId: string;
  readonly entered: Of<'callEntered'>;
}

let calls = 0;

/** A caller enters the application. */
export async function enter(world: World, fromName = 'Ann'): Promise<Entered> {
  const seen = new Set(world.heard.all.filter((e) => e.kind === 'callEntered').map((e) => e.channel.channelId));
  const call = world.caller.call('support', { fromName });
  const entered = await world.heard.wait('callEntered', (event) => !seen.has(event.channel.channelId));
  const channelId = entered.channel.channelId;
  await world.edge.setAbsoluteTimeout(channelId, 30);
  return { call, callId: `t${++calls}`, channelId, entered };
}

/** Rings an agent for a caller. */
export function ringFor(
  world: World,
  caller: Entered,
  more: { endpoint?: string; timeoutMs?: number; n?: number; callerName?: string } = {},
): { offerId: string; result: Promise<'ringing' | 'refused'> } {
  const offerId = `${caller.callId}.offer${more.n ?? 1}`;
  const result = world.edge.ring({
    ...{ offerId, callId: caller.callId, callerChannelId: caller.channelId },
    endpoint: more.endpoint ?? 'PJSIP/1001@site-a',
    timeoutMs: more.timeoutMs ?? 10_000,
    ani: caller.entered.channel.ani,
    callerName: more.callerName ?? caller.entered.channel.callerName,
  });
  return { offerId, result };
}

/** A caller who talks to the agent. */
export async function talk(world: World, recording = ''): Promise<Entered & { offerId: string }> {
  const caller = await enter(world);
  const { offerId, result } = ringFor(world, caller);
  expectRinging(await result);
  await world.heard.wait('offerAnswered', (event) => event.offerId === offerId);
  const bridged = await world.edge.bridge({
    ...{ callId: caller.callId, callerChannelId: caller.channelId, offerId, recording, keys: true },
  });
  if (!bridged) throw new Error('not bridged');
  await caller.call.answered;
  return { ...caller, offerId };
}

function expectRinging(result: 'ringing' | 'refused'): void {
  if (result !== 'ringing') throw new Error(`the originate was ${result}`);
}

export const fullLog = (instance: AsteriskInstance): string => readFileSync(join(instance.dir, 'log', 'full'), 'utf8');

/** What the edge's Asterisk has logged since. */
export function listen(world: World): () => string {
  const from = fullLog(world.edgePbx).length;
  return () => fullLog(world.edgePbx).slice(from);
}

export const isPlaying = (log: () => string, sound: string): Promise<boolean> =>
  until(async () => log().includes(`Playing '${sound}.`) || undefined, `${sound} is played`);

export const hearsMusic = (log: () => string): Promise<boolean> =>
  until(async () => /Started music on hold.*\n?$/.test(log().trimEnd()) || undefined, 'music goes on');

/** An agent who has answered and waits to be joined. */
export async function answeredAgent(
  world: World,
  { callId, channelId: callerChannelId }: Pick<Entered, 'callId' | 'channelId'>,
  edge = world.edge,
): Promise<string> {
  const offerId = `${callId}.offer1`;
  const request = { offerId, callId, callerChannelId, endpoint: 'PJSIP/1001@site-a', timeoutMs: 5_000 };
  expectRinging(await edge.ring({ ...request, ani: '4930123456', callerName: 'Ann' }));
  await world.heard.wait('offerAnswered', (event) => event.offerId === offerId);
  return offerId;
}

/**
 * Asterisk has no channel left before it has told so, and what it tells late would be the next test's. Not for a test in which
 * another process took the calls over: only that one is told.
 */
export async function everybodyLeft({ heard }: World): Promise<void> {
  const told = (kind: Kind): number => heard.all.filter((event) => event.kind === kind).length;
  await until(async () => told('callLeft') === told('callEntered') || undefined, 'it is told that every caller left');
  heard.mark();
}

/** After each test: nobody talks, nothing stands on the edge, and what was heard is past. */
export async function tidyUp({ agent, caller, edgePbx, heard, lab }: World): Promise<void> {
  agent.behaviour = { kind: 'answer', afterMs: 20 };
  await Promise.all([caller.hangup(), agent.hangup()]);
  await quiet(edgePbx, lab.credentials);
  for (const log of [heard, agent, caller]) log.mark();
}
