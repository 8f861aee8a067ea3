/** What would become of a call, without a call. */
import { z } from 'zod';
import { runJson, runText, titlesOf } from '../../../core/explain/dry-run.ts';
import { DRY_OUTCOMES } from '../../../core/routing/dry-case.ts';
import type { DryCase } from '../../../core/routing/dry-case.ts';
import { caseFaults } from '../../../core/routing/dry-check.ts';
import { readMoment } from '../../../core/routing/moment.ts';
import { liveBench, tryCase } from '../../common/dry-bench.ts';
import { RequestInvalid } from '../problems.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';
import { decisionShape } from '../shapes/decision.ts';
import { text } from '../shapes/values.ts';

const word = (description: string) => z.string().max(190).default('').describe(description);

const wish = z.strictObject({
  dnis: word('The dialled number.'),
  ani: word("The caller's number."),
  service: word('The service, where the dialplan names it.'),
  customer: word('What the dialplan collected of the caller.'),
  requirement: z.string().max(1_000).optional().describe('What the dialplan requires instead of the service.'),
  priority: z.number().int().min(-100).max(100).optional().describe("The dialplan's priority; else the service's."),
  at: z
    .string()
    .max(40)
    .default('')
    .refine((at) => at === '' || readMoment(at) !== null, 'must be a date and time, e.g. 2026-12-24T10:00')
    .describe('`2026-12-24T10:00` in the zone of the service, or with `Z` or `+01:00`; else now.'),
  waitedMs: z.number().int().min(0).max(86_400_000).default(0).describe('It has waited so long already; ms.'),
  lastAgent: word('Id or title of the agent whom the caller spoke to last.'),
});

const answer = z.object({
  text: z.array(z.string()).meta({ description: 'what would become of it, in words, line by line' }),
  problem: text("why the caller could not be looked up; ''"),
  run: z
    .looseObject({
      outcome: z.enum(DRY_OUTCOMES),
      zone: text('that `at` was read in'),
      decision: decisionShape.nullable().meta({ description: 'who would be offered it, and why not the others' }),
    })
    .meta({ description: 'the same for programs, as `ipnt route test --json` tells it' }),
});
type Answer = z.output<typeof answer>;

const TEST = route({
  method: 'post',
  path: '/v1/route/test',
  tag: 'Services',
  summary: 'Tries a call out in the state as it is now: nothing is claimed, nobody is rung.',
  right: 'see_callers',
  body: wish,
  answer,
  errors: ['ARGUMENT_INVALID', 'REQUIREMENT_INVALID'],
  run: async ({ body }, { live, country, customers }) => {
    const { customer, requirement = null, priority = null, ...rest } = body;
    if (body.dnis === '' && body.service === '')
      throw new RequestInvalid([
        { path: 'body.dnis', message: 'is missing', cure: 'give a dialled number or a service' },
      ]);
    const nothing = { service: '', agent: '', outcome: '' } as const;
    const one: DryCase = { ...rest, name: '', customerId: customer, requirement, priority, expect: nothing };
    const bench = liveBench({ routing: live.routing(), view: live.view() }, country, customers);
    const faults = caseFaults(one, bench.world);
    if (faults.length > 0)
      throw new RequestInvalid(
        faults.map(({ key, message, cure }) => ({
          path: `body.${FIELDS[key.join('.')] ?? key.join('.')}`,
          message,
          cure,
        })),
      );
    const { run, problem } = await tryCase(bench, one);
    const lines = runText(run, titlesOf(bench.world)).trimEnd().split('\n');
    return { text: lines, problem, run: runJson(run, []) as Answer['run'] };
  },
});

/** Where a fault of a case stands in the body. */
const FIELDS: Readonly<Record<string, string>> = { last: 'lastAgent' };

export const ROUTE_TEST_ROUTES: readonly Route[] = [TEST];
