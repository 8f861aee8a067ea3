/** The site's shipped dialplan on real Asterisk with real SIP calls: call ids, the guard, feature codes. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until, watchAmi } from '../lab/asterisk/ari.ts';
import { channelVariables, complaints, openPhone, outcome, quiet } from '../lab/asterisk/probe.ts';
import { startLab } from '../lab/lab.ts';
import type { AsteriskInstance, Lab } from '../lab/lab.ts';
import type { Phone } from '../lab/sip/phone.ts';

let lab: Lab;
let site: AsteriskInstance;
/** Calls from the edge's address, as the trunk does. */
let trunk: Phone;
let siteCaller: Phone;
const phones = new Map<string, Phone>();

beforeAll(async () => {
  lab = await startLab({
    edges: ['edge1'],
    sites: [
      {
        name: 'site-a',
        queues: { support: {}, guarded: {}, strict: { more: { autopause: 'yes', ringinuse: 'yes' } } },
        agents: [
          { ext: '1001', queues: { support: 0 } },
          { ext: '1002' },
          { ext: '1008', queues: { guarded: 0, strict: 0 }, guard: true },
        ],
      },
    ],
  });
  site = lab.sites.get('site-a') as AsteriskInstance;
  trunk = await openPhone('trunk', lab.edges.get('edge1')?.address ?? '', site);
  siteCaller = await openPhone('5556789', lab.callerAddress, site);
  for (const name of ['1001', '1002', '1008']) {
    const password = lab.credentials.sipPassword(name);
    const behaviour = { kind: 'answer', afterMs: 30 } as const;
    const phone = await openPhone(name, lab.phoneAddress, site, { password, behaviour, secondCall: 'accept' });
    await phone.register();
    phones.set(name, phone);
  }
});

afterAll(async () => {
  await Promise.all([trunk, siteCaller, ...phones.values()].map((phone) => phone?.stop()));
  await lab?.stop();
});

afterEach(async () => {
  await Promise.all([trunk, siteCaller, ...phones.values()].map((phone) => phone.hangup()));
  await quiet(site, lab.credentials);
  for (const phone of [trunk, siteCaller, ...phones.values()]) phone.mark();
});

function phone(ext: string): Phone {
  const found = phones.get(ext);
  if (found === undefined) throw new Error(`no phone ${ext}`);
  return found;
}

test('X-IPNT-Call of the trunk reaches both legs, and of anybody else none', async () => {
  const ids = (): Promise<string[]> => channelVariables(site, lab.credentials, 'IPNT_CALL');
  await trunk.call('1001', { headers: { 'X-IPNT-Call': 'edge1-17.3;evil=1' } }).answered;
  expect(await ids()).toEqual(['edge1-17.3evil1', 'edge1-17.3evil1']);
  await trunk.hangup();
  await quiet(site, lab.credentials);
  await siteCaller.call('queue-support', { headers: { 'X-IPNT-Call': 'forged' } }).answered;
  expect(await ids()).toEqual(['', '']);
});

test('the guard: of the site queue and the edge at the same moment, one gets the agent', async () => {
  for (let round = 0; round < 10; round++) {
    const agent = phone('1008');
    agent.mark();
    const before = agent.entries.filter((e) => e.what === 'invited').length;
    const own = siteCaller.call('queue-guarded');
    const ours = trunk.call('1008');
    await agent.waitFor('confirmed');
    expect([200, 486]).toContain(await outcome(ours));
    expect(agent.entries.filter((e) => e.what === 'invited').length - before).toBe(1);
    await Promise.all([own.hangup(), ours.hangup()]);
    await Promise.all([own.ended, ours.ended]);
    await agent.hangup();
    await quiet(site, lab.credentials);
  }
});

test('the guard: an agent who talks is busy to his queue, which does not pause him for it', async () => {
  const watch = await watchAmi(site, lab.credentials);
  try {
    await trunk.call('1008').answered;
    siteCaller.call('queue-strict');
    await watch.event('Event: AgentRingNoAnswer', 'Queue: strict');
    expect(await site.cli('queue show strict')).toContain('1008');
    expect(await site.cli('queue show strict')).not.toContain('paused');
  } finally {
    watch.close();
  }
});

test('the guard lets go of an agent who transferred his call away', async () => {
  const first = trunk.call('1008');
  await first.answered;
  const [held] = [...phone('1008').calls.keys()];
  await phone('1008').blindTransfer(held ?? '', '1001');
  await phone('1001').waitFor('confirmed');
  await until(async () => (phone('1008').calls.size === 0 ? true : undefined), 'the leg of the transferor is gone');
  expect(await outcome(trunk.call('1008'))).toBe(200);
});

test.each([
  ['*61', 'ready', ''],
  ['*621', 'paused', 'lunch'],
  ['*627', 'paused', '7'],
  ['*63', 'logged_out', ''],
])('feature code %s says %s %s of the endpoint that dialled it', async (code, status, reason) => {
  const watch = await watchAmi(site, lab.credentials);
  try {
    await phone('1002').call(code, { fromUser: '1002' }).ended;
    const event = await watch.event('UserEvent: IPNTAgent');
    expect(event).toContain('Agent: PJSIP/1002\r\n');
    expect(event).toContain(`Status: ${status}`);
    expect(event).toContain(`Reason: ${reason}`);
  } finally {
    watch.close();
  }
});

test('the log has no complaint about our dialplan', () => {
  expect(complaints(site)).toEqual([]);
});
