/** The flow of calls of the demonstration: lively, repeatable, bounded, and over when it is stopped. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { flowCalls, startFlow } from '../../lab/flow.ts';
import type { FlowCall } from '../../lab/flow.ts';
import { PhoneFarm } from '../../lab/sip/farm.ts';

const demand = [
  { dial: 'support', weight: 3 },
  { dial: 'sales', weight: 1 },
];

describe('the plan', () => {
  const drawn = (seed: number, count: number): readonly FlowCall[] => {
    const plan = flowCalls({ demand, seed }, ['berlin/1001', 'lyon/1001']);
    return Array.from({ length: count }, () => plan.next().value);
  };
  const calls = drawn(7, 2_000);
  const mean = (of: (call: FlowCall) => number): number =>
    calls.reduce((sum, call) => sum + of(call), 0) / calls.length;
  const share = (is: (call: FlowCall) => boolean): number => mean((call) => (is(call) ? 1 : 0));

  test('is the same for the same seed, and another for another', () => {
    expect(drawn(7, 50)).toEqual(calls.slice(0, 50));
    expect(drawn(8, 50)).not.toEqual(calls.slice(0, 50));
  });

  test.each<[string, number, number, number]>([
    ['seconds between calls', mean(({ gapMs }) => gapMs / 1_000), 7, 9],
    ['seconds of talk', mean(({ talkMs }) => talkMs / 1_000), 22, 28],
    ['of calls for support', share(({ dial }) => dial === 'support'), 0.7, 0.8],
    ['of calls in a rush', share(({ gapMs }) => gapMs < 900), 0.15, 0.35],
    ['of callers who soon give up', share(({ patienceMs }) => patienceMs <= 12_000), 0.12, 0.18],
    ['of calls that meet a busy phone', share(({ odd }) => odd?.manner === 'busy'), 0.02, 0.06],
    ['of calls that meet a phone nobody picks up', share(({ odd }) => odd?.manner === 'silent'), 0.02, 0.06],
  ])('%s: %f', (_, value, least, most) => {
    expect(value).toBeGreaterThan(least);
    expect(value).toBeLessThan(most);
  });

  test('talks take 10 to 60 s', () => {
    expect(Math.min(...calls.map(({ talkMs }) => talkMs))).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...calls.map(({ talkMs }) => talkMs))).toBeLessThanOrEqual(60_000);
  });
});

describe('the calls', () => {
  let farm: PhoneFarm;
  const atOnce = 6;
  const flow = () => {
    const [host = '', port = ''] = farm.get('centre').uri.split('@')[1]?.split(':') ?? [];
    const server = { host, port: Number(port) };
    return startFlow({ demand, seed: 3, phones: farm, localAddress: '127.0.0.1', server, atOnce, pace: 400 });
  };
  beforeEach(async () => {
    farm = new PhoneFarm();
    const server = { host: '127.0.0.1', port: 9 };
    farm.add({ name: 'support', label: 'centre', localAddress: '127.0.0.1', server, secondCall: 'accept' });
    await farm.start();
  });
  afterEach(() => farm.stop());

  test('are placed, answered and ended one after the other', async () => {
    const running = await flow();
    const talks = () => farm.offersOf('centre').filter(({ outcome }) => outcome === 'bye_received');
    await expect.poll(() => talks().length, { timeout: 10_000 }).toBeGreaterThan(8);
    expect(running.live).toBeLessThanOrEqual(atOnce);
    await running.stop();
  });

  test('are never more at once than allowed, although nobody answers', async () => {
    const running = await flow();
    const most = () => Math.max(running.live, farm.get('centre').calls.size);
    farm.get('centre').behaviour = { kind: 'ring' };
    const given = () => farm.offersOf('centre').filter(({ outcome }) => outcome === 'cancelled');
    let seen = 0;
    await expect
      .poll(
        () => {
          seen = Math.max(seen, most());
          return given().length;
        },
        { timeout: 10_000, interval: 5 },
      )
      .toBeGreaterThan(8);
    expect(seen).toBeLessThanOrEqual(atOnce + 1);
    await running.stop();
  });

  test('are all over once it is stopped', async () => {
    const running = await flow();
    await expect.poll(() => running.live, { timeout: 10_000, interval: 5 }).toBeGreaterThan(1);
    await running.stop();
    const { placed } = running;
    await expect.poll(() => [running.live, farm.get('centre').calls.size]).toEqual([0, 0]);
    expect(running.placed).toBe(placed);
  });
});
