/** Rows of calls in progress: where each has come to, and how it follows its call. */
import { expect, it } from 'vitest';
import type { CallFact } from '../../../src/core/model/call.ts';
import type { CallSummary } from '../../../src/core/model/call-summary.ts';
import { liveRange, phaseIn, phaseOf, renewed, talkOf } from '../../../src/web/parts/calls-live.ts';

const call = (callId: string, more: Partial<CallSummary> = {}): CallSummary => ({
  ...{ callId, edgeId: 'edge1', service: 'support', ani: '', dnis: '', customerId: '', arrivedAtMs: 0 },
  ...{ endedAtMs: null, agentId: '', siteId: '', waitMs: null, talkMs: null, offers: 0, outcome: null, status: '' },
  ...more,
});
const OVER = { outcome: 'abandoned', endedAtMs: 9, talkMs: 0 } as const;

it.each<[string, Partial<CallSummary>, string]>([
  ['waits', {}, 'waiting'],
  ['is bridged', { agentId: 'berlin/PJSIP/1001', waitMs: 7_000 }, 'talking'],
  ['was sent to a site', { agentId: 'berlin/PJSIP/1001' }, ''],
  ['went back to its dialplan', { waitMs: 7_000 }, ''],
  ['is over', OVER, ''],
])('a call that %s', (_, more, phase) => expect(phaseOf(call('a', more))).toBe(phase));

it('its story tells whether an agent is rung', () => {
  const offered = { kind: 'offered' } as CallFact;
  const ended = { kind: 'offerEnded' } as CallFact;
  expect([[offered], [offered, ended], [offered, ended, offered]].map((facts) => phaseIn(call('a'), facts))).toEqual([
    'ringing',
    'waiting',
    'ringing',
  ]);
});

it('a talk of no length is none', () => {
  expect([call('a', OVER), call('a', { talkMs: 900 }), call('a')].map(talkOf)).toEqual([null, 900, null]);
});

it('rows are renewed where they stand, until they are over', () => {
  const rows = [
    call('c', { arrivedAtMs: 30 }),
    call('b', { arrivedAtMs: 20, ...OVER }),
    call('a', { arrivedAtMs: 10 }),
  ];
  expect(liveRange(rows)).toEqual({ from: 10, to: 31 });
  const late = call('b', { arrivedAtMs: 20 });
  const ended = call('a', { arrivedAtMs: 10, ...OVER });
  const news = new Map([late, ended, call('new', { arrivedAtMs: 25 })].map((one) => [one.callId, one] as const));
  const after = renewed(rows, news);
  expect(after.map(({ callId, outcome }) => [callId, outcome])).toEqual([
    ['c', null],
    ['b', 'abandoned'],
    ['a', 'abandoned'],
  ]);
  expect(liveRange(after)).toEqual({ from: 30, to: 31 });
  expect(liveRange([ended])).toBeNull();
});
