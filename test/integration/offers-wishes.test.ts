/** What a dialplan author wishes for a call, and gets: by number, by skill, by priority, with music, whisper and recording. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { logOf } from '../lab/asterisk/probe.ts';
import type { AsteriskInstance } from '../lab/lab.ts';
import { agentIs, answered, callOf, ended, noClaims, offersAt } from '../lab/record.ts';
import { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

/** Arguments of `Gosub(ipnt,s,1(...))`, by extension. */
const ARGUMENTS = {
  french: 'service=sales,require=queue:sales and queue:french',
  urgent: 'service=turns,priority=5',
  whispered: 'service=talk,whisper=lab-whisper^s^1',
  recorded: 'service=talk,record=call-17',
};

let stack: Stack;
let edge: AsteriskInstance;
let caller: Phone;
let numbers = 0;

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;
/** A number of its own for each call. */
const nextAni = (): string => `49308${String((numbers += 1)).padStart(4, '0')}`;

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: { sales: {}, french: {}, turns: {}, music: {}, talk: {}, anybody: {} },
        agents: [
          { ext: '1002', queues: { sales: 0 } },
          { ext: '1003', queues: { sales: 0, french: 0 } },
          { ext: '1006', queues: { turns: 0 } },
          { ext: '1007', queues: { music: 0 } },
          { ext: '1008', queues: { talk: 0 } },
          { ext: '1009', queues: { anybody: 0 } },
        ],
      },
    ],
    services: ['sales', 'turns', 'talk', 'music', 'anybody'],
    routing: {
      ...{ sales: {}, turns: {}, talk: {}, music: { music: 'default' } },
      anybody: { numbers: ['+493012345678'] },
    },
    extraEdgeDialplan: `
[from-outside]
${Object.entries(ARGUMENTS)
  .map(([name, args]) => `exten => ${name},1,Gosub(ipnt,s,1(${args}))\n same => n,Hangup()`)
  .join('\n')}
[lab-whisper]
exten => s,1,Log(NOTICE,WHISPERED on \${CHANNEL(name)} for \${IPNT_CALL})
 same => n,Wait(0.5)
 same => n,Return()
`,
  });
  edge = stack.lab.edges.get('edge1') as AsteriskInstance;
  caller = await stack.caller();
});

beforeEach(() => stack.phones.mark());
afterAll(() => stack?.stop());

/** The agent’s phone goes, and the site says so: from now on callers wait. */
async function away(ext: string): Promise<void> {
  await phone(ext).unregister();
  await agentIs(stack, agent(ext), 'unreachable', (row) => row.activity === 'unreachable');
}

test('the dialled number finds its service', async () => {
  const ani = nextAni();
  const call = caller.call('+493012345678', { fromUser: ani });
  await answered(stack, call, ani);
  await call.hangup();
  expect((await ended(stack, ani)).summary).toMatchObject({ service: 'anybody', agentId: agent('1009') });
});

test('skills: only who has both is called, although another is idle for longer', async () => {
  const [ani, again] = [nextAni(), nextAni()];
  for (const number of [ani, again]) {
    const call = caller.call('french', { fromUser: number });
    await answered(stack, call, number);
    await call.hangup();
    const record = await ended(stack, number);
    expect(record.offers).toEqual([`${agent('1003')} answered/answered`]);
    expect(record.all('decided').at(-1)?.decision.others).toMatchObject({ requirement_not_met: 5 });
  }
  expect(stack.phones.offersOf('berlin/1002')).toEqual([]);
});

test('priority: who came later but is urgent goes first', async () => {
  await away('1006');
  const [patient, urgent] = [nextAni(), nextAni()];
  const first = caller.call('turns', { fromUser: patient });
  await callOf(stack, patient);
  const second = caller.call('urgent', { fromUser: urgent });
  await callOf(stack, urgent);
  await phone('1006').register();
  await answered(stack, second, urgent);
  expect(offersAt(stack, 'berlin/1006', patient)).toEqual([]);
  await second.hangup();
  await answered(stack, first, patient);
  await first.hangup();
  await ended(stack, patient);
});

test('music: the waiting caller is answered and hears it', async () => {
  await away('1007');
  const ani = nextAni();
  const ear = new Phone({ name: ani, localAddress: stack.lab.callerAddress, server: edge.sip, rtp: true });
  await ear.start();
  const call = ear.call('music');
  await call.answered;
  await until(async () => (ear.calls.get(call.callId)?.rtpReceived ?? 0) > 20 || undefined, 'he hears something');
  await phone('1007').register();
  await answered(stack, call, ani);
  await phone('1007').waitFor('confirmed');
  await call.hangup();
  expect((await ended(stack, ani)).offers).toEqual([`${agent('1007')} answered/answered`]);
  await ear.stop();
});

test('whisper: the agent hears it before the caller is connected', async () => {
  const ani = nextAni();
  phone('1008').mark();
  const call = caller.call('whispered', { fromUser: ani });
  await phone('1008').waitFor('confirmed');
  const pickedUp = phone('1008').entries.findLast((entry) => entry.what === 'confirmed')?.atMs ?? Infinity;
  await answered(stack, call, ani);
  const connected = caller.entries.find((entry) => entry.call === call.callId && entry.what === 'connected');
  expect((connected?.atMs ?? 0) - pickedUp).toBeGreaterThan(450);
  await call.hangup();
  const { callId } = await ended(stack, ani);
  expect(logOf(edge).some((line) => /WHISPERED on PJSIP\/berlin-/.test(line) && line.includes(callId))).toBe(true);
});

test('record: the file is there after the call, and its name in the record', async () => {
  const ani = nextAni();
  const call = caller.call('recorded', { fromUser: ani });
  await answered(stack, call, ani);
  await call.hangup();
  expect((await ended(stack, ani)).one('bridged').recording).toBe('call-17');
  const file = join(edge.dir, 'spool', 'recording', 'call-17.wav');
  await until(async () => existsSync(file) || undefined, file);
});

test('an agent who hangs up during the whisper: the caller goes to the next, and was never answered', async () => {
  const ani = nextAni();
  phone('1008').mark();
  const call = caller.call('whispered', { fromUser: ani });
  await phone('1008').waitFor('confirmed');
  await phone('1008').hangup();
  await agentIs(stack, agent('1008'), 'held', (row) => row.reservation?.holdReason === 'failed');
  expect(caller.calls.get(call.callId)?.state).toBe('ringing');
  await call.hangup();
  const record = await ended(stack, ani);
  expect([record.offers, record.end]).toEqual([[`${agent('1008')} failed/error`], 'abandoned by caller']);
  await noClaims(stack);
});
