/** Where the dialplan takes callers whom a service sends on, and what it tells the app of a call: on real Asterisk, without our app. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ari, decide, inStasis, openDeafApp, until } from '../lab/asterisk/ari.ts';
import { channelVariables, complaints, logOf, noticed, openPhone, outcome, quiet } from '../lab/asterisk/probe.ts';
import { startLab } from '../lab/lab.ts';
import type { AsteriskInstance, Lab } from '../lab/lab.ts';
import type { Phone } from '../lab/sip/phone.ts';

const EXTRA = `
[lab-place]
exten => s,1,Log(NOTICE,IPNT-AT place key=\${IPNT_KEY} status=\${IPNTSTATUS})
 same => n,Answer()
 same => n,Return()
exten => vip,1,NoOp()
 same => n(second),Log(NOTICE,IPNT-AT second)
 same => n,Return()
[ipnt-overflow]
exten => _+4930X.,1,Log(NOTICE,IPNT-AT number \${EXTEN} service=\${IPNT_SERVICE})
 same => n,Answer()
 same => n,Return()
[from-outside]
exten => _require-X,1,Set(IPNT_REQUIRE=\${HASHREQ\${EXTEN:8}})
 same => n,Gosub(ipnt,s,1(service=support,customer=4711))
 same => n,Hangup()
exten => require-9,1,Set(IPNT_REQUIRE=from_variable)
 same => n,Gosub(ipnt,s,1(require=from_argument,service=support))
 same => n,Hangup()
exten => after,1,Set(CHANNEL(hangup_handler_push)=lab-result,s,1)
 same => n,Gosub(ipnt,s,1(service=support))
 same => n,Log(NOTICE,IPNT-BACK \${IPNTSTATUS} \${IPNT_DEFAULTED} timeout=\${TIMEOUT(absolute)})
 same => n,Hangup()
exten => after-hangup,1,Set(CHANNEL(hangup_handler_push)=lab-result,s,1)
 same => n,Gosub(ipnt,s,1(service=support,after=hangup))
 same => n,Log(NOTICE,IPNT-BACK after hangup)
 same => n,Hangup()
[globals]
HASHREQ1 = support>=5 & (lang_en | lang_fr>=3) & site!=paris
HASHREQ2 = a,service=vip
HASHREQ3 = a") \\ and b
`;

let lab: Lab;
let edge: AsteriskInstance;
let site: AsteriskInstance;
let caller: Phone;
let agent: Phone;
let stranger: Phone;

beforeAll(async () => {
  lab = await startLab({
    edges: ['edge1'],
    sites: [{ name: 'berlin', queues: { support: {} }, agents: [{ ext: '1001', queues: { support: 0 } }] }],
    extraEdgeDialplan: EXTRA,
  });
  edge = lab.edges.get('edge1') as AsteriskInstance;
  site = lab.sites.get('berlin') as AsteriskInstance;
  caller = await openPhone('5551234', lab.callerAddress, edge, { rtp: true });
  stranger = await openPhone('5551235', lab.callerAddress, site);
  const password = lab.credentials.sipPassword('1001');
  agent = await openPhone('1001', lab.phoneAddress, site, { password, rtp: true });
  await agent.register();
});

afterAll(async () => {
  await Promise.all([caller?.stop(), agent?.stop(), stranger?.stop()]);
  await lab?.stop();
});

afterEach(async () => {
  agent.behaviour = { kind: 'answer', afterMs: 0 };
  await Promise.all([caller.hangup(), agent.hangup(), stranger.hangup()]);
  await Promise.all([quiet(edge, lab.credentials), quiet(site, lab.credentials)]);
  for (const phone of [caller, agent, stranger]) phone.mark();
});

/** A caller to this extension, whom the app has answered and sends on with these variables. */
async function sent(extension: string, says: Record<string, string>) {
  const from = logOf(edge).length - 1;
  const app = await openDeafApp(edge, lab.credentials, 'ipnt');
  try {
    const call = caller.call(extension);
    const { id } = await inStasis(edge, lab.credentials, 'service=support');
    await ari(edge, lab.credentials, 'POST', `/channels/${id}/answer`);
    await decide(edge, lab.credentials, id, says);
    return { call, logged: (text: string) => noticed(edge, from, text) };
  } finally {
    await app.close();
  }
}

