/** What pages make of figures: words, orders, what stands out. */
import { describe, expect, it } from 'vitest';
import type { AgentLine, ServiceRow, SiteLine } from '../../../src/core/model/board.ts';
import { INTERVAL_MS } from '../../../src/core/model/counts.ts';
import type { AgentFilter } from '../../../src/web/agents/filter.ts';
import { countByShown, matching, ordered, skillsOf, skillsThatFit } from '../../../src/web/agents/filter.ts';
import { silenceText, untilShown, whyShown } from '../../../src/web/agents/standing.ts';
import { address, readProblem } from '../../../src/web/api.ts';
import { serverNowMs, setServerClock } from '../../../src/web/clock.ts';
import { clockSpan, exactTimeOf, momentOf, roughSpan } from '../../../src/web/format.ts';
import { compare, sorted } from '../../../src/web/parts/sorting.ts';
import { href, parseHash } from '../../../src/web/router.ts';
import { serviceConcerns, siteConcerns } from '../../../src/web/wall/attention.ts';
import { quarters } from '../../../src/web/wall/series.ts';
import { firstBoard } from '../../lab/web/board.ts';
import { countsOf } from '../../lab/web/counts.ts';

const NOW = 1_764_313_200_000;
const BOARD = firstBoard({ agents: 60, seed: 2 }, NOW);

describe('figures', () => {
  it.each([
    [-5, '0:00', '0 s'],
    [7_900, '0:07', '7 s'],
    [760_000, '12:40', '12 min'],
    [3_753_000, '1:02:33', '1 h 2 min'],
    [7_200_000, '2:00:00', '2 h'],
    [200_000_000, '2 days', '2 days'],
  ])('%i ms', (ms, ticking, rough) => {
    expect(clockSpan(ms)).toBe(ticking);
    expect(roughSpan(ms)).toBe(rough);
  });

  it('times are those of the zone', () => {
    expect(exactTimeOf(NOW, 'Europe/Berlin')).toBe('08:00:00');
    expect(momentOf(NOW, 'America/New_York')).toBe('Fri 28 Nov, 02:00:00');
  });

  it('count by the database’s clock, as the quickest frame tells it', () => {
    setServerClock(100_000, 40_000);
    setServerClock(101_000, 41_300);
    expect(serverNowMs(42_000)).toBe(102_000);
    setServerClock(10_000, 43_000);
    expect(serverNowMs(43_000)).toBe(10_000);
  });
});

describe('addresses', () => {
  it.each([
    ['', 'wall', ''],
    ['#/', 'wall', ''],
    ['#/?wall', 'wall', ''],
    ['#/agents?site=berlin', 'agents', ''],
    ['#/calls', 'calls', ''],
    ['#/calls/edge1%2F7.3', 'call', 'edge1/7.3'],
    ['#/services/support', 'service', 'support'],
    ['#/account', 'account', ''],
    ['#/agents/anna', 'missing', ''],
    ['#/account/maria', 'missing', ''],
    ['#/self', 'missing', ''],
    ['#/calls/%E0%A4%A', 'missing', ''],
    ['#/constructor', 'missing', ''],
  ])('%s', (hash, page, param) => expect(parseHash(hash)).toMatchObject({ page, param }));

  it('come back as they were written', () => {
    const to = href('calls', 'a/b?c', { from: '1', to: '' });
    expect(to).toBe('#/calls/a%2Fb%3Fc?from=1');
    expect(parseHash(to)).toMatchObject({ page: 'call', param: 'a/b?c' });
    expect(address('/v1/calls', { limit: 5, service: '', site: undefined })).toBe('/v1/calls?limit=5');
  });
});

describe('a problem', () => {
  it('has something to read, whatever the server sent', () => {
    expect(readProblem(502, '<html>')).toMatchObject({ title: 'The server answered 502', status: 502 });
    const body = {
      title: 'no such thing',
      code: 'OF_A_LATER_VERSION',
      cure: 'name one',
      faults: [{ path: 'a', message: 'b' }],
    };
    expect(readProblem(404, body)).toMatchObject({
      ...body,
      detail: '',
      faults: [{ path: 'a', message: 'b', cure: '' }],
    });
  });
});

