/** Three call centres with some eighty agents and their services, as a state that stands still: what the canned answers are made of. */
import { normalizeNumber } from '../../../../src/core/model/number.ts';
import { NO_ROUTING } from '../../../../src/core/model/routing.ts';
import type { Routing, ServiceOverride } from '../../../../src/core/model/routing.ts';
import type { DryWorld } from '../../../../src/core/routing/dry-case.ts';
import { readRouting, readState, viewOf } from '../../../../src/settings/index.ts';
import { dice } from '../../random.ts';

const ROUTING_TEXT = `
calendars:
  office:
    zone: Europe/Berlin
    hours: ['Mon-Fri 08:00-18:00', 'Sat 09:00-13:00']
    special:
      '2026-12-24': '08:00-12:00'
      '*-12-25': { title: Christmas, hours: closed }
  night: { zone: Europe/Berlin, hours: ['Mon-Thu 18:00-22:00', 'Sat 22:00-02:00'] }
sites: { berlin: { weight: 60, cost: 1 }, lyon: { weight: 40, cost: 2 } }
services:
  support: { title: Support, numbers: ['+4930555100'], requirement: queue:support, max_wait: 5m }
  technical:
    title: Technical support
    numbers: ['+4930555120', '+49305551*', '_+49305552[0-4]XX']
    requirement: queue:support>=8 and windows>=4
    sites: [berlin]
    strategy: best_skilled
    ageing: 1
    max_wait: 10m
    wrap_up: 15s
    when_closed: { service: night_line }
    default_route: { queue: support }
    steps:
      - { after: 30s, requirement: queue:support>=6 }
      - { when: ewt > 120s and waiting >= 5, priority: 5 }
      - { after: 20s, sites: any }
      - { after: 60s, strategy: longest_idle }
      - { after: 120s, overflow: { queue: { name: support, by: expected_wait } } }
    announce: { position: true, expected_wait: true, on_entry: true, every: 60s }
    keys: { '1': callback, '9': { leave: queue-voicemail^s^1 } }
    callback: { allow: ['+49'] }
    preferred: { customer: true, last: true, patience: 30s }
    customer: { source: shared, by: ani }
  french: { title: Support in French, numbers: ['+33155510'], requirement: queue:support and queue:french>=5, strategy: least_occupied }
  sales: { title: Sales, numbers: ['+4930555200'], requirement: queue:sales, strategy: fewest_calls, calendar: office }
  night_line: { title: 'Night line <b>&amp;</b>', requirement: queue:support, calendar: night }
`;

const FIRST =
  'Anna Bernd Cem Dora Emil Frida Georg Hanna Ivo Jule Karl Lena Max Nora Otto Paula Quirin Rosa Sven Tina Uwe Vera Willi Xenia Yara Zoe'.split(
    ' ',
  );
const LAST = 'Bauer Wolf Yilmaz Lang Koch Roth Stein Voss Berg Haas'.split(' ');
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  'Robert"); DROP TABLE',
  'بنت \u202eabc',
  'A very long name that somebody wrote into the PBX without thinking of tables at all',
];

/** What an agent may be about, and how often. */
const ABOUT: readonly (readonly [number, Record<string, unknown>])[] = [
  [0.3, {}],
  [0.3, { activity: 'talking' }],
  [0.06, { activity: 'wrap_up', wrap_up: '25s' }],
  [0.05, { activity: 'ringing' }],
  [0.1, { status: 'paused', pause: 'lunch' }],
  [0.08, { status: 'logged_out' }],
  [0.04, { activity: 'unreachable' }],
  [0.04, { claim: { phase: 'hold', reason: 'no_answer', for: '22s' } }],
  [0.03, { claim: { phase: 'talk', for: '9s' } }],
];

function agents(): Record<string, unknown> {
  const { next: random, pick, between } = dice(7);
  const all: Record<string, unknown> = {};
  for (const [site, first, count] of [
    ['berlin', 1_001, 40],
    ['lyon', 2_001, 28],
    ['vienna', 3_001, 12],
  ] as const)
    for (let index = 0; index < count; index += 1) {
      let draw = random();
      const about = ABOUT.find(([share]) => (draw -= share) < 0)?.[1] ?? {};
      const hostile = site === 'lyon' ? HOSTILE[index - 3] : undefined;
      const name = `${pick(FIRST)} ${pick(LAST)}`;
      const penalty = between(0, 5);
      all[`${site}/PJSIP/${first + index}`] = {
        title: hostile ?? name,
        queues: {
          ...(random() < 0.7 && { support: penalty }),
          ...(random() < 0.3 && { sales: penalty }),
          ...(site === 'lyon' && random() < 0.6 && { french: penalty }),
        },
        ...(random() < 0.6 && { skills: { windows: between(1, 9) } }),
        ...{ idle: `${between(0, 900)}s`, calls: between(0, 40), occupancy: between(0, 90) / 100 },
        ...about,
      };
    }
  return all;
}

const STATE = {
  sites: { berlin: { title: 'Berlin' }, lyon: { title: 'Lyon' }, vienna: { title: 'Vienna', connected: false } },
  agents: agents(),
  queues: { 'berlin/sales': { waiting: 2, handle: '240s', answered: 20 } },
  waiting: [
    { service: 'sales', waited: '45s' },
    { service: 'technical', waited: '75s' },
  ],
  figures: {
    sales: { answered: 30, abandoned: 2, in_time: 20, abandoned_late: 1, wait: '25s', handled: 30, handle: '240s' },
  },
  customers: [],
};

/** `overrides`: what was closed or opened by hand. */
export function makeWorld(nowMs: number, overrides: Readonly<Record<string, ServiceOverride>> = {}): DryWorld {
  const { rules, faults } = readRouting(ROUTING_TEXT, 'fixture.yaml', '49');
  const state = readState(JSON.stringify(STATE), 'state.json');
  if (rules === null || state.value === null) throw new Error(JSON.stringify([faults, state.faults]));
  const routing: Routing = { ...NO_ROUTING, ...rules, version: 12, overrides };
  const normalise = (number: string): string => normalizeNumber(number, '49');
  return { routing, view: viewOf(state.value, routing, nowMs), normalise };
}
