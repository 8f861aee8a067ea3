import { describe, expect, test } from 'vitest';
import type { DeviceState, MembershipReport, PbxEvent } from '../../../../src/core/events.ts';
import { OCCUPANCY_FADES_MS } from '../../../../src/core/model/agent.ts';
import type { SiteInput, SiteModel } from '../../../../src/core/reduce/site-model.ts';
import { reduceSite } from '../../../../src/core/reduce/site.ts';
import { initialSite } from '../../../../src/core/reduce/site-view.ts';

const T0 = 1_800_000_000_000;
const MINUTE = 60_000;
const RULES = { siteId: 'berlin', listed: [], windowMs: 1_800_000 };
const NAME = 'PJSIP/1001';

const member = (part: Partial<MembershipReport> = {}): MembershipReport => ({
  ...{ queue: 'support', device: NAME, iface: NAME, observable: true, title: 'Ada', penalty: 0, paused: false },
  ...{ pauseReason: '', state: 'not_in_use', dynamic: true, lastCallMs: null, loginMs: null, wrapUpMs: 0 },
  ...part,
});
const snapshot = (state: DeviceState = 'not_in_use', during: readonly PbxEvent[] = []): PbxEvent => ({
  kind: 'snapshotTaken',
  snapshot: {
    ...{ queues: [{ name: 'support', serviceLevelMs: 0 }], memberships: [member({ state })], waiting: [], during },
    ...{ devices: [{ device: NAME, state }], channels: [] },
  },
});
const phone = (state: DeviceState): PbxEvent => ({ kind: 'deviceChanged', device: NAME, state });
const paused = (isPaused: boolean): PbxEvent => ({
  ...{ kind: 'membershipReported', membership: member({ paused: isPaused }) },
});
const removed: PbxEvent = { kind: 'membershipRemoved', queue: 'support', device: NAME };

/** What stands in his row after these events, each at its minute. */
function after(events: readonly (readonly [number, SiteInput])[], from: SiteModel = initialSite(RULES, null, T0)) {
  let state = from;
  for (const [minute, event] of events) state = reduceSite(state, event, T0 + minute * MINUTE).state;
  return { state, row: state.agents.get(NAME)?.row };
}

const FIRST = [0, snapshot()] as const;
const TALK = [
  [1, phone('ringing')],
  [1, phone('in_use')],
  [4, phone('not_in_use')],
] as const;
/** Of three minutes that ended at once, or half an hour ago. */
const THREE_MINUTES = 1 - Math.exp((-3 * MINUTE) / OCCUPANCY_FADES_MS);

describe('calls that an agent took since his log-in', () => {
  test.each<[string, readonly (readonly [number, SiteInput])[], number]>([
    ['none', [FIRST], 0],
    ['a call', [FIRST, ...TALK], 1],
    ['a call that still lasts', [FIRST, [1, phone('in_use')]], 1],
    ['a call, held and taken back', [FIRST, [1, phone('in_use')], [2, phone('on_hold')], [3, phone('in_use')]], 1],
    ['ringing that nobody answered', [FIRST, [1, phone('ringing')], [2, phone('not_in_use')]], 0],
    ['two calls', [FIRST, ...TALK, [5, phone('in_use')], [6, phone('not_in_use')]], 2],
    ['one told twice', [FIRST, [1, phone('in_use')], [1, phone('in_use')], [4, phone('not_in_use')]], 1],
    ['a break does not count as a log-in', [FIRST, ...TALK, [5, paused(true)], [6, paused(false)]], 1],
    ['logged out and in again', [FIRST, ...TALK, [5, removed], [6, paused(false)]], 0],
    ['under way when he is first seen', [[0, snapshot('in_use')]], 0],
    [
      'under way when the link came back',
      [FIRST, [1, phone('in_use')], [2, { kind: 'linkDown', reason: '' }], [3, snapshot('in_use')]],
      1,
    ],
    [
      'told again after an audit',
      [
        FIRST,
        ...TALK,
        [4, snapshot('not_in_use', [phone('in_use')])],
        [3.9, phone('in_use')],
        [4, phone('not_in_use')],
      ],
      1,
    ],
  ])('%s', (_, events, calls) => {
    expect(after(events).row?.callsTaken).toBe(calls);
  });

  test('a restart forgets none of them, and counts none twice', () => {
    const talking = after([FIRST, ...TALK, [5, phone('in_use')]]);
    const stored = {
      site: {
        ...{ siteId: 'berlin', title: '', epoch: 1, version: 1, connection: 'up' as const },
        ...{ pbxSeenAtMs: 0, callsInProgress: 0 },
      },
      agents: talking.row ? [talking.row] : [],
      queues: [],
    };
    const again = after([[90, snapshot('in_use')]], initialSite(RULES, stored, T0 + 89 * MINUTE));
    // Nobody saw what he did in between: it counts as neither busy nor idle.
    expect(again.row).toMatchObject({
      callsTaken: 2,
      occupancy: talking.row?.occupancy,
      occupancyAtMs: T0 + 90 * MINUTE,
    });
  });
});

describe('occupancy', () => {
  test.each<[string, readonly (readonly [number, SiteInput])[], number]>([
    ['idle', [FIRST, [9, phone('ringing')]], 0],
    ['three minutes of talk', [FIRST, ...TALK], THREE_MINUTES],
    ['... and half an hour later', [FIRST, ...TALK, [34, phone('ringing')]], THREE_MINUTES / Math.E],
    ['a day of talk', [FIRST, [0, phone('in_use')], [1440, phone('not_in_use')]], 1],
    [
      'a break fades nothing',
      [FIRST, ...TALK, [4, paused(true)], [400, paused(false)], [400, phone('ringing')]],
      THREE_MINUTES,
    ],
    [
      'a call in a break counts for nothing',
      [FIRST, [0, paused(true)], [1, phone('in_use')], [4, phone('not_in_use')]],
      0,
    ],
    [
      'a day without a link counts for nothing',
      [FIRST, [0, phone('in_use')], [0, { kind: 'linkDown', reason: '' }], [1440, snapshot()]],
      0,
    ],
  ])('%s', (_, events, expected) => {
    expect(after(events).row?.occupancy).toBeCloseTo(expected, 5);
  });

  test('wrap-up is work', () => {
    const wrapUp = member({ wrapUpMs: 2 * MINUTE });
    const told = after([
      FIRST,
      [0, { kind: 'membershipReported', membership: wrapUp }],
      [1, phone('in_use')],
      [2, { kind: 'membershipReported', membership: { ...wrapUp, lastCallMs: T0 + 2 * MINUTE } }],
      [4, { kind: 'timePassed' }],
    ]);
    expect(told.row).toMatchObject({ activity: 'idle' });
    expect(told.row?.occupancy).toBeCloseTo(THREE_MINUTES, 5);
  });

  test('costs no write of its own: time alone changes no row', () => {
    const { state } = after([FIRST, ...TALK]);
    for (const event of [{ kind: 'timePassed' }, snapshot(), phone('not_in_use')] as const) {
      const step = reduceSite(state, event, T0 + 20 * MINUTE);
      expect([...step.changed.agents]).toEqual([]);
    }
  });
});