describe('sorting', () => {
  it('counts in names, and puts what is not known last both ways', () => {
    const rows = ['Agent 10', 'agent 9', null, 'Élise'];
    expect(sorted(rows, (row) => row, false)).toEqual(['agent 9', 'Agent 10', 'Élise', null]);
    expect(sorted(rows, (row) => row, true)).toEqual(['Élise', 'Agent 10', 'agent 9', null]);
    expect(compare(2, 10, false)).toBeLessThan(0);
  });
});

describe('agents', () => {
  const filter: AgentFilter = { site: '', shown: '', skill: '', text: '', sort: 'name' };

  it('are found by name without accents, by number, by site and by skill', () => {
    const agent = { ...BOARD.agents[0]!, title: 'Hélène Kovač', number: '4711' };
    const found = (part: Partial<AgentFilter>): number => matching([agent], { ...filter, ...part }).length;
    expect([
      found({ text: 'helene' }),
      found({ text: ' KOVAC ' }),
      found({ text: '471' }),
      found({ text: 'anna' }),
    ]).toEqual([1, 1, 1, 0]);
    expect([found({ site: agent.siteId }), found({ site: 'nowhere' }), found({ skill: 'toString' })]).toEqual([
      1, 0, 0,
    ]);
  });

  it('are counted by what they do, and ordered by since when', () => {
    const counts = [...countByShown(BOARD.agents).values()].reduce((sum, count) => sum + count, 0);
    expect(counts).toBe(BOARD.agents.length);
    const since = ordered(BOARD.agents, { shown: 'talking', sort: 'longest' }).map(({ sinceMs }) => sinceMs);
    expect(since.length).toBeGreaterThan(3);
    expect(since).toEqual([...since].sort((a, b) => a - b));
  });

  it('show whole skills, the best first, and one at least', () => {
    const shown = (part: Partial<AgentLine>): readonly string[] =>
      skillsThatFit({ ...BOARD.agents[0]!, pausedSkills: {}, ...part }).map(({ skill }) => skill);
    const long = 'a-skill-with-a-name-that-has-no-room-on-a-card';
    const skills = { 'queue:support': 9, french: 8, spanish: 7, [long]: 10 };
    expect(shown({ skills })).toEqual([long]);
    const { [long]: _, ...short } = skills;
    expect(shown({ skills: short })).toEqual(['queue:support', 'french']);
  });

  it('on a pause are found by what they can do after it, and show it as such', () => {
    const agent = { ...BOARD.agents[0]!, skills: { french: 5 }, pausedSkills: { 'queue:support': 9 } };
    expect(matching([agent], { ...filter, skill: 'queue:support' })).toEqual([agent]);
    expect(skillsOf([agent])).toEqual(['queue:support', 'french']);
    expect(skillsThatFit(agent)).toEqual([
      { skill: 'queue:support', level: 9, isPaused: true },
      { skill: 'french', level: 5, isPaused: false },
    ]);
  });

  it.each<[Partial<AgentLine>, string, string | undefined]>([
    [{ shown: 'held', hold: { reason: 'no_answer', untilMs: NOW } }, 'did not answer', `until ${exactTimeOf(NOW)}`],
    [{ shown: 'held', hold: { reason: 'busy', untilMs: NOW } }, 'phone busy', `until ${exactTimeOf(NOW)}`],
    [{ shown: 'idle', hold: { reason: 'cancelled', untilMs: NOW } }, '', undefined],
    [{ shown: 'paused', pauseReason: 'lunch' }, 'lunch', undefined],
    [{ shown: 'idle' }, '', undefined],
  ])('say why: %j', (part, why, until) => {
    const agent: AgentLine = { ...BOARD.agents[0]!, pauseReason: '', hold: null, ...part };
    expect([whyShown(agent), untilShown(agent)]).toEqual([why, until]);
  });

  it.each<[Partial<SiteLine>, string]>([
    [{ state: 'up', lastHeardMs: null }, ''],
    [{ state: 'stale', lastHeardMs: NOW }, `Lyon not heard since ${exactTimeOf(NOW)}`],
    [{ state: 'down', lastHeardMs: NOW }, `Lyon not heard since ${exactTimeOf(NOW)}`],
    [{ state: 'connecting', lastHeardMs: null }, 'Lyon is not connected'],
  ])('of a site %j', (site, says) => {
    expect(silenceText({ ...BOARD.sites[0]!, title: 'Lyon', ...site })).toBe(says);
  });
});

