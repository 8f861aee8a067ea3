import { describe, expect, it } from 'vitest';
import { agentLine, lineDueMs } from '../../../../src/core/board/agent-line.ts';
import { siteLines } from '../../../../src/core/board/rows.ts';
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
const held = { phase: 'hold', holdReason: 'no_answer', changedAtMs: ago(6), expiresAtMs: NOW_MS + S } as const;
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
    ['did not answer',                line({}, held),                                { shown: 'held', sinceS: 6, call: null, blockedBy: ['held'] }],
    ['was left alone',                line({}, { ...held, ...over }),                { shown: 'idle', sinceS: 1, call: null, blockedBy: [] }],
    ['is left alone, his phone off',  line({ activity: 'unreachable' }, held),       { shown: 'unreachable', sinceS: 60, call: null, blockedBy: ['unreachable', 'held'] }],
    ['pauses while he is left alone', line({ status: 'paused' }, held),              { shown: 'paused', sinceS: 600, call: null, blockedBy: ['paused', 'held'] }],
    ['was rung for a caller who left', line({}, { ...held, holdReason: 'cancelled' }), { shown: 'idle', sinceS: 60, call: null, blockedBy: ['held'] }],
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

  it('tells what he is left alone after, and until when', () => {
    const hold = (claim: Partial<Reservation>) => {
      const view = world({ agents: [one], reservations: [reservation(ID, claim)], sites: [site('berlin')] });
      return agentLine(one, view, () => '').hold;
    };
    const one = agent('berlin/1001');
    expect(hold(held)).toEqual({ reason: 'no_answer', untilMs: NOW_MS + S });
    expect(hold({ ...held, holdReason: 'arrival' })).toBeNull();
    expect(hold({ ...held, ...over })).toBeNull();
    expect(hold(rest)).toBeNull();
  });

  it('counts where he is left alone, and not as idle', () => {
    const agents = [agent('berlin/1001'), agent('berlin/1002')];
    const view = world({ agents, reservations: [reservation(ID, held)], sites: [site('berlin')] });
    const lines = agents.map((one) => agentLine(one, view, () => ''));
    expect(siteLines(view, lines)[0]?.agents).toMatchObject({ idle: 1, held: 1 });
  });

  it('has the skills that a pause hides apart', () => {
    const skills = (row: Partial<KnownAgent>) => {
      const memberships = ['support', 'sales'].map((queue, penalty) => ({
        ...{ queue, penalty, paused: row.status === 'paused', pauseReason: '', dynamic: true },
      }));
      const one = agent('berlin/1001', { memberships, ...row });
      const { skills: now, pausedSkills } = agentLine(one, world({ agents: [one] }), () => '');
      return { now, pausedSkills };
    };
    expect(skills({ status: 'paused', skills: { french: 7 } })).toEqual({
      ...{ now: { french: 7 }, pausedSkills: { 'queue:support': 10, 'queue:sales': 9 } },
    });
    expect(skills({ skills: { 'queue:support': 10 } })).toEqual({ now: { 'queue:support': 10 }, pausedSkills: {} });
  });

  it('changes by time alone when a claim or a rest ends', () => {
    const resting = agent('berlin/1001', { wrapUpUntilMs: NOW_MS + 2 * S });
    expect(lineDueMs(resting, undefined, NOW_MS)).toBe(NOW_MS + 2 * S);
    expect(lineDueMs(resting, reservation(ID, rest), NOW_MS)).toBe(NOW_MS + S);
    expect(lineDueMs(resting, reservation(ID, rest), NOW_MS + 2 * S)).toBe(Infinity);
  });
});
