/** Each strategy, on real phones: the one who rings is the one whom the rules say, and the record says why. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StrategyName } from '../../src/core/model/service.ts';
import { STRATEGIES } from '../../src/core/model/service.ts';
import { hash } from '../../src/core/routing/strategies/hash.ts';
import { random } from '../../src/core/routing/strategies/random.ts';
import type { CallRecord } from '../lab/record.ts';
import { agentOf, applied, change, command, free, numbers, talk, whoAnswered, written } from '../lab/routing.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

interface Row {
  readonly strategy: StrategyName;
  /** First digits of its three agents: `<digits>1` and `<digits>2` in Berlin, `<digits>3` in Paris. */
  readonly digits: string;
  /** What is so before the call, in words. */
  readonly given: string;
  /** Calls to one agent each, in this order (his last digit; `*`: a long one, `own`: he calls somebody himself). */
  readonly before: string;
  /** Last digit of whose phone rings. */
  readonly rings: '1' | '2' | '3';
  /** What `explain` says of it. */
  readonly says: RegExp;
  /** Places of the agents in the queue. */
  readonly penalties?: readonly [number, number, number];
  /** `sites:` of the routing file. */
  readonly sites?: Readonly<Record<string, unknown>>;
  /** So many calls, one after the other, ring him. */
  readonly times?: number;
}

const ROWS: readonly Row[] = [
  {
    ...{ strategy: 'longest_idle', digits: '11', given: 'the calls of 2 ended first' },
    ...{ before: '2 3 1', rings: '2', says: /was chosen: free longest: / },
  },
  {
    ...{ strategy: 'least_occupied', digits: '12', given: '1 and 3 talked for longer, 2 last' },
    ...{ before: '1* 3* 2', rings: '2', says: /was chosen: least busy lately \(\d+ % of the time\)/ },
  },
  {
    ...{ strategy: 'fewest_calls', digits: '13', given: '1 and 3 had two calls, 2 one and last' },
    ...{ before: '1 1 3 3 2', rings: '2', says: /was chosen: fewest calls since log-in \(1\)/ },
  },
  {
    ...{ strategy: 'best_skilled', digits: '14', given: '3 has the highest level and had a call' },
    ...{ before: '3', penalties: [5, 3, 0], rings: '3', says: /was chosen: best skilled \(levels add up to 10\)/ },
  },
  {
    ...{ strategy: 'least_skilled', digits: '15', given: '2 has the lowest level and had a call' },
    ...{ before: '2', penalties: [3, 8, 0], rings: '2', says: /was chosen: least skilled .* \(levels add up to 2\)/ },
  },
  {
    ...{ strategy: 'round_robin', digits: '16', given: 'it was the turn of 2 longest ago, who called somebody since' },
    ...{ before: '2 1 3 2own', rings: '2', says: /was chosen: next in turn \(chosen .* before\)/ },
  },
  {
    ...{ strategy: 'site_weight', digits: '17', given: 'all shares go to Paris, where 3 had a call' },
    ...{ before: '3', sites: { berlin: { weight: 0 }, paris: { weight: 100 } }, rings: '3', times: 3 },
    says: /was chosen: the call centre was drawn by its share of the calls/,
  },
  {
    ...{ strategy: 'site_cost', digits: '18', given: 'Paris costs less, where 3 had a call' },
    ...{ before: '3', sites: { berlin: { cost: 2 }, paris: { cost: 1 } }, rings: '3' },
    says: /was chosen: the call centre costs least \(cost 1\); next best was .* \(cost 2\)/,
  },
  {
    ...{ strategy: 'site_free_share', digits: '19', given: 'half of Berlin talks, and 3 had a call' },
    ...{ before: '3 1busy', rings: '3', says: /was chosen: the call centre had the most of its agents free \(100 %\)/ },
  },
];
const LOT = { strategy: 'random', digits: '20' } as const;

const QUEUES = [...ROWS, LOT].map(({ strategy }) => strategy);
/** `berlin/112` */
const labelOf = (digits: string, last: string): string => `${last === '3' ? 'paris' : 'berlin'}/${digits}${last}`;
const AGENTS = [...ROWS, LOT].flatMap((row) =>
  ['1', '2', '3'].map((last, i) => ({
    label: labelOf(row.digits, last),
    ext: `${row.digits}${last}`,
    queues: { [row.strategy]: 'penalties' in row ? (row.penalties?.[i] ?? 0) : 0 },
  })),
);
const agentsOf = (site: string) => AGENTS.filter(({ label }) => label.startsWith(site));

