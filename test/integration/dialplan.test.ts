/** The shipped dialplan on real Asterisk with real SIP calls, and no routing app of ours. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ari, decide as decideOver, inStasis as stasisChannel, openDeafApp } from '../lab/asterisk/ari.ts';
import { channelVariables, complaints, logOf, noticed, openPhone, outcome } from '../lab/asterisk/probe.ts';
import { startLab } from '../lab/lab.ts';
import type { AsteriskInstance, Lab } from '../lab/lab.ts';
import type { Phone, RingBehaviour } from '../lab/sip/phone.ts';

const EXTRA = `
[lab-other]
exten => s,1,Answer()
 same => n,Set(IPNT_LAB=other)
 same => n,Return()
[lab-whisper]
exten => hello,1,Set(IPNT_LAB=whispered)
 same => n,Return()
[from-outside]
exten => elsewhere,1,Set(CHANNEL(hangup_handler_push)=lab-result,s,1)
 same => n,Gosub(ipnt,s,1(priority=5,service=nosuch,default=lab-other^s^1,require=a>=3 and b))
 same => n,Log(NOTICE,IPNT-BACK \${IPNTSTATUS} \${IPNT_LAB} \${TIMEOUT(absolute)})
 same => n,Hangup()
exten => whisper,1,Answer()
 same => n,MSet(IPNT_CALL=c7,IPNT_WHISPER=lab-whisper^hello)
 same => n,Goto(ipnt-whisper,s,1)
exten => handler,1,Set(CHANNEL(hangup_handler_push)=lab-result,s,1)
 same => n,Answer()
 same => n,Gosub(ipnt,s,1(service=support))
 same => n,Hangup()
`;

/** What each agent's phone does. 1005 never registers; 1009 stands behind the guard. */
const PHONES: Record<string, RingBehaviour> = {
  '1001': { kind: 'answer', afterMs: 0 },
  '1002': { kind: 'reject', code: 486 },
  '1003': { kind: 'reject', code: 603 },
  '1004': { kind: 'ring' },
  '1006': { kind: 'redirect', to: 'sip:1001@127.0.0.1' },
  '1007': { kind: 'reject', code: 480 },
  '1009': { kind: 'redirect', to: 'sip:1001@127.0.0.1' },
};

let lab: Lab;
let edge: AsteriskInstance;
let site: AsteriskInstance;
/** Calls from the edge's address, as the trunk does. */
let trunk: Phone;
let caller: Phone;
const phones = new Map<string, Phone>();

beforeAll(async () => {
  lab = await startLab({
    edges: ['edge1'],
    sites: [
      {
        name: 'site-a',
        queues: { support: {} },
        agents: ['1001', '1002', '1003', '1004', '1005', '1006', '1007', '1009'].map((ext) => ({
          ...{ ext, guard: ext === '1009' },
          queues: (ext === '1001' ? { support: 0 } : {}) as Record<string, number>,
        })),
      },
    ],
    extraEdgeDialplan: EXTRA,
  });
  edge = lab.edges.get('edge1') as AsteriskInstance;
  site = lab.sites.get('site-a') as AsteriskInstance;
  trunk = await openPhone('trunk', edge.address, site);
  caller = await openPhone('5551234', lab.callerAddress, edge);
  for (const [ext, behaviour] of Object.entries(PHONES)) {
    const password = lab.credentials.sipPassword(ext);
    const phone = await openPhone(ext, lab.phoneAddress, site, { password, behaviour, secondCall: 'accept' });
    await phone.register();
    phones.set(ext, phone);
  }
});

afterAll(async () => {
  await Promise.all([trunk, caller, ...phones.values()].map((phone) => phone?.stop()));
  await lab?.stop();
});

afterEach(async () => {
  await Promise.all([trunk, caller, ...phones.values()].map((phone) => phone.hangup()));
  for (const phone of [trunk, caller, ...phones.values()]) phone.mark();
});

function phone(ext: string): Phone {
  const found = phones.get(ext);
  if (found === undefined) throw new Error(`no phone ${ext}`);
  return found;
}

const logged = (from: number, text: string): Promise<string> => noticed(edge, from, text);
const begin = (): number => logOf(edge).length - 1;

function rest<T>(method: string, path: string, query: Record<string, string> = {}): Promise<T> {
  return ari<T>(edge, lab.credentials, method, path, query);
}

const inStasis = (args: string) => stasisChannel(edge, lab.credentials, args);
const decide = (channel: string, says: Record<string, string>) => decideOver(edge, lab.credentials, channel, says);

describe('edge, app away', () => {
  test('a caller to a service takes its default route and is answered at once', async () => {
    const from = begin();
    const call = caller.call('support');
    await call.answered;
    await phone('1001').waitFor('confirmed');
    await call.hangup();
    expect(await logged(from, 'IPNT-RESULT')).toContain(
      'status=ERROR agent= site= service=support wait=0 waitMs=0 call= defaulted=1',
    );
  });

  test.each(['5559999', '+4930123'])(
    'a caller to %s, without a service, takes the last default route',
    async (number) => {
      const from = begin();
      expect(await outcome(caller.call(number))).toBe(200);
      expect(await logged(from, 'ipnt: ERROR')).toContain('default route ipnt-default/default/1');
    },
  );

  test('default= names another place; the dialplan goes on after it, with the timeout off', async () => {
    const from = begin();
    await caller.call('elsewhere').ended;
    expect(await logged(from, 'IPNT-BACK')).toMatch(/IPNT-BACK ERROR other 0$/);
  });

  test('a hostile dialled number changes no argument and still reaches the default route', async () => {
    const from = begin();
    expect(await outcome(caller.call('1,service=vip"${EXTEN}'))).toBe(200);
    const line = logOf(edge).find((l, i) => i >= from && l.includes('Executing') && l.includes(' Stasis('));
    expect(line).toMatch(/"ipnt,dnis=[0-9A-Za-z]*"\)/);
  });
});

