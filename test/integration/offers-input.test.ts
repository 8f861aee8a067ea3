/** What a dialplan reads of a call, its faults that never lose one, and callers who call themselves anything. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { agentIs, answered, callOf, ended, noClaims, offersAt, resultOf } from '../lab/record.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

/** Arguments of `Gosub(ipnt,s,1(...))`, by extension. */
const BAD = {
  'unknown-service': ['service=nosuch', "there is no service 'nosuch' (name one of `ipnt export`"],
  'bad-timeout': ['service=support,timeout=abc', "argument timeout: 'abc' is not a whole number from 1 to 86400"],
  'bad-priority': ['service=support,priority=1e3', "argument priority: '1e3' is not a whole number"],
  'bad-require': ['service=support,require=queue:support and and x', 'character 19: a skill was expected'],
  'bad-key': ['service=support,colour=blue', 'argument colour: is not known; there are service, dnis, '],
  'bad-form': ['service=support,hello', 'argument hello: has no value: write it as name='],
  'bad-music': ['service=support,music=../../x', "argument music: '../../x' is malformed"],
} as const;
const QUEUES = ['support', 'late', 'full', 'byname'];

let stack: Stack;
let caller: Phone;
let numbers = 0;

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;
/** A number of its own for each call. */
const nextAni = (): string => `49307${String((numbers += 1)).padStart(4, '0')}`;

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: Object.fromEntries(QUEUES.map((queue) => [queue, {}])),
        agents: [
          { ext: '1001', queues: { support: 0 } },
          { ext: '1004', queues: { late: 0 } },
          { ext: '1005', queues: { full: 0 } },
          { ext: '1009', queues: { byname: 0 } },
        ],
      },
    ],
    services: ['support', 'late', 'nobody', 'full', 'shut', 'byname'],
    routing: {
      support: { ring: '5s' },
      byname: { ring: '5s' },
      late: { ring: '20s', max_wait: '1s' },
      nobody: { requirement: 'klingon>=3' },
      full: { max_waiting: 1 },
      shut: { closed: true },
    },
    extraEdgeDialplan: `
[from-outside]
${Object.entries(BAD)
  .map(
    ([name, [args]]) => `exten => ${name},1,Set(CHANNEL(hangup_handler_push)=lab-result,s,1)
 same => n,Gosub(ipnt,s,1(${args}))
 same => n,Hangup()`,
  )
  .join('\n')}
exten => no-number,1,Set(CALLERID(all)=)
 same => n,Gosub(ipnt,s,1(service=byname))
exten => line-breaks,1,Set(CALLERID(name)=\${URIDECODE(Ann%0d%0aX-Evil: 1%0d%0a%0d%0aBYE)})
 same => n,Gosub(ipnt,s,1(service=byname))
`,
  });
  caller = await stack.caller();
});

beforeEach(() => stack.phones.mark());
afterAll(() => stack?.stop());

/** The agent’s phone goes, and the site says so: from now on callers wait. */
async function away(ext: string): Promise<void> {
  await phone(ext).unregister();
  await agentIs(stack, agent(ext), 'unreachable', (row) => row.activity === 'unreachable');
}

describe('what the dialplan reads', () => {
  test('ANSWERED, with agent, site, service and wait', async () => {
    const ani = nextAni();
    const call = caller.call('support', { fromUser: ani });
    await answered(stack, call, ani);
    await call.hangup();
    const { callId } = await ended(stack, ani);
    const result = await resultOf(stack, ani);
    expect(result).toMatchObject({ status: 'ANSWERED', agent: agent('1001'), site: 'berlin', service: 'support' });
    expect(result).toMatchObject({ call: callId, defaulted: '0' });
    expect(result['wait']).toBe(String(Math.round(Number(result['waitMs']) / 1_000)));
    // The phone picks up after 200 ms.
    expect(Number(result['waitMs'])).toBeGreaterThan(190);
    expect(Number(result['waitMs'])).toBeLessThan(1_500);
  });

  test('TIMEOUT: the wait is over while a phone still rings, which stops', async () => {
    phone('1004').behaviour = { kind: 'ring' };
    const ani = nextAni();
    await caller.call('late', { fromUser: ani }).ended;
    await phone('1004').waitFor('cancelled');
    expect(await resultOf(stack, ani)).toMatchObject({ status: 'TIMEOUT', agent: '', service: 'late', wait: '1' });
    const record = await ended(stack, ani);
    expect([record.offers, record.end]).toEqual([[`${agent('1004')} cancelled/wait_over`], 'overflowed by router']);
    await noClaims(stack);
  });

  test('NOAGENTS and CLOSED: at once', async () => {
    for (const [service, status, outcome] of [
      ['nobody', 'NOAGENTS', 'overflowed'],
      ['shut', 'CLOSED', 'closed'],
    ] as const) {
      const ani = nextAni();
      await caller.call(service, { fromUser: ani }).ended;
      expect(await resultOf(stack, ani)).toMatchObject({ status, agent: '', service, wait: '0', defaulted: '0' });
      expect((await ended(stack, ani)).end).toBe(`${outcome} by router`);
    }
  });

  test('FULL for the second who would wait; HANGUP for the first, who leaves', async () => {
    await away('1005');
    const [first, second] = [nextAni(), nextAni()];
    const waiting = caller.call('full', { fromUser: first });
    await waiting.ringing;
    await callOf(stack, first);
    await caller.call('full', { fromUser: second }).ended;
    await waiting.hangup();
    expect(await resultOf(stack, second)).toMatchObject({ status: 'FULL', service: 'full', defaulted: '0' });
    expect(await resultOf(stack, first)).toMatchObject({ status: 'HANGUP', agent: '', service: 'full' });
    expect((await ended(stack, second)).end).toBe('overflowed by router');
    expect((await ended(stack, first)).end).toBe('abandoned by caller');
  });
});

