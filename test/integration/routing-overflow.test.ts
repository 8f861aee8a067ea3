/** Where callers go who leave their service, or find it closed: another service, a number, a place, a site's own queue. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { watchAmi } from '../lab/asterisk/ari.ts';
import type { AmiWatch } from '../lab/asterisk/ari.ts';
import { noticed } from '../lab/asterisk/probe.ts';
import type { AsteriskInstance } from '../lab/lab.ts';
import { answered, callOf, ended, fact, offersAt, resultOf } from '../lab/record.ts';
import { applied, change, free, numbers, talk, waits, whoAnswered } from '../lab/routing.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { setPaused } from '../lab/watch.ts';

const DAY_MS = 86_400_000;
/** Today and its neighbours, wherever midnight falls while this runs. */
const DAYS = [-1, 0, 1].map((days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10));
const HOLIDAY = {
  zone: 'Etc/UTC',
  hours: ['Mon-Sun 00:00-24:00'],
  special: Object.fromEntries(DAYS.map((day) => [day, { title: 'Founders Day', hours: 'closed' }])),
};

/** Its only agent is on a break: whoever waits for him is let go by the step. */
const LEAVES = (to: unknown) => ({ requirement: 'queue:paused', steps: [{ overflow: to }] });
const queue = (more: Readonly<Record<string, unknown>>) => ({ queue: { name: 'own', ...more } });

const SERVICES = {
  paused: {},
  second: {},
  desk: {},
  'to-place': LEAVES({ place: 'left^night^1' }),
  'to-number': LEAVES({ number: '+49 30 777' }),
  'to-service': { requirement: 'queue:paused', steps: [{ after: '1s', overflow: { service: 'second' } }] },
  'to-wait': LEAVES(queue({})),
  'to-share': LEAVES(queue({ by: 'free_share' })),
  'to-percent': LEAVES(queue({ by: 'percent', percent: { berlin: 0, paris: 100 } })),
  'to-berlin': LEAVES(queue({ sites: ['berlin'] })),
  holiday: { requirement: 'queue:desk', calendar: 'holiday', when_closed: { place: 'left^holiday^1' } },
  shut: { requirement: 'queue:desk', closed: true, when_closed: { service: 'second' } },
  silent: { requirement: 'queue:desk', closed: true },
};
const ROUTING = { calendars: { holiday: HOLIDAY }, services: SERVICES };

let stack: Stack;
let edge: AsteriskInstance;
let caller: Phone;
const watches = new Map<string, AmiWatch>();
const nextAni = numbers('49313');

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: { paused: {}, second: {}, desk: {}, own: {} },
        agents: [
          { ext: '411', queues: { paused: 0 } },
          { ext: '412', queues: { second: 0 } },
          { ext: '413', queues: { desk: 0 } },
          { ext: '414', queues: { own: 0 } },
        ],
      },
      { name: 'paris', queues: { own: {} }, agents: [{ ext: '424', queues: { own: 0 } }] },
    ],
    services: Object.keys(SERVICES),
    routing: { paused: {} },
    extraEdgeDialplan: `
[left]
exten => _[a-z].,1,Log(NOTICE,LEFT for \${EXTEN} of \${IPNT_SERVICE} with \${IPNTSTATUS} caller=\${CALLERID(num)})
 same => n,Return()
[ipnt-overflow]
exten => _[+0-9].,1,Log(NOTICE,DIALLED \${EXTEN} for \${IPNT_SERVICE} with \${IPNTSTATUS} caller=\${CALLERID(num)})
 same => n,Return()
`,
  });
  edge = stack.lab.edges.get('edge1') as AsteriskInstance;
  caller = await stack.caller();
  for (const [name, site] of stack.lab.sites) watches.set(name, await watchAmi(site, stack.lab.credentials));
  await applied(stack, ROUTING);
  await setPaused(stack, 'berlin', ['411'], 'paused', true);
});

beforeEach(() => stack.phones.mark());
afterAll(async () => {
  for (const watch of watches.values()) watch.close();
  await stack?.stop();
});

describe('a caller who leaves', () => {
  test.each([
    ['a place of the dialplan', 'to-place', 'LEFT for night of to-place with OVERFLOW'],
    ['a number', 'to-number', 'DIALLED +4930777 for to-number with OVERFLOW'],
  ])('for %s', async (_, service, said) => {
    const ani = nextAni();
    await caller.call(service, { fromUser: ani }).ended;
    await noticed(edge, 0, `${said} caller=${ani}`);
    const record = await ended(stack, ani);
    expect([record.offers, record.end]).toEqual([[], 'overflowed by router']);
    expect(record.one('overflowed').why).toBe('at once');
    expect(await resultOf(stack, ani)).toMatchObject({ status: 'OVERFLOW', defaulted: '0', agent: '' });
  });

  test('for another service keeps his arrival: he goes before those who came to it later', async () => {
    const [talks, early, late] = [nextAni(), nextAni(), nextAni()];
    await answered(stack, caller.call('second', { fromUser: talks }), talks);
    const first = await waits(stack, caller, 'to-service', early);
    const second = await waits(stack, caller, 'second', late);
    await fact(stack, early, 'overflowed');
    await stack.phone('berlin', '412').hangup();
    await answered(stack, first, early);
    expect(offersAt(stack, 'berlin/412', late)).toEqual([]);
    await first.hangup();
    await answered(stack, second, late);
    await second.hangup();
    const record = await ended(stack, early);
    expect(record.one('overflowed')).toMatchObject({ to: { kind: 'service', service: 'second' }, why: 'after 1 s' });
    expect(record.one('bridged').waitMs).toBeGreaterThan(1_000);
    expect(await resultOf(stack, early)).toMatchObject({ status: 'ANSWERED', service: 'second' });
    expect((await ended(stack, late)).all('overflowed')).toEqual([]);
  });
});