describe('a caller is sent on', () => {
  const overflow = { IPNTSTATUS: 'OVERFLOW', IPNT_ROUTE: 'overflow' };

  test.each([
    ['a place', { ...overflow, IPNT_OVERFLOW: 'place:lab-place' }, 'IPNT-AT place key= status=OVERFLOW'],
    ['a labelled place', { ...overflow, IPNT_OVERFLOW: 'place:lab-place^vip^second' }, 'IPNT-AT second'],
    [
      'a number',
      { ...overflow, IPNT_OVERFLOW: 'number:+49305550', IPNT_SERVICE: 'sales' },
      'number +49305550 service=sales',
    ],
    [
      'what a key means',
      { IPNTSTATUS: 'KEY', IPNT_ROUTE: 'key', IPNT_KEY: '9', IPNT_OVERFLOW: 'place:lab-place^s^1' },
      'IPNT-AT place key=9 status=KEY',
    ],
  ])('to %s, and comes back to his dialplan', async (_, says, at) => {
    const { logged } = await sent('after', says);
    expect(await logged('IPNT-AT')).toContain(at);
    expect(await logged('IPNT-BACK')).toMatch(new RegExp(`IPNT-BACK ${says.IPNTSTATUS} 0 timeout=0`));
  });

  test.each([
    ['place:nosuch^s^1'],
    ['place:'],
    ['number:+1900'],
    ['number:'],
    ['dial:PJSIP/queue.nosuch@berlin'],
    ['dial:PJSIP/queue.support@nowhere'],
    ['else'],
    [''],
  ])('to %s, which does not exist: the default route', async (target) => {
    const { logged } = await sent('after', { ...overflow, IPNT_OVERFLOW: target });
    await agent.waitFor('confirmed');
    await agent.hangup();
    expect(await logged('IPNT-RESULT')).toMatch(/status=OVERFLOW .* defaulted=1/);
  });

  test.each([
    ['returns', 'after', 'IPNT-BACK CALLBACK 0'],
    ['hangs up', 'hangup', 'IPNT-RESULT status=CALLBACK'],
  ])('nowhere, since he will be called back: %s', async (_, route, text) => {
    const says = { IPNTSTATUS: 'CALLBACK', IPNT_ROUTE: route === 'after' ? 'return' : 'hangup' };
    const { logged } = await sent('after', says);
    expect(await logged(text)).toContain('CALLBACK');
  });
});

describe("a site's own queue", () => {
  const says = {
    ...{ IPNTSTATUS: 'OVERFLOW', IPNT_ROUTE: 'overflow', IPNT_CALL: 'c42' },
    IPNT_OVERFLOW: 'dial:PJSIP/queue.support@berlin',
  };

  test('plays its music until an agent answers, knows the call, and the dialplan goes on afterwards', async () => {
    agent.behaviour = { kind: 'ring' };
    const { call, logged } = await sent('after', says);
    await agent.waitFor('ringing');
    const heard = (): number => caller.calls.get(call.callId)?.rtpReceived ?? 0;
    const before = heard();
    await until(async () => heard() > before + 10 || undefined, 'he hears music');
    expect(await channelVariables(site, lab.credentials, 'IPNT_CALL')).toEqual(['c42', 'c42']);
    agent.answer();
    await agent.waitFor('confirmed');
    await agent.hangup();
    expect(await logged('IPNT-BACK')).toContain('IPNT-BACK OVERFLOW 0');
  });

  test('with after=hangup: hangs up after the talk', async () => {
    const { call, logged } = await sent('after-hangup', says);
    await agent.waitFor('confirmed');
    await agent.hangup();
    await call.ended;
    expect(await logged('IPNT-RESULT')).toContain('status=OVERFLOW');
    expect(logOf(edge).some((line) => line.includes('NOTICE[') && line.includes('IPNT-BACK after hangup'))).toBe(false);
  });

  test('is there for trusted trunks alone', async () => {
    expect(await outcome(stranger.call('queue.support'))).toBe(404);
    expect(await outcome(stranger.call('queue-support'))).toBe(200);
  });
});

describe('the app is told', () => {
  test.each([
    ['1', 'service=support,customer=4711', 'require=support>=5 & (lang_en | lang_fr>=3) & site!=paris,'],
    ['2', 'service=support,customer=4711', 'require=aservice=vip,'],
    ['3', 'service=support,customer=4711', 'require=a)  and b,'],
    ['9', 'require=from_argument,service=support', 'require=from_variable,'],
  ])('the requirement of IPNT_REQUIRE, and no more than that (%s)', async (extension, args, requirement) => {
    const app = await openDeafApp(edge, lab.credentials, 'ipnt');
    try {
      const call = caller.call(`require-${extension}`);
      const { dialplan } = await inStasis(edge, lab.credentials, args);
      expect(dialplan.app_data).toBe(`ipnt,dnis=require-${extension},${requirement}${args}`);
      await call.hangup();
    } finally {
      await app.close();
    }
  });

  test('neither log has a complaint about our dialplan but those that were meant', () => {
    const meant = /there is no way to|did not take the caller|nosuch|nowhere/;
    for (const instance of [edge, site]) expect(complaints(instance).filter((line) => !meant.test(line))).toEqual([]);
  });
});