describe('a fault in the dialplan', () => {
  test.each(Object.entries(BAD))(
    '%s: the default route answers, and one line of the log says why',
    async (name, [, why]) => {
      const ani = nextAni();
      const log = stack.roles.get('edge edge1')?.lines ?? [];
      const from = log.length;
      const call = caller.call(name, { fromUser: ani });
      await call.answered;
      await phone('1001').waitFor('confirmed');
      await call.hangup();
      const { callId, end } = await ended(stack, ani);
      expect(end).toBe('defaulted by router');
      expect(await resultOf(stack, ani)).toMatchObject({ status: 'ERROR', defaulted: '1', call: callId, agent: '' });
      const lines = log.slice(from).filter((line) => line.includes(`"${callId}"`));
      expect(lines).toHaveLength(1);
      const { level, detail } = JSON.parse(lines[0] ?? '{}') as { level: string; detail: string };
      expect(level).toBe('warn');
      expect(detail).toContain(why);
      expect(detail).toMatch(/\(.*(README|ipnt export).*\)/s);
      await until(async () => phone('1001').calls.size === 0 || undefined, 'the phone is idle');
    },
  );

  test('a number that no service has takes the last default route', async () => {
    const ani = nextAni();
    const call = caller.call('+4930999', { fromUser: ani });
    await call.answered;
    await call.hangup();
    expect(await resultOf(stack, ani)).toMatchObject({ status: 'ERROR', defaulted: '1', service: '' });
    expect((await ended(stack, ani)).summary).toMatchObject({ dnis: '+4930999', outcome: 'defaulted' });
  });
});

describe('callers as they come', () => {
  const NAMES = {
    'of many scripts': 'Zoë 日本語 🎉',
    'with quotes and brackets': 'a"b\\c <sip:evil@example.org>;x=1',
    'that looks like headers': 'x%0d%0aX-Evil: 1\\r\\nX-IPNT-Call: forged',
    'of 4 kB': 'n'.repeat(4_096),
    'of 2 kB outside the alphabet': '語'.repeat(700),
  };

  test.each(Object.entries(NAMES))('a name %s reaches the agent, harmless', async (_what, fromName) => {
    const ani = nextAni();
    const call = caller.call('byname', { fromUser: ani, fromName });
    await answered(stack, call, ani);
    await call.hangup();
    const record = await ended(stack, ani);
    expect(record.offers).toEqual([`${agent('1009')} answered/answered`]);
    const [offer] = offersAt(stack, 'berlin/1009', ani);
    expect(offer?.detail['from']).toMatch(new RegExp(`^sip:${ani}@`));
    expect(offer?.detail['fromName']?.length).toBeLessThanOrEqual(80);
    expect(offer?.detail['fromName']?.slice(0, 1)).toBe(fromName.slice(0, 1));
    await noClaims(stack);
  });

  test('a name with line breaks is one line when it reaches the agent', async () => {
    const ani = nextAni();
    const call = caller.call('line-breaks', { fromUser: ani });
    await answered(stack, call, ani);
    await call.hangup();
    expect((await ended(stack, ani)).end).toBe('answered by caller');
    expect(offersAt(stack, 'berlin/1009', ani)[0]?.detail['fromName']).toBe('Ann X-Evil: 1 BYE');
  });

  test('a caller without a number and a name is served like any other', async () => {
    phone('1009').mark();
    const call = caller.call('no-number');
    await call.answered;
    await phone('1009').waitFor('confirmed');
    await call.hangup();
    const record = await ended(stack, '');
    expect(record.offers).toEqual([`${agent('1009')} answered/answered`]);
  });
});
