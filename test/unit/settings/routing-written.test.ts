import { describe, expect, it } from 'vitest';
import { found, services } from './routing-found.ts';

describe('what is written wrongly', () => {
  it.each<[string, string, (string | RegExp)[]]>([
    [
      'a strategy',
      services('a: { strategy: longest }'),
      ['! 2:8 services.a.strategy: there is no strategy "longest" | did you mean "longest_idle"?'],
    ],
    ['a strategy with a slip', services('a: { strategy: rundom }'), [/did you mean "random"\?/]],
    ['a strategy as others write it', services('a: { strategy: Round-Robin }'), [/did you mean "round_robin"\?/]],
    ['a strategy out of the blue', services('a: { strategy: zzz }'), [/write one of longest_idle, least_occupied/]],
    [
      'a condition',
      services('a: { steps: [{ when: "ewt > 120s and wating >= 5", priority: 1 }] }'),
      [/steps\[0\].when: does not parse at character 16: there is no "wating"/],
    ],
    [
      'a condition without a unit',
      services('a: { steps: [{ when: "ewt > 120", priority: 1 }] }'),
      [/character 1: "120" is no duration like 120s/],
    ],
    [
      'a condition with or',
      services('a: { steps: [{ when: "ewt > 1s or waiting > 2", priority: 1 }] }'),
      [/conditions are joined by "and" alone/],
    ],
    [
      'a share above one',
      services('a: { steps: [{ when: "service_level < 80", priority: 1 }] }'),
      [/"80" is no share: write 80% or 0.8/],
    ],
    [
      'a service level to reach above one',
      services('a: { service_level_target: 80 }'),
      [/services.a.service_level_target: must be a share from 0% to 100% \| write e.g. 80%/],
    ],
    [
      'a target',
      services('a: { when_closed: { queu: b } }'),
      [/services.a.when_closed: must be one target \| write \{ queue:/],
    ],
    ['two targets', services('a: { when_closed: { queue: b, number: "1" } }'), [/must be one target/]],
    [
      'a place',
      services('a: { when_closed: { place: "a,b" } }'),
      [/when_closed.place: must be a place of the dialplan/],
    ],
    ['a number to leave for', services('a: { when_closed: { number: "1,2" } }'), [/when_closed.number: is no number/]],
    [
      'numbers without quotes',
      services('a: { numbers: [0301234, +49301234], when_closed: { number: 0049301 } }'),
      [
        /numbers\[0\]: .* \| write it in quotes: "0301234"$/,
        /numbers\[1\]: .* \| write it in quotes: "\+49301234"$/,
        /when_closed.number: must be a number in quotes \| write it in quotes: "0049301"$/,
      ],
    ],
    [
      'a key of a queue',
      services('a: { when_closed: { queue: { nam: b } } }'),
      [/queue.name: is missing/, /queue.nam: unknown key "nam" \| did you mean "name"\?/],
    ],
    [
      'a key of the phone',
      services('a: { keys: { A: callback, 2: leave } }'),
      [/keys.A: must be a key: 0 to 9, \* or #/, /keys.2: is no action of a key/],
    ],
    [
      'a prefix to call back',
      services('a: { callback: { allow: ["0049"] } }'),
      [/callback.allow\[0\]: must be the beginning of numbers in E.164/],
    ],
    [
      'a key of a step',
      services('a: { steps: [{ afer: 30s, sites: any }] }'),
      [/steps\[0\].afer: unknown key "afer" \| did you mean "after"\?/],
    ],
    [
      'a calendar without a zone',
      'services: {}\ncalendars: { c: { hours: ["Mon 08:00-09:00"] } }\n',
      ['! 2:14 calendars.c.zone: is missing | write e.g. Europe/Berlin'],
    ],
    [
      'a zone',
      'services: {}\ncalendars: { c: { zone: Europe/Berln, hours: ["Mon 08:00-09:00"] } }\n',
      ['! 2:19 calendars.c.zone: "Europe/Berln" is no time zone | did you mean "Europe/Berlin"?'],
    ],
    [
      'a weekday',
      'services: {}\ncalendars: { c: { zone: UTC, hours: ["Mon-Fry 08:00-09:00"] } }\n',
      [/calendars.c.hours\[0\]: "Mon-Fry" is no weekday/],
    ],
    [
      'a time of day',
      'services: {}\ncalendars: { c: { zone: UTC, hours: ["Mon 8-9", "Tue 08:00-25:00", "Wed 08:60-09:00"] } }\n',
      [/hours\[0\]: "8-9" is no time of day/, /hours\[1\]: "08:00-25:00"/, /hours\[2\]: "08:60-09:00"/],
    ],
    [
      'a day that there is not',
      'services: {}\ncalendars: { c: { zone: UTC, hours: ["Mon 08:00-09:00"], special: { "2026-02-30": closed, "*-13-01": closed, "2026-05-01": open } } }\n',
      [
        /special.2026-02-30: is no day/,
        /special.\*-13-01: is no day/,
        /special.2026-05-01: "open" is no time of day.*write closed/,
      ],
    ],
    [
      'a calendar that never opens',
      'services: {}\ncalendars: { c: { zone: UTC, hours: [] } }\n',
      [/^\? .*calendars.c: is never open/],
    ],
    ['a weight', 'services: {}\nsites: { berlin: { weight: -1 } }\n', [/sites.berlin.weight: must be a number from 0/]],
    [
      'a * without quotes',
      'services: {}\ncalendars:\n  c:\n    zone: UTC\n    hours: []\n    special:\n      a: *-12-25\n',
      [/^! 7:10 : there is no anchor "-12-25" \| if it is a text, write it in quotes: "\*-12-25"/],
    ],
  ])('%s', (_, text, expected) => {
    expect(found(text)).toEqual(
      expected.map((one) => (typeof one === 'string' ? one : (expect.stringMatching(one) as string))),
    );
  });
});
