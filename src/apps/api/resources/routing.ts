/** The routing: the file in force, its versions, another one put in force, and an earlier one again. */
import { z } from 'zod';
import { faultLine, routingText } from '../../../settings/index.ts';
import type { RoutingVersion } from '../../../ports/provisioning.ts';
import { applyPlan, planRouting, rollBackRouting } from '../../common/apply-routing.ts';
import type { Machine } from '../../../settings/routing-warnings.ts';
import { pageFrom, pageOf, paging } from '../paging.ts';
import { route } from '../route.ts';
import type { ApiParts, Route } from '../route.ts';
import { atMs, count, text, texts } from '../shapes/values.ts';
import { whether } from './queries.ts';

const ROUTING = route({
  method: 'get',
  path: '/v1/routing',
  tag: 'Routing',
  summary: 'The routing in force, as a file that PUT takes.',
  right: 'look',
  answer: z.object({
    version: count('in force; 0: none was ever applied'),
    text: text('YAML, as `ipnt export` prints it'),
  }),
  run: async (_asked, { store }) => {
    const routing = await store.loadRouting();
    return { version: routing.version, text: routingText(routing) };
  },
});

const versionShape: z.ZodType<RoutingVersion> = z.object({
  version: count('its number'),
  by: text('who made it'),
  atMs: atMs('when'),
  what: text('what it changed'),
});

/** As many as are kept. */
const MOST_VERSIONS = 1_000;

const VERSIONS = route({
  method: 'get',
  path: '/v1/routing/versions',
  tag: 'Routing',
  summary: 'The versions of the routing, newest first: who changed what.',
  right: 'look',
  query: z.strictObject(paging),
  answer: pageOf(versionShape),
  run: async ({ query }, { store }) =>
    pageFrom('versions', await store.routingHistory(MOST_VERSIONS), query, ({ version }) => [-version]),
});

const changed = z.object({
  version: count('in force now'),
  changes: texts('what changed (or would change), one line each; empty: nothing'),
  warnings: texts('what may be meant, and may not'),
});

const machineOf = ({ country, settings }: Pick<ApiParts, 'country' | 'settings'>): Machine => ({
  country,
  settings: settings ?? null,
});

/** As it stands in faults and warnings. */
const FILE = 'routing.yaml';

const PUT = route({
  method: 'put',
  path: '/v1/routing',
  tag: 'Routing',
  summary: 'Puts a routing file in force, all of it or nothing; with `dryRun` tells what it would change.',
  right: 'administer',
  query: z.strictObject({
    dryRun: whether('true: check it and tell what it would change; apply nothing.'),
    waiting: whether('true: calls that wait already take the new rules over, too.'),
  }),
  body: z.strictObject({ text: z.string().describe('The routing file, YAML.') }),
  takesYaml: true,
  answer: changed,
  errors: ['ROUTING_INVALID'],
  audit: {
    action: 'routing.apply',
    target: () => FILE,
    detail: ({ query }, { version, changes }) =>
      query.dryRun === true ? 'a dry run: nothing was applied' : `version ${version}: ${changes.join('; ')}`,
  },
  run: async ({ query, body, person }, { store, live, ...machine }) => {
    const plan = await planRouting(store, machineOf(machine), body.text, FILE);
    const after = query.dryRun === true ? null : await applyPlan(store, plan, person.name, query.waiting);
    if (after !== null) await live.refresh();
    return {
      version: (after ?? plan.before).version,
      changes: [...plan.change],
      warnings: plan.warnings.map(faultLine),
    };
  },
});

const ROLL_BACK = route({
  method: 'post',
  path: '/v1/routing/rollback',
  tag: 'Routing',
  summary: 'Puts the rules of an earlier version in force again.',
  right: 'administer',
  body: z.strictObject({ version: z.int().min(0).nullable().describe('null: those before the last change of rules.') }),
  answer: changed,
  errors: ['ROUTING_VERSION_UNKNOWN'],
  audit: { action: 'routing.rollback', target: ({ body }) => `version ${body.version ?? 'before'}` },
  run: async ({ body, person }, { store, live, ...machine }) => {
    const { after, change, warnings } = await rollBackRouting(store, machineOf(machine), body.version, person.name);
    await live.refresh();
    return { version: after.version, changes: [...change], warnings: warnings.map(faultLine) };
  },
});

export const ROUTING_ROUTES: readonly Route[] = [ROUTING, VERSIONS, PUT, ROLL_BACK];
