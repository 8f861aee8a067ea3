import { describe, expect, it } from 'vitest';
import { found, services } from './routing-found.ts';

describe('what is wrong between the rules', () => {
  it.each<[string, string[], (string | RegExp)[]]>([
    ['nothing', ['a: {}', 'b: { when_closed: { service: a }, steps: [{ after: 30s, overflow: { service: a } }] }'], []],
    [
      'two services that lead to each other',
      ['a: { steps: [{ after: 30s, overflow: { service: b } }] }', 'b: { when_closed: { service: a } }'],
      ['! 3:8 services.b.when_closed: goes round: a -> b -> a | let one of them lead to a queue, a number or a place'],
    ],
    ['a service that leads to itself', ['a: { when_closed: { service: a } }'], [/^! .* goes round: a -> a/]],
    [
      'a longer way round, and a way into it',
      [
        'x: { when_closed: { service: a } }',
        'a: { when_closed: { service: b } }',
        'b: { when_closed: { service: c } }',
        'c: { when_closed: { service: a } }',
      ],
      [/^! 5:8 services.c.when_closed: goes round: a -> b -> c -> a/],
    ],
    [
      'two ways to one end',
      [
        'a: { when_closed: { service: c }, steps: [{ after: 9s, overflow: { service: b } }] }',
        'b: { when_closed: { service: c } }',
        'c: {}',
      ],
      [],
    ],
    [
      'a service that is not there',
      ['support: { when_closed: { service: suport } }'],
      ['! 2:29 services.support.when_closed.service: there is no service "suport" | did you mean "support"?'],
    ],
    [
      'a service to wait in without the database',
      ['a: { default_route: { service: b } }', 'b: {}'],
      [/^! 2:25 services.a.default_route.service: without the database/],
    ],
    [
      'a calendar that is not there',
      ['a: { calendar: office }'],
      [/^! 2:8 services.a.calendar: there is no calendar "office" \| write calendars: \{ office:/],
    ],
    [
      'a calendar for calling back',
      ['a: { callback: { calendar: office } }'],
      [/^! .* services.a.callback.calendar: there is no/],
    ],
    [
      'percentages that make less than 100',
      ['a: { when_closed: { queue: { name: a, by: percent, percent: { paris: 70, rome: 20 } } } }'],
      [/^! 2:54 services.a.when_closed.queue.percent: is 90 in sum \| write percentages that make 100/],
    ],
    [
      'percentages left away',
      ['a: { when_closed: { queue: { name: a, by: percent } } }'],
      [/percent: is missing \| write percentages/],
    ],
    [
      'percentages for nothing',
      ['a: { when_closed: { queue: { name: a, percent: { paris: 100 } } } }'],
      [/says nothing to by: expected_wait/],
    ],
    [
      'percentages of other sites',
      [
        'a: { when_closed: { queue: { name: a, sites: [paris, lyon], by: percent, percent: { rome: 40, paris: 60 } } } }',
      ],
      [/^! .*percent.rome: is not among its sites/, /^\? .*queue.sites: "lyon" has no percentage: it gets no calls/],
    ],
    [
      'a key that asks for a call back to nobody',
      ['a: { keys: { 1: callback } }'],
      [/^! .*services.a.keys.1: asks for a call back, and no number may be called \| write callback: \{ allow/],
    ],
    ['a key that asks for a call back', ['a: { keys: { 1: callback }, callback: { allow: ["+49"] } }'], []],
    [
      'steps after the last',
      ['a: { steps: [{ after: 9s, overflow: { queue: a } }, { after: 9s, sites: any }] }'],
      [
        /^! 2:\d+ services.a.steps\[1\]: step 2 \(steps\[1\]\) is never reached: every call leaves in step 1 \(steps\[0\]\)/,
      ],
    ],
    [
      'steps after a condition',
      ['a: { steps: [{ when: "staffed = 0", overflow: { queue: a } }, { after: 9s, sites: any }] }'],
      [],
    ],
    [
      'a step beyond the longest wait',
      ['a: { max_wait: 60s, steps: [{ after: 30s, priority: 1 }, { after: 30s, priority: 1 }] }'],
      [/^\? .*steps\[1\]: step 2 \(steps\[1\]\) is never reached: it begins after 1m, and max_wait is 1m/],
    ],
    [
      'a step that does nothing',
      ['a: { steps: [{ after: 30s }] }'],
      [/^\? .*steps\[0\]: step 1 \(steps\[0\]\) changes nothing/],
    ],
    [
      'a condition that is never true',
      ['a: { steps: [{ when: "waiting >= 5 and waiting < 3", priority: 1 }] }'],
      [/steps\[0\].when: is never true: waiting >= 5 and waiting < 3 \|/],
    ],
    [
      'a condition below nothing',
      ['a: { steps: [{ when: "eligible < 0", priority: 1 }] }'],
      [/is never true: eligible < 0 \|/],
    ],
    [
      'two conditions of three that go against each other',
      ['a: { steps: [{ when: "ewt > 90s and staffed > 1 and ewt < 30s", priority: 1 }] }'],
      [/is never true: ewt > 90s and ewt < 30s \|/],
    ],
    [
      'three conditions that leave nothing together',
      ['a: { steps: [{ when: "waiting <= 1 and waiting != 0 and waiting != 1", priority: 1 }] }'],
      [/is never true: waiting <= 1 and waiting != 0 and waiting != 1 \|/],
    ],
    [
      'conditions that can be true',
      [
        'a: { steps: [{ when: "waiting > 5 and waiting < 7 and service_level <= 80% and service_level > 0.79 and ewt != 0s", priority: 1 }] }',
      ],
      [],
    ],
    [
      'music before a redirect',
      ['a: { delivery: redirect, music: calm }'],
      [/^\? .*services.a.music: is never heard: a call is redirected before/],
    ],
    ['announcements of nothing', ['a: { announce: { every: 60s } }'], [/^\? .*services.a.announce: says nothing/]],
    ['announcements at no time', ['a: { announce: { position: true } }'], [/^\? .*services.a.announce: is never said/]],
  ])('%s', (_, lines, expected) => {
    expect(found(services(...lines))).toEqual(
      expected.map((one) => (typeof one === 'string' ? one : (expect.stringMatching(one) as string))),
    );
  });
});

describe('one fault hides no other', () => {
  it('between the rules while services have faults of their own', () => {
    const text = services(
      'a: { ring: 0s, when_closed: { service: x } }',
      'b: { when_closed: { service: a }, calendar: offce }',
      'c: { when_closed: { service: x } }',
    );
    expect(found(`${text}calendars: { office: { zone: Nowhere, hours: [] } }\n`)).toEqual([
      expect.stringMatching(/^! 2:8 services.a.ring/),
      expect.stringMatching(/^! 3:37 services.b.calendar: there is no calendar "offce" \| did you mean "office"/),
      expect.stringMatching(/^! 4:23 services.c.when_closed.service: there is no service "x"/),
      expect.stringMatching(/^! 5:24 calendars.office.zone/),
    ]);
  });

  it.each([
    ['an open quote', '  c:\n    title: "C\n'],
    ['an open bracket', '  c: { title: C, numbers: [\n'],
    ['a key twice', '  c: {}\n  c: {}\n'],
    ['a wrong indent', '  c:\n    title: C\n   ring: 5s\n'],
  ])('in the other services, where the YAML breaks: %s', (_, broken) => {
    const text = `${services('a: { when_closed: { service: c } }', 'b: { rng: 5s, when_closed: { service: x } }', 'd: { when_closed: { service: e } }')}${broken}  e: {}\n`;
    const all = found(text);
    expect(all.some((line) => line.startsWith('! ') && / : /.test(line))).toBe(true);
    expect(all.filter((line) => / services\./.test(line))).toEqual([
      expect.stringContaining('services.b.rng: unknown key'),
    ]);
    const well = found(text.replace('rng: 5s, ', ''));
    expect(well.filter((line) => / services\./.test(line))).toEqual([
      expect.stringContaining('there is no service "x"'),
    ]);
  });
});
