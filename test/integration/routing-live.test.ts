/** Rules that change while calls run: nobody is dropped or sent astray, and who is in the line keeps the rules he came under. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answered, ended, offersAt, resultOf } from '../lab/record.ts';
import type { CallRecord } from '../lab/record.ts';
import { agentOf, applied, change, command, free, numbers, waits } from '../lab/routing.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { placeCalls } from '../lab/sipp.ts';
import type { CallerLog } from '../lab/sipp.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { setPaused } from '../lab/watch.ts';

const SERVICES = 1_000;
const CALLS = 36;
const RATE = 5;
const QUEUES = ['q0', 'q1', 'q2', 'q3'];
/** Of a queue `q2`: 621 and 622 in Berlin, 623 in Paris. */
const agentsOf = (lasts: readonly string[]) =>
  QUEUES.flatMap((queue) => lasts.map((last) => ({ ext: `6${queue[1]}${last}`, queues: { [queue]: 0 } })));

/** In every version each service asks for another queue than in the one before. */
const queueOf = (service: number, version: number): string => QUEUES[(service + version) % QUEUES.length] as string;
const numberOf = (service: number): string => `+4930${7_000 + service}`;
const thousand = (version: number) => ({
  services: Object.fromEntries(
    Array.from({ length: SERVICES }, (_, i) => [
      `s${i}`,
      {
        title: `Service ${i}, version ${version}`,
        numbers: [numberOf(i)],
        requirement: `queue:${queueOf(i, version)}`,
        priority: version,
        steps: [{ after: '60s', requirement: QUEUES.map((queue) => `queue:${queue}`).join(' or ') }],
      },
    ]),
  ),
});

let stack: Stack;
let caller: Phone;
const nextAni = numbers('49316');

beforeAll(async () => {
  const own = { one: {}, two: {} };
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: { ...Object.fromEntries(QUEUES.map((queue) => [queue, {}])), ...own },
        agents: [...agentsOf(['1', '2']), { ext: '691', queues: { one: 0 } }, { ext: '692', queues: { two: 0 } }],
      },
      { name: 'paris', queues: Object.fromEntries(QUEUES.map((queue) => [queue, {}])), agents: agentsOf(['3']) },
    ],
    services: ['rules'],
    behaviour: { kind: 'answer', afterMs: 20 },
    routing: { rules: { requirement: 'queue:one' } },
    extraEdgeDialplan: `
[from-outside]
exten => asks-for-one,1,Gosub(ipnt,s,1(service=rules,require=queue:one and site=berlin))
 same => n,Hangup()
`,
  });
  caller = await stack.caller();
});

beforeEach(() => stack.phones.mark());
afterAll(() => stack?.stop());

/** When a version was asked for, and when the edge said that it is in force. */
interface Applied {
  readonly version: number;
  readonly fromMs: number;
  readonly inForceMs: number;
}

async function apply(version: number): Promise<Applied> {
  const fromMs = Date.now();
  await applied(stack, thousand(version));
  return { version, fromMs, inForceMs: Date.now() };
}

describe('a file of 1,000 services, applied again and again while calls come', () => {
  const applies: Applied[] = [];
  let callers: readonly CallerLog[] = [];
  const records = new Map<string, CallRecord>();
  const serviceOf = (from: string): number => (Number(from.slice(-3)) * 37) % SERVICES;

  beforeAll(async () => {
    applies.push(await apply(0));
    const edge = stack.lab.edges.get('edge1');
    if (!edge) throw new Error('no edge1');
    const calls = Array.from({ length: CALLS }, (_, i) => {
      const from = `49317${String(i).padStart(3, '0')}`;
      return { from, service: numberOf(serviceOf(from)), talkMs: 350 };
    });
    const { callerAddress: localAddress } = stack.lab;
    let over = false;
    const placing = placeCalls({ localAddress, server: edge.sip, calls, ratePerSec: RATE, limitMs: 45_000 }).finally(
      () => (over = true),
    );
    while (!over) applies.push(await apply(applies.length));
    callers = await placing;
    for (const { from } of callers) records.set(from, await ended(stack, from));
    const ms = applies.map(({ fromMs, inForceMs }) => inForceMs - fromMs);
    const waited = callers.map(({ invitedAtMs, answeredAtMs = Infinity }) => answeredAtMs - invitedAtMs);
    console.log(
      `${callers.length} calls, ${applies.length} versions; from the command to the edge: ${ms.join(' ')} ms; ` +
        `a caller was answered after ${Math.round(Math.max(...waited))} ms at most`,
    );
  }, 120_000);

  test('it was applied several times, and calls came under each version', () => {
    expect(applies.length).toBeGreaterThan(2);
    const services = callers.map(({ from }) => records.get(from)?.one('arrived'));
    expect(new Set(services.map((one) => one?.priority)).size).toBeGreaterThan(1);
  });

  test('every caller is answered and hangs up himself', () => {
    expect(callers).toHaveLength(CALLS);
    expect(callers.filter(({ outcome }) => outcome !== 'left')).toEqual([]);
  });

  test.each([
    'his service, and rules that were in force as he came',
    'one agent, of the queue that these rules ask for',
  ])('every caller gets %s', (what) => {
    const wrong = callers.flatMap(({ from, invitedAtMs, answeredAtMs = 0 }) => {
      const record = records.get(from);
      const { service, requirement, priority } = record?.one('arrived') ?? {};
      const inForce = applies.filter(
        (one, i) => one.fromMs <= answeredAtMs && (applies[i + 1]?.inForceMs ?? Infinity) >= invitedAtMs,
      );
      const isOurs =
        service === `s${serviceOf(from)}` &&
        inForce.some(({ version }) => version === priority) &&
        requirement === `queue:${queueOf(serviceOf(from), priority ?? -1)}`;
      const ext = record?.one('bridged').agent.slice(-3) ?? '';
      const isTheirs =
        requirement === `queue:q${ext[1]}` && record?.offers.length === 1 && record.end === 'answered by caller';
      return (what.startsWith('his') ? isOurs : isTheirs) ? [] : [{ from, service, requirement, priority, ext }];
    });
    expect(wrong).toEqual([]);
  });
});