describe('what stands out', () => {
  const good: ServiceRow = {
    ...BOARD.services[0]!,
    ...{ isOpen: true, waiting: 0, longestSinceMs: null, eligible: 2, staffed: 5 },
    ...{ serviceLevelMs: 20_000, serviceLevelTarget: 0.8, serviceLevel: 0.9, recentServiceLevel: 0.9 },
  };
  it.each<[string, Partial<ServiceRow>, readonly string[]]>([
    ['all well', {}, []],
    ['callers wait while all are in calls', { waiting: 1, eligible: 0 }, ['warn Nobody is free']],
    ['callers wait, nobody there', { waiting: 1, eligible: 0, staffed: 0 }, ['bad Callers wait, nobody is at work']],
    ['one waits above T', { waiting: 1, longestSinceMs: NOW - 21_000 }, ['warn Waiting over 20 s']],
    ['one waits for minutes', { waiting: 1, longestSinceMs: NOW - 61_000 }, ['bad Waiting far too long']],
    ['below target', { serviceLevel: 0.7, recentServiceLevel: 0.7 }, ['bad Below target']],
    ['getting better', { serviceLevel: 0.7, recentServiceLevel: 0.9 }, ['warn Below target, getting better']],
    ['falling', { recentServiceLevel: 0.5 }, ['warn Falling below target']],
    ['closed and empty', { isOpen: false, staffed: 0, serviceLevel: null, recentServiceLevel: null }, []],
    ['closed by hand', { isOpen: false, isByHand: true }, ['warn Closed by hand']],
    ['the worst first', { waiting: 1, eligible: 0, serviceLevel: 0.1 }, ['bad Below target', 'warn Nobody is free']],
  ])('%s', (_, part, says) => {
    const { serviceLevel: level, ...rest } = part;
    const row = {
      ...good,
      ...rest,
      ...(level === undefined ? {} : { serviceLevel: level, recentServiceLevel: part.recentServiceLevel ?? null }),
    };
    expect(serviceConcerns(row, NOW).map(({ tone, says: words }) => `${tone} ${words}`)).toEqual(says);
  });

  it.each<[SiteLine['state'], number | null, readonly string[]]>([
    ['up', null, []],
    ['stale', NOW - 48_400, ['Not heard from for 48 s']],
    ['down', null, ['Not connected']],
    ['connecting', null, ['Connecting']],
  ])('a site that is %s', (state, lastHeardMs, says) => {
    expect(siteConcerns({ ...BOARD.sites[0]!, state, lastHeardMs }, NOW).map((one) => one.says)).toEqual(says);
  });
});

describe('quarters of an hour', () => {
  it('are all there, summed over services, with nothing made up where no call was', () => {
    const startMs = NOW - (NOW % INTERVAL_MS);
    const counts = countsOf(() => 0.5, 10, 0.5);
    const items = ['a', 'b'].map((service) => ({ service, startMs, ...counts }));
    const [empty, both] = quarters(items, startMs - INTERVAL_MS, startMs + 1);
    expect(empty).toMatchObject({ offered: 0, meanWaitMs: null, level: null, longestWaitMs: null });
    expect(both).toMatchObject({ offered: 20, reached: counts.reached * 2, longestWaitMs: counts.longestWaitMs });
    expect(both?.level).toBeCloseTo(counts.reachedInTime / (counts.reached + counts.abandonedLate));
  });
});
