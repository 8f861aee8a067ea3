/**
 * Records the transcripts of this folder anew from a real Asterisk: `npx tsx test/replay/record-asterisk.ts [--ari] [scenario...]`.
 * `--expect` replays what is there instead. Read the resulting `expect.json` critically before it is committed: it is what the replay must give from then on.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordSite } from '../../src/apps/site/record.ts';
import { replayPath } from '../../src/apps/site/replay.ts';
import type { SiteView } from '../../src/core/reduce/site-view.ts';
import { pause } from '../../src/ports/clock.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { noLog } from '../../src/runtime/log.ts';
import { Secret } from '../../src/settings/secret.ts';
import type { AriSite } from '../../src/settings/sites.ts';
import { startLab } from '../lab/lab.ts';
import type { AsteriskInstance, Lab } from '../lab/lab.ts';
import { Phone } from '../lab/sip/phone.ts';
import type { RingBehaviour } from '../lab/sip/phone.ts';

/** Not a test: calls take the time that they take. */
const talkFor = (ms: number): Promise<void> => pause(systemClock, ms);

/** `--ari`: over ARI, into the folder of its own; only what it can tell of. */
const isAri = process.argv.includes('--ari');
const OUT = new URL(`./transcripts/asterisk-${isAri ? 'ari' : 'ami'}/`, import.meta.url).pathname;
const OVER_ARI = [
  'snapshot',
  'queue-call',
  'abandon',
  'direct-call',
  'status-declared',
  'blind-transfer',
  'attended-transfer',
  'restart',
];
/** ARI has no queues but those that the dialplan reports. */
const WAY = isAri ? 'reported-' : 'queue-';

interface World {
  readonly site: AsteriskInstance;
  readonly lab: Lab;
  agent(ext: string, behaviour: RingBehaviour): Promise<Phone>;
  caller(number: string): Promise<Phone>;
  /** Resolves at the next whole snapshot. */
  nextSnapshot(): Promise<void>;
}

type Scenario = (world: World) => Promise<void>;

const ANSWER: RingBehaviour = { kind: 'answer', afterMs: 200 };

const SCENARIOS: Record<string, Scenario> = {
  snapshot: async () => undefined,
  'queue-call': async ({ agent, caller }) => {
    await agent('1001', ANSWER);
    const call = (await caller('030123456')).call(`${WAY}support`);
    await call.answered;
    await talkFor(2_200);
    await call.hangup();
  },
  'ring-no-answer': async ({ agent, caller }) => {
    const phone = await agent('1001', { kind: 'ring' });
    const call = (await caller('030123456')).call(`${WAY}support`);
    await phone.waitFor('invited');
    await phone.waitFor('cancelled');
    await call.hangup();
  },
  abandon: async ({ caller, site }) => {
    const call = (await caller('030123456')).call(`${WAY}sales`);
    await joined(site, 'sales');
    await talkFor(1_500);
    await call.hangup();
  },
  'waiting-snapshot': async ({ caller, site, nextSnapshot }) => {
    (await caller('030123456')).call(`${WAY}sales`).answered.catch(() => undefined);
    await joined(site, 'sales');
    const taken = nextSnapshot();
    await site.cli('module reload app_queue');
    await taken;
    await talkFor(300);
  },
  pause: async ({ site }) => {
    await site.cli('queue pause member PJSIP/1001 queue support reason lunch');
    await site.cli('queue pause member PJSIP/1002 queue support reason training');
    await site.cli('queue pause member PJSIP/1002 queue sales reason training');
    await site.cli('queue pause member PJSIP/1003 queue sales');
    await site.cli('queue unpause member PJSIP/1003 queue sales');
  },
  dynamic: async ({ site }) => {
    await site.cli('queue add member PJSIP/1004 to support penalty 3 as "Dora D"');
    await site.cli(
      'queue add member Local/1003@ipnt-guard/n to support penalty 1 as "Carl" state_interface PJSIP/1003',
    );
    await site.cli('queue add member Local/1099@from-phones to support penalty 0 as "Nobody sees"');
    await site.cli('queue remove member PJSIP/1004 from support');
  },
  penalty: async ({ site }) => {
    await site.cli('queue set penalty 4 on PJSIP/1001 in support');
    await site.cli('queue set penalty 12 on PJSIP/1002 in support');
  },
  'direct-call': async ({ agent }) => {
    const called = await agent('1001', ANSWER);
    const calling = await agent('2001', ANSWER);
    const call = calling.call('1001');
    await call.answered;
    await called.waitFor('confirmed');
    await talkFor(500);
  },
  'status-declared': async ({ agent }) => {
    const phone = await agent('2001', ANSWER);
    for (const code of ['*621', '*63', '*61', '*62']) await phone.call(code).ended;
    await (await agent('1001', ANSWER)).call('*63').ended;
  },
  'blind-transfer': async ({ agent, caller }) => {
    const phone = await agent('1001', ANSWER);
    await agent('1003', ANSWER);
    const call = (await caller('030123456')).call(`${WAY}support`);
    await call.answered;
    const { call: id } = await phone.waitFor('confirmed');
    await talkFor(1_100);
    await phone.blindTransfer(id, '1003');
    await talkFor(1_500);
  },
  'attended-transfer': async ({ agent, caller }) => {
    const phone = await agent('1001', ANSWER);
    await agent('1003', ANSWER);
    const call = (await caller('030123456')).call(`${WAY}support`);
    await call.answered;
    const { call: id } = await phone.waitFor('confirmed');
    await talkFor(1_100);
    const consult = phone.call('1003');
    await consult.answered;
    await phone.attendedTransfer(id, consult.callId);
    await talkFor(1_500);
  },
  restart: async ({ agent, caller, site, nextSnapshot }) => {
    await agent('1001', ANSWER);
    await (await caller('030123456')).call(`${WAY}support`).answered;
    await talkFor(300);
    const again = nextSnapshot();
    await site.restart();
    await again;
  },
};