describe('a call that waits', () => {
  const BEFORE = { services: { rules: { requirement: 'queue:one', max_wait: '60s' } } };
  const AFTER = { services: { rules: { requirement: 'queue:two', max_wait: '1s' } } };
  const pause = (ext: string, on: boolean): Promise<void> =>
    setPaused(stack, 'berlin', [ext], ext === '691' ? 'one' : 'two', on);
  let exported = '';

  beforeAll(async () => {
    await applied(stack, BEFORE);
    exported = await command(stack, 'export');
    await Promise.all([pause('691', true), pause('692', true)]);
  });

  test('keeps the rules it began with: its agent, and its longer patience', async () => {
    const [early, late] = [nextAni(), nextAni()];
    const first = await waits(stack, caller, 'rules', early);
    await applied(stack, AFTER);
    const second = caller.call('rules', { fromUser: late });
    await second.ended;
    expect(await resultOf(stack, late)).toMatchObject({ status: 'TIMEOUT' });
    // Whom the new rules ask for comes, and the call of the old ones is not his.
    await pause('692', false);
    const third = nextAni();
    const call = caller.call('rules', { fromUser: third });
    expect((await answered(stack, call, third)).agent).toBe(agentOf('berlin/692'));
    await call.hangup();
    await free(stack, 'berlin/692');
    expect(offersAt(stack, 'berlin/692', early)).toEqual([]);
    await pause('691', false);
    const { agent, waitMs } = await answered(stack, first, early);
    expect(agent).toBe(agentOf('berlin/691'));
    expect(waitMs).toBeGreaterThan(1_000);
    await first.hangup();
    await ended(stack, early);
  });

  test('--rollback: the rules before are in force again', async () => {
    await change(stack, 'apply', '--rollback');
    expect(await command(stack, 'export')).toBe(exported);
    const ani = nextAni();
    const call = caller.call('rules', { fromUser: ani });
    expect((await answered(stack, call, ani)).agent).toBe(agentOf('berlin/691'));
    await call.hangup();
    await free(stack, 'berlin/691');
  });

  test('apply --waiting: goes on by the new rules, with the arrival that it had', async () => {
    await pause('691', true);
    const ani = nextAni();
    const call = await waits(stack, caller, 'rules', ani);
    await applied(stack, { services: { rules: { requirement: 'queue:two', max_wait: '60s' } } }, '--waiting');
    expect((await answered(stack, call, ani)).agent).toBe(agentOf('berlin/692'));
    await call.hangup();
    const record = await ended(stack, ani);
    expect(record.one('arrived').requirement).toBe('queue:one');
    await free(stack, 'berlin/692');
  });

  test('apply --waiting: what the dialplan asked for this one call stays', async () => {
    await pause('691', true);
    await applied(stack, BEFORE);
    const ani = nextAni();
    const call = await waits(stack, caller, 'asks-for-one', ani);
    await applied(stack, { services: { rules: { requirement: 'queue:two', title: 'New' } } }, '--waiting');
    await free(stack, 'berlin/691', 'berlin/692');
    await pause('691', false);
    expect((await answered(stack, call, ani)).agent).toBe(agentOf('berlin/691'));
    await call.hangup();
    await free(stack, 'berlin/691');
    expect(offersAt(stack, 'berlin/692', ani)).toEqual([]);
    await pause('691', true);
  });

  test('apply --waiting while an agent is being rung: the new rules hold once he has declined', async () => {
    await pause('691', false);
    await applied(stack, BEFORE);
    const ani = nextAni();
    stack.phone('berlin', '691').behaviour = { kind: 'ring' };
    const call = caller.call('rules', { fromUser: ani });
    await stack.phone('berlin', '691').waitFor('ringing');
    await applied(stack, { services: { rules: { requirement: 'queue:two', max_wait: '60s' } } }, '--waiting');
    await stack.phone('berlin', '691').hangup();
    expect((await answered(stack, call, ani)).agent).toBe(agentOf('berlin/692'));
    await call.hangup();
    await ended(stack, ani);
    stack.phone('berlin', '691').behaviour = { kind: 'answer', afterMs: 20 };
    await free(stack, 'berlin/692');
  });

  test('apply --waiting with a shorter patience: a call that has waited for longer times out', async () => {
    await pause('692', true);
    await applied(stack, { services: { rules: { requirement: 'queue:two', max_wait: '60s' } } });
    const ani = nextAni();
    await waits(stack, caller, 'rules', ani);
    await applied(stack, AFTER, '--waiting');
    expect((await ended(stack, ani)).one('returned').status).toBe('TIMEOUT');
    expect(await resultOf(stack, ani)).toMatchObject({ status: 'TIMEOUT' });
  });
});
