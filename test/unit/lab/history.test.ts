/** Made-up calls of the past are calls that could have been. */
import { expect, test } from 'vitest';
import { pastCalls } from '../../lab/history.ts';

const untilMs = Date.UTC(2026, 4, 6, 15);
const spec = {
  services: [
    { name: 'support', dnis: '+4930555100', busiestHour: 60, agents: ['berlin/PJSIP/1001', 'lyon/PJSIP/1001'] },
    { name: 'sales', dnis: '+4930555200', busiestHour: 10, agents: ['berlin/PJSIP/1002'] },
  ],
  ...{ edge: 'edge1', hours: 6, untilMs, seed: 4 },
};

test('each arrives once and ends once, in the hours asked for', () => {
  const events = pastCalls(spec);
  const calls = new Map(events.map(({ callId }) => [callId, events.filter((event) => event.callId === callId)]));
  expect(calls.size).toBeGreaterThan(200);
  for (const facts of calls.values()) {
    expect(facts.map(({ seq }) => seq)).toEqual(facts.map((_, i) => i));
    expect(facts[0]?.fact.kind).toBe('arrived');
    expect(facts.filter(({ fact }) => fact.kind === 'ended')).toEqual([facts.at(-1)]);
    expect(facts[0]?.atMs).toBeGreaterThan(untilMs - 6 * 3_600_000);
    expect(facts.at(-1)?.atMs).toBeLessThanOrEqual(untilMs);
  }
});

test('some wait long, some give up, and the same seed gives the same day', () => {
  const events = pastCalls(spec);
  const outcomes = events.flatMap(({ fact }) => (fact.kind === 'ended' ? [fact.outcome] : []));
  const lost = outcomes.filter((outcome) => outcome === 'abandoned').length / outcomes.length;
  expect(lost).toBeGreaterThan(0.02);
  expect(lost).toBeLessThan(0.2);
  expect(events.some(({ fact }) => fact.kind === 'bridged' && fact.waitMs > 20_000)).toBe(true);
  expect(pastCalls(spec)).toEqual(events);
});