let stack: Stack;
let caller: Phone;
const nextAni = numbers('49311');
const records = new Map<StrategyName, CallRecord>();

beforeAll(async () => {
  const queues = Object.fromEntries(QUEUES.map((queue) => [queue, {}]));
  stack = await startStack({
    edges: ['edge1'],
    sites: ['berlin', 'paris'].map((name) => ({ name, queues, agents: agentsOf(name) })),
    services: ['desk'],
    routing: { desk: { requirement: 'ext!=none' } },
    // `77112`: a call that nobody but 112 may take.
    extraEdgeDialplan: `
[from-outside]
exten => _77XXX,1,Gosub(ipnt,s,1(service=desk,require=ext=x\${EXTEN:2}))
 same => n,Hangup()
`,
  });
  caller = await stack.caller();
  const profiles = AGENTS.map(({ label, ext }) => `${agentOf(label)},x${ext}\n`).join('');
  await change(stack, 'agents', 'import', written(stack, 'agents.csv', `agent,ext\n${profiles}`));
  await Promise.all(ROWS.map(prepare));
});

afterAll(() => stack?.stop());

/** Brings about what a row has `before` its call. */
async function prepare({ digits, before }: Row): Promise<void> {
  for (const [, last = '', how] of before.matchAll(/(\d)(\*|own|busy)?/g)) {
    const label = labelOf(digits, last);
    const phone = stack.phones.get(label);
    await free(stack, label);
    if (how === 'own') {
      const call = phone.call('600');
      await call.answered;
      await call.hangup();
    } else if (how === 'busy') {
      await caller.call(`77${digits}${last}`, { fromUser: nextAni() }).answered;
    } else {
      phone.behaviour = { kind: 'answer', afterMs: 0, talkMs: how === '*' ? 1_500 : 100 };
      await caller.call(`77${digits}${last}`, { fromUser: nextAni() }).ended;
    }
    phone.behaviour = { kind: 'answer', afterMs: 0 };
  }
  const busy = [...before.matchAll(/(\d)busy/g)].map(([, last]) => last);
  await free(stack, ...['1', '2', '3'].filter((last) => !busy.includes(last)).map((last) => labelOf(digits, last)));
}

/** Puts the strategy in force for the agents of its row. */
const inForce = (strategy: StrategyName, sites: Row['sites'] = {}): Promise<number> =>
  applied(stack, { services: { desk: { requirement: `queue:${strategy}`, strategy } }, sites });

test.each(ROWS)('$strategy: $given, so $rings is called', async ({ strategy, digits, rings, sites, times = 1 }) => {
  await inForce(strategy, sites);
  for (let i = 0; i < times; i++) {
    const record = await talk(stack, caller, 'desk', nextAni());
    expect(whoAnswered(record)).toBe(labelOf(digits, rings));
    // He had to be chosen: the others were free as well, but for the one who talks.
    const next = { length: strategy === 'site_free_share' ? 1 : 2 };
    expect(record.one('decided').decision).toMatchObject({ strategy, next });
    records.set(strategy, record);
    if (i + 1 < times) await free(stack, labelOf(digits, rings));
  }
});

/** The lot of an agent for a call, drawn once more. */
const lotOf = (label: string, callId: string): number =>
  random.by === 'chance' ? random.key(hash(agentOf(label)), hash(callId)) : Number.NaN;

describe('random', () => {
  test('each call draws its own lot, and the lot can be drawn again from the record', async () => {
    await inForce('random');
    const agents = ['1', '2', '3'].map((last) => labelOf(LOT.digits, last));
    const reached: string[] = [];
    for (let i = 0; i < 5; i++) {
      await free(stack, ...agents);
      const record = await talk(stack, caller, 'desk', nextAni());
      reached.push(whoAnswered(record));
      records.set('random', record);
      const { winner, next } = record.one('decided').decision;
      const drawn = agents.map((label) => ({ label, lot: lotOf(label, record.callId) })).sort((a, b) => a.lot - b.lot);
      expect([winner, ...next].map((one) => one?.agentId)).toEqual(drawn.map(({ label }) => agentOf(label)));
    }
    expect(new Set(reached).size).toBeGreaterThan(1);
  });
});

test('every strategy was seen, and explain says why each agent was chosen', async () => {
  expect([...records.keys()].sort()).toEqual([...STRATEGIES].sort());
  const told = await command(stack, 'explain', ...[...records.values()].map(({ callId }) => callId));
  for (const { says } of [...ROWS, { says: /was chosen: by lot; next best was / }]) expect(told).toMatch(says);
});
