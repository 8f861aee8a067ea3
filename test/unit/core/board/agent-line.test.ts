import { describe, expect, it } from 'vitest';
import { agentLine, lineDueMs } from '../../../../src/core/board/agent-line.ts';
import type { KnownAgent } from '../../../../src/core/model/agent.ts';
import type { Reservation } from '../../../../src/core/model/claim.ts';
import { agent, NOW_MS, reservation, site, world } from '../routing/world.ts';

const ID = 'berlin/PJSIP/1001';
const S = 1_000;
const ago = (s: number): number => NOW_MS - s * S;

const line = (row: Partial<KnownAgent>, claim?: Partial<Reservation>, siteUp = true) => {
  const one = agent('berlin/1001', { activitySinceMs: ago(60), statusSinceMs: ago(600), ...row });
  const reservations = claim === undefined ? [] : [reservation(ID, { callId: 'c1', ...claim })];
  const sites = [site('berlin', siteUp ? {} : { connection: 'down' as const })];
  const view = world({ agents: [one], reservations, sites });
  const { shown, sinceMs, call, blockedBy } = agentLine(one, view, (callId) => (callId === 'c1' ? 'support' : ''));
  return { shown, sinceS: (NOW_MS - sinceMs) / S, call: call && `${call.phase} ${call.service}`, blockedBy };
};

const offer = { phase: 'offer', claimedAtMs: ago(4), expiresAtMs: NOW_MS + S } as const;
const talk = { phase: 'talk', claimedAtMs: ago(9), expiresAtMs: NOW_MS + S } as const;
const rest = { phase: 'wrap_up', idleSinceMs: ago(3), expiresAtMs: NOW_MS + S } as const;
const over = { expiresAtMs: ago(1) };

describe('an agent on the board', () => {
  // prettier-ignore
  it.each([
    ['is idle',                       line({}),                                      { shown: 'idle', sinceS: 60, call: null, blockedBy: [] }],
    ['is on a call of his site',      line({ activity: 'talking' }),                 { shown: 'talking', sinceS: 60, call: null, blockedBy: ['talking'] }],
    ['is claimed before his phone rings', line({}, offer),                           { shown: 'ringing', sinceS: 4, call: 'offer support', blockedBy: ['claimed'] }],
    ['rings',                         line({ activity: 'ringing' }, offer),          { shown: 'ringing', sinceS: 60, call: 'offer support', blockedBy: ['ringing', 'claimed'] }],
    ['answers before his site tells', line({ activity: 'ringing' }, talk),           { shown: 'talking', sinceS: 9, call: 'talk support', blockedBy: ['ringing', 'claimed'] }],
    ['talks, and his site tells',     line({ activity: 'talking' }, talk),           { shown: 'talking', sinceS: 60, call: 'talk support', blockedBy: ['talking', 'claimed'] }],
    ['waits for a redirected call',   line({}, { phase: 'hold', holdReason: 'arrival', claimedAtMs: ago(2), expiresAtMs: NOW_MS + S }), { shown: 'ringing', sinceS: 2, call: 'offer support', blockedBy: ['held'] }],
    ['did not answer',                line({}, { phase: 'hold', holdReason: 'no_answer', expiresAtMs: NOW_MS + S }), { shown: 'idle', sinceS: 60, call: null, blockedBy: ['held'] }],
    ['rests after our call',          line({}, rest),                                { shown: 'wrap_up', sinceS: 3, call: null, blockedBy: ['wrap_up'] }],
    ['has rested',                    line({}, { ...rest, ...over }),                { shown: 'idle', sinceS: 1, call: null, blockedBy: [] }],
    ['rests after his own call',      line({ activity: 'wrap_up', wrapUpUntilMs: NOW_MS + S }), { shown: 'wrap_up', sinceS: 60, call: null, blockedBy: ['wrap_up'] }],
    ['has rested after his own',      line({ activity: 'wrap_up', wrapUpUntilMs: ago(5) }), { shown: 'idle', sinceS: 5, call: null, blockedBy: [] }],
    ['rests until he says so',        line({ activity: 'wrap_up' }),                 { shown: 'wrap_up', sinceS: 60, call: null, blockedBy: ['wrap_up'] }],
    ['has a claim of a dead edge',    line({}, { ...talk, ...over }),                { shown: 'idle', sinceS: 60, call: null, blockedBy: [] }],
    ['is on a break while he talks',  line({ status: 'paused', activity: 'talking' }), { shown: 'paused', sinceS: 600, call: null, blockedBy: ['paused', 'talking'] }],
    ['has gone home',                 line({ status: 'logged_out' }),                { shown: 'logged_out', sinceS: 600, call: null, blockedBy: ['logged_out'] }],
    ['is not known yet',              line({ status: 'unknown', activity: 'unknown' }), { shown: 'unknown', sinceS: 600, call: null, blockedBy: ['status_unknown', 'activity_unknown'] }],
    ['cannot be reached',             line({ activity: 'unreachable' }),             { shown: 'unreachable', sinceS: 60, call: null, blockedBy: ['unreachable'] }],
    ['is at a site that is away',     line({}, undefined, false),                    { shown: 'idle', sinceS: 60, call: null, blockedBy: ['site_stale'] }],
  ])('%s', (_, shown, expected) => {
    expect(shown).toEqual(expected);
  });

  it('changes by time alone when a claim or a rest ends', () => {
    const resting = agent('berlin/1001', { wrapUpUntilMs: NOW_MS + 2 * S });
    expect(lineDueMs(resting, undefined, NOW_MS)).toBe(NOW_MS + 2 * S);
    expect(lineDueMs(resting, reservation(ID, rest), NOW_MS)).toBe(NOW_MS + S);
    expect(lineDueMs(resting, reservation(ID, rest), NOW_MS + 2 * S)).toBe(Infinity);
  });
});
