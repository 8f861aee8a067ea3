/** A table of calls and what should become of each: `ipnt route test -f cases.yaml`. */
import { DRY_OUTCOMES } from '../core/routing/dry-case.ts';
import type { DryCase } from '../core/routing/dry-case.ts';
import { readMoment } from '../core/routing/moment.ts';
import { list } from './cases-state.ts';
import { readDocument, say } from './document.ts';
import type { ReadDocument } from './document.ts';
import { requirement } from './routing-values.ts';
import { duration, object, oneOf, text, whole } from './values.ts';

const HOUR = 3_600_000;

/** A number as it is dialled: YAML would lose the plus and zeros of a bare one. */
const number = (example: string) => text(example, /^[+0-9A-Za-z][A-Za-z0-9 ().*#_/-]{0,63}$/, 'a number in quotes');

const moment = () =>
  text('"2026-12-24T10:00"').refine(
    (value) => readMoment(value) !== null,
    say('is no date and time', 'write e.g. "2026-12-24T10:00" (in the zone of the service), or "2026-12-24T09:00Z"'),
  );

const expectation = object(
  {
    service: text('support').optional(),
    agent: text('Anna').optional(),
    outcome: oneOf(DRY_OUTCOMES).optional(),
  },
  '{ service: support, agent: Anna }',
).refine((expected) => Object.keys(expected).length > 0, {
  error: say('expects nothing', 'write service, agent or outcome, e.g. { outcome: offered }'),
  // Who slipped with a key meant something.
  when: ({ issues }) => issues.length === 0,
});

const oneCase = object(
  {
    name: text('Paris on Christmas Eve').optional(),
    dnis: number('"+49301234567"').default(''),
    ani: number('"+33142345678"').default(''),
    service: text('support').default(''),
    customer: text('"4711"').default(''),
    require: requirement().optional(),
    priority: whole(-100, 100, 5).optional(),
    at: moment().optional(),
    last: text('Anna').default(''),
    waited: duration(0, 24 * HOUR, '45s').default(0),
    expect: expectation,
  },
  '{ dnis: "+49301234567", expect: { outcome: offered } }',
);

const casesSchema = object(
  {
    cases: list(oneCase, '[{ dnis: "+49301234567", expect: { outcome: offered } }]').min(
      1,
      say('is empty', 'write a case'),
    ),
  },
  'cases: [...]',
);

/** A case and where it stands. */
export interface ReadCases {
  readonly cases: readonly DryCase[] | null;
  readonly faults: ReadDocument<unknown>['faults'];
  /** A fault of one case, found when it is compared with a state or a routing. */
  readonly faultAt: (
    index: number,
    key: readonly string[],
    message: string,
    cure: string,
  ) => ReadDocument<unknown>['faults'][number];
}

/** Checks the text of a file of cases; all faults at once. */
export function readCases(content: string, file: string): ReadCases {
  const read = readDocument(content, file, casesSchema);
  const faultAt: ReadCases['faultAt'] = (index, key, message, cure) =>
    read.faultAt(['cases', index, ...key], message, cure);
  if (read.value === null) return { cases: null, faults: read.faults, faultAt };
  const faults = read.value.cases.flatMap(({ dnis, service }, index) =>
    dnis === '' && service === ''
      ? [faultAt(index, ['dnis'], 'is missing', 'write e.g. dnis: "+49301234567", or the name of a service')]
      : [],
  );
  if (faults.length > 0) return { cases: null, faults, faultAt };
  return {
    cases: read.value.cases.map((written, index): DryCase => ({
      name: written.name ?? `case ${index + 1}`,
      ...{ dnis: written.dnis, ani: written.ani, service: written.service, customerId: written.customer },
      ...{ requirement: written.require ?? null, priority: written.priority ?? null },
      ...{ at: written.at ?? '', waitedMs: written.waited, lastAgent: written.last },
      expect: {
        service: written.expect.service ?? '',
        agent: written.expect.agent ?? '',
        outcome: written.expect.outcome ?? '',
      },
    })),
    faults: [],
    faultAt,
  };
}