/** `Queue()` does not answer: that the caller waits is seen at the PBX alone. */
async function joined(site: AsteriskInstance, queue: string): Promise<void> {
  while (!(await site.cli(`queue show ${queue}`)).includes('(wait:')) await talkFor(50);
}

async function record(name: string, scenario: Scenario): Promise<void> {
  const lab = await startLab({
    edges: [],
    sites: [
      {
        name: 'berlin',
        agents: [
          { ext: '1001', title: 'Ada A', queues: { support: 0 } },
          { ext: '1002', title: 'Bob B', queues: { support: 2, sales: 0 } },
          { ext: '1003', title: 'Carl C', queues: { sales: 5 } },
          { ext: '1004', title: 'Dora D' },
          { ext: '2001', title: 'Eve E' },
        ],
        queues: {
          support: { wrapuptime: 2, timeout: 2, more: { servicelevel: '15' } },
          sales: { timeout: 2 },
        },
      },
    ],
  });
  const site = lab.sites.get('berlin') as AsteriskInstance;
  const dir = join(OUT, name);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const phones: Phone[] = [];
  const enough = new AbortController();
  let heard: () => void = () => undefined;
  const nextSnapshot = () => new Promise<void>((resolve) => (heard = resolve));
  const first = nextSnapshot();
  const recording = recordSite({
    ...{ dir, clock: systemClock, log: noLog, until: enough.signal, onSnapshot: () => heard() },
    site: isAri
      ? ariSite(lab, site)
      : {
          ...{ siteId: 'berlin', title: 'Berlin', kind: 'asterisk-ami', ...site.ami, user: lab.credentials.amiUser },
          ...{ password: new Secret(lab.credentials.amiPassword), agents: ['PJSIP/2001'], windowMs: 1_800_000 },
          queueWrapUpMs: { support: 2_000 },
        },
  });
  try {
    await first;
    const open = async (ext: string, behaviour: RingBehaviour | undefined, isCaller: boolean) => {
      const phone = new Phone({
        ...{ name: ext, localAddress: isCaller ? lab.callerAddress : lab.phoneAddress, server: site.sip },
        ...(isCaller ? {} : { password: lab.credentials.sipPassword(ext) }),
        ...(behaviour === undefined ? {} : { behaviour }),
      });
      phones.push(phone);
      await phone.start();
      if (!isCaller) await phone.register();
      return phone;
    };
    await scenario({
      ...{ site, lab, nextSnapshot },
      agent: (ext, behaviour) => open(ext, behaviour, false),
      caller: (number) => open(number, undefined, true),
    });
    await talkFor(name === 'queue-call' ? 2_500 : 400);
  } finally {
    enough.abort();
    const live = await recording;
    const state = writeExpected(dir);
    const strip = (view: unknown) => JSON.stringify(view, (key, value: unknown) => (/Ms$/.test(key) ? 0 : value));
    console.log(
      name,
      live.files.length,
      strip(live.view) === strip(state) ? 'as live' : `NOT AS LIVE ${strip(live.view)}`,
    );
    await Promise.all(phones.map((phone) => phone.stop({ abrupt: true })));
    await lab.stop();
  }
}

function ariSite({ credentials }: Lab, { http }: AsteriskInstance): AriSite {
  const { ariReader: user, ariPassword } = credentials;
  const ari = { url: `http://${http.host}:${http.port}`, user, password: new Secret(ariPassword) };
  const trunks = ['PJSIP/edge', 'PJSIP/callers'];
  return { siteId: 'berlin', title: 'Berlin', kind: 'asterisk-ari', ari, agents: [], trunks, windowMs: 1_800_000 };
}

function writeExpected(dir: string): SiteView {
  const { state, differences } = replayPath(dir);
  writeFileSync(join(dir, 'expect.json'), `${JSON.stringify({ differences, ...state }, null, 1)}\n`);
  return state;
}

const wanted = process.argv.slice(2).filter((name) => !name.startsWith('--'));
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (wanted.length > 0 ? !wanted.includes(name) : isAri && !OVER_ARI.includes(name)) continue;
  if (process.argv.includes('--expect')) writeExpected(join(OUT, name));
  else await record(name, scenario);
}