describe("a site's own queue", () => {
  interface Case {
    readonly by: string;
    readonly service: string;
    readonly site: string;
    readonly ext: string;
    readonly why: RegExp;
  }
  const CASES: readonly Case[] = [
    {
      by: 'the site that is named',
      service: 'to-berlin',
      site: 'berlin',
      ext: '414',
      why: /^at once; least expected wait/,
    },
    { by: 'percent', service: 'to-percent', site: 'paris', ext: '424', why: /by percent: berlin 0 %, paris 100 %/ },
    {
      by: 'least expected wait',
      service: 'to-wait',
      site: 'paris',
      ext: '424',
      why: /least expected wait: paris 0 s, berlin /,
    },
    {
      by: 'most free share',
      service: 'to-share',
      site: 'paris',
      ext: '424',
      why: /most free: paris 100 %, berlin 0 %/,
    },
  ];

  test.each(CASES)('by $by: an agent of $site is rung by its Queue()', async ({ by, service, site, ext, why }) => {
    if (by.startsWith('least')) await setPaused(stack, 'berlin', ['414'], 'own', true);
    const ani = nextAni();
    const call = caller.call(service, { fromUser: ani });
    await call.answered;
    await stack.phone(site, ext).waitFor('confirmed');
    const connected = await watches.get(site)?.event('Event: AgentConnect', 'Queue: own', `CallerIDNum: ${ani}`);
    expect(connected).toContain(`Interface: PJSIP/${ext}`);
    await call.hangup();
    const record = await ended(stack, ani);
    expect(record.one('overflowed')).toMatchObject({ chosenSite: site, why: expect.stringMatching(why) });
    expect([record.offers, record.end]).toEqual([[], 'overflowed by router']);
    expect(await resultOf(stack, ani)).toMatchObject({ status: 'OVERFLOW', defaulted: '0' });
    await free(stack, `${site}/${ext}`);
  });
});

describe('a closed service', () => {
  test('by its calendar: callers go where it says, and the record names the holiday', async () => {
    const ani = nextAni();
    await caller.call('holiday', { fromUser: ani }).ended;
    await noticed(edge, 0, `LEFT for holiday of holiday with CLOSED caller=${ani}`);
    const record = await ended(stack, ani);
    expect(record.end).toBe('closed by router');
    expect(record.one('returned')).toMatchObject({ status: 'CLOSED', detail: expect.stringContaining('Founders Day') });
  });

  test('another service takes its callers', async () => {
    const record = await talk(stack, caller, 'shut', nextAni());
    expect([whoAnswered(record), record.summary.service]).toEqual(['berlin/412', 'second']);
  });

  test('without a place to go they are back in the dialplan with CLOSED', async () => {
    const ani = nextAni();
    await caller.call('silent', { fromUser: ani }).ended;
    expect(await resultOf(stack, ani)).toMatchObject({ status: 'CLOSED', defaulted: '0' });
  });

  test('by hand while calls come: who waits is served, the next ones are sent back, until it is opened', async () => {
    const [talks, early, late, again] = [nextAni(), nextAni(), nextAni(), nextAni()];
    await answered(stack, caller.call('desk', { fromUser: talks }), talks);
    const waiting = await waits(stack, caller, 'desk', early);
    await change(stack, 'service', 'close', 'desk', '--why', 'fire alarm');
    await caller.call('desk', { fromUser: late }).ended;
    expect(await resultOf(stack, late)).toMatchObject({ status: 'CLOSED' });
    expect((await ended(stack, late)).one('returned').detail).toContain('fire alarm');
    await stack.phone('berlin', '413').hangup();
    await answered(stack, waiting, early);
    await waiting.hangup();
    await free(stack, 'berlin/413');
    await change(stack, 'service', 'auto', 'desk');
    expect(whoAnswered(await talk(stack, caller, 'desk', again))).toBe('berlin/413');
  });

  test('opened by hand on a holiday, it takes calls; left to its calendar again, it does not', async () => {
    await change(stack, 'service', 'open', 'holiday', '--why', 'all hands');
    await free(stack, 'berlin/413');
    expect(whoAnswered(await talk(stack, caller, 'holiday', nextAni()))).toBe('berlin/413');
    await change(stack, 'service', 'auto', 'holiday');
    const ani = nextAni();
    await caller.call('holiday', { fromUser: ani }).ended;
    expect((await callOf(stack, ani)).outcome).toBe('closed');
  });
});
