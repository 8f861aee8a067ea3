import { describe, expect, it } from 'vitest';
import { serviceLines, untilText } from '../../../../src/core/explain/service-line.ts';
import { NO_ROUTING } from '../../../../src/core/model/routing.ts';
import type { Routing } from '../../../../src/core/model/routing.ts';
import { readRouting } from '../../../../src/settings/index.ts';

const { rules } = readRouting(
  `calendars:
  kathmandu: { zone: Asia/Kathmandu, hours: ["Mon-Fri 09:00-17:00"] }
services:
  support: { title: Support, calendar: kathmandu }
  sales: {}
  old: { closed: true }
`,
  'routing.yaml',
);
const alarm = { state: 'closed', by: 'ana', why: 'fire alarm', atMs: Date.parse('2026-11-22T10:00:00Z') } as const;
const routing: Routing = { ...NO_ROUTING, ...rules, overrides: { sales: alarm } };
const sunday = Date.parse('2026-11-22T20:00:00Z');

describe('the list of services', () => {
  it('says what is open, why, and until when, where the service is', () => {
    const lines = serviceLines(routing, sunday).map((line) => [line.service, line.open, line.why, untilText(line)]);
    expect(lines).toEqual([
      ['support', false, 'outside its hours (kathmandu)', 'Mon 2026-11-23 09:00 Asia/Kathmandu'],
      ['sales', false, 'closed by ana: fire alarm', null],
      ['old', false, 'closed in the routing file', null],
    ]);
  });

  it('tells since when a person has decided, and finds one by name', () => {
    expect(serviceLines(routing, sunday, 'sales')).toMatchObject([{ service: 'sales', sinceMs: alarm.atMs }]);
    expect(serviceLines(routing, sunday, 'sale')).toEqual([]);
  });
});