describe('edge, app there', () => {
  test('frozen: the T extension takes the default route within 5 s', async () => {
    const from = begin();
    const app = await openDeafApp(edge, lab.credentials, 'ipnt');
    try {
      const started = performance.now();
      expect(await outcome(caller.call('support'))).toBe(200);
      expect(performance.now() - started).toBeGreaterThan(2_500);
      expect(performance.now() - started).toBeLessThan(5_000);
      await caller.hangup();
      expect(await logged(from, 'IPNT-RESULT')).toContain('status=ERROR');
    } finally {
      await app.close();
    }
  });

  test.each([
    { says: { IPNTSTATUS: 'NOAGENTS' }, code: 603, result: 'status=NOAGENTS agent= site= service=support' },
    { says: { IPNTSTATUS: 'TIMEOUT', IPNT_ROUTE: 'default' }, code: 200, result: 'status=TIMEOUT' },
    { says: { IPNTSTATUS: 'ERROR' }, code: 200, result: 'defaulted=1' },
    { says: { IPNTSTATUS: 'ERROR', IPNT_ROUTE: 'return' }, code: 603, result: 'defaulted=0' },
    { says: {}, code: 200, result: 'status=ERROR' },
  ])('it says $says', async ({ says, code, result }) => {
    const from = begin();
    const app = await openDeafApp(edge, lab.credentials, 'ipnt');
    try {
      const call = caller.call('support');
      await decide((await inStasis('dnis=support,service=support')).id, says as Record<string, string>);
      expect(await outcome(call)).toBe(code);
      await caller.hangup();
      expect(await logged(from, 'IPNT-RESULT')).toContain(result);
    } finally {
      await app.close();
    }
  });

  test('delivery continue: dials, reports, dials again, and an answer is never defaulted', async () => {
    const from = begin();
    const app = await openDeafApp(edge, lab.credentials, 'ipnt');
    try {
      const call = caller.call('support');
      const dial = (ext: string) => ({
        ...{ IPNT_ROUTE: 'dial', IPNT_CALL: 'c42', IPNT_DIAL: `PJSIP/${ext}@site-a`, IPNT_DIAL_TIMEOUT: '5' },
      });
      await decide((await inStasis('service=support')).id, dial('1002'));
      await decide((await inStasis('report=BUSY,call=c42')).id, dial('1001'));
      await call.answered;
      expect(await channelVariables(site, lab.credentials, 'IPNT_CALL')).toEqual(['c42', 'c42']);
      await app.close();
      await phone('1001').hangup();
      await call.ended;
      expect(await logged(from, 'IPNT-RESULT')).toContain('status=ANSWERED');
      expect(await logged(from, 'IPNT-RESULT')).toContain('defaulted=0');
    } finally {
      await app.close();
    }
  });

  test('whisper: the place is run and the leg comes back to the app', async () => {
    const app = await openDeafApp(edge, lab.credentials, 'ipnt');
    try {
      const call = caller.call('whisper');
      const { id } = await inStasis('whispered=c7');
      const value = await rest<{ value: string }>('GET', `/channels/${id}/variable`, { variable: 'IPNT_LAB' });
      expect(value.value).toBe('whispered');
      await call.hangup();
    } finally {
      await app.close();
    }
  });

  test('a caller who leaves while he waits is HANGUP to his hangup handler', async () => {
    const from = begin();
    const app = await openDeafApp(edge, lab.credentials, 'ipnt');
    try {
      const call = caller.call('handler');
      await call.answered;
      await inStasis('service=support');
      await call.hangup();
      expect(await logged(from, 'IPNT-RESULT')).toContain('status=HANGUP');
    } finally {
      await app.close();
    }
  });
});

describe('site', () => {
  test.each([
    ['1001', 200, 'answered'],
    ['1002', 486, 'busy'],
    ['1003', 403, 'declined'],
    ['1005', 404, 'unregistered'],
    ['1006', 410, 'forwarding'],
    ['1007', 480, 'do not disturb'],
    ['1009', 410, 'forwarding, behind the guard'],
    ['1999', 404, 'no agent'],
    ['600', 404, 'an extension of the phones'],
    ['*61', 404, 'a feature code'],
    ['queue-nosuch', 404, 'no such queue'],
    ['queue-support', 200, 'a queue'],
  ])('the trunk calls %s: %i (%s)', async (extension, code) => {
    const followed = phone('1001').entries.length;
    expect(await outcome(trunk.call(extension))).toBe(code);
    if (code === 410) expect(phone('1001').entries.length).toBe(followed);
  });

  test('a phone that rings is not answered by anything else, and the cancel reaches it', async () => {
    const call = trunk.call('1004', { ringTimeoutMs: 300 });
    expect(await outcome(call)).toBe(487);
    await phone('1004').waitFor('cancelled');
  });

  test('neither log has a complaint about our dialplan', () => {
    for (const instance of [edge, site]) expect(complaints(instance)).toEqual([]);
  });
});
