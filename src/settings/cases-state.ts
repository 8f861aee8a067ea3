/**
 * The state of all sites as a file: what `ipnt route test` decides in, and what `ipnt route state` writes of the live one. Times
 * are durations from the moment of the test, so that a file of today says the same tomorrow.
 */
import { z } from 'zod';
import { STRATEGIES } from '../core/model/service.ts';
import { readDocument, say } from './document.ts';
import type { ReadDocument } from './document.ts';
import { requirement } from './routing-values.ts';
import { duration, flag, groups, object, oneOf, text, whole } from './values.ts';

const DAY = 86_400_000;
const ago = (example: string) => duration(0, 400 * DAY, example);
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]*\/[^\s/].*$/;

const share = z
  .number({ error: say('must be a number from 0 to 1', 'write e.g. 0.65') })
  .min(0, say('must be a number from 0 to 1', 'write e.g. 0.65'))
  .max(1, say('must be a number from 0 to 1', 'write e.g. 0.65'));

export const list = <T extends z.ZodType>(of: T, example: string) =>
  z.array(of, { error: say('must be a list', `write e.g. ${example}`) });

const site = object(
  {
    title: text('Berlin').optional(),
    connected: flag().default(true),
    trunk: oneOf(['up', 'down']).default('up'),
  },
  '{ title: Berlin, trunk: down }',
);

const membership = z.union(
  [
    whole(0, 1_000_000, 0).transform((penalty) => ({ penalty, paused: false, reason: '' })),
    object(
      { penalty: whole(0, 1_000_000, 0).default(0), paused: flag().default(false), reason: text('lunch').default('') },
      '{ penalty: 2, paused: true }',
    ),
  ],
  { error: say('must be a penalty', 'write e.g. 0, or { penalty: 2, paused: true }') },
);

const claim = object(
  {
    phase: oneOf(['offer', 'talk', 'wrap_up', 'hold']),
    for: ago('10s').default(10_000),
    reason: oneOf(['cancelled', 'busy', 'failed', 'no_answer', 'redirect_lost', 'arrival']).default('no_answer'),
  },
  '{ phase: talk }',
);

const agent = object(
  {
    title: text('Anna').optional(),
    status: oneOf(['ready', 'paused', 'logged_out', 'unknown']).default('ready'),
    pause: text('lunch').default(''),
    activity: oneOf(['idle', 'ringing', 'talking', 'wrap_up', 'unreachable', 'unknown']).default('idle'),
    idle: ago('130s').optional(),
    wrap_up: ago('10s').optional(),
    queues: groups(
      text('support'),
      membership,
      'must be a group: queue to penalty',
      'write e.g. { support: 0 }',
    ).default({}),
    skills: groups(
      text('lang_fr'),
      whole(0, 10, 5),
      'must be a group: skill to level',
      'write e.g. { lang_fr: 5 }',
    ).default({}),
    attributes: groups(text('team'), text('gold'), 'must be a group of texts', 'write e.g. { team: gold }').default({}),
    calls: whole(0, 1_000_000, 12).default(0),
    occupancy: share.default(0),
    chosen: ago('40s').optional(),
    claim: claim.optional(),
  },
  '{ title: Anna, idle: 130s, queues: { support: 0 } }',
);

const queue = object(
  {
    waiting: whole(0, 100_000, 2).default(0),
    longest: ago('30s').optional(),
    logged_in: whole(0, 100_000, 5).optional(),
    ready: whole(0, 100_000, 2).optional(),
    on_calls: whole(0, 100_000, 3).default(0),
    offered: whole(0, 10_000_000, 40).default(0),
    answered: whole(0, 10_000_000, 38).default(0),
    abandoned: whole(0, 10_000_000, 2).default(0),
    wait: ago('12s').optional(),
    handle: ago('240s').optional(),
    service_level: share.optional(),
  },
  '{ waiting: 2 }',
);

const level = () =>
  z
    .number({ error: say('must be a number', 'write e.g. 5') })
    .min(-100_000, say('must be a number', 'write e.g. 5'))
    .max(100_000, say('must be a number', 'write e.g. 5'));

const waiting = object(
  {
    service: text('support'),
    waited: ago('45s').default(0),
    requirement: requirement().optional(),
    priority: level().optional(),
    strategy: oneOf(STRATEGIES).optional(),
    ageing: level().optional(),
    share: oneOf(['site_first', 'network_first']).optional(),
    preferred: list(text('berlin/PJSIP/1001'), '[berlin/PJSIP/1001]').default([]),
    preferred_for: ago('30s').default(0),
    step: whole(0, 1_000, 0).default(0),
    ringing: flag().default(false),
  },
  '{ service: support, waited: 45s }',
);

const figures = object(
  {
    answered: whole(0, 10_000_000, 120).default(0),
    abandoned: whole(0, 10_000_000, 4).default(0),
    in_time: whole(0, 10_000_000, 100).default(0),
    abandoned_late: whole(0, 10_000_000, 2).default(0),
    wait: ago('12s').default(0),
    handled: whole(0, 10_000_000, 120).default(0),
    handle: ago('240s').default(0),
  },
  '{ answered: 120, wait: 12s, handled: 120, handle: 240s }',
);

const customer = object(
  {
    id: text('"4711"'),
    name: text('Mme Martin').default(''),
    numbers: list(text('"+33142345678"'), '["+33142345678"]').default([]),
    priority: whole(-1000, 1000, 5).optional(),
    requirement: requirement().default(''),
    preferred: list(text('Anna'), '[Anna]').default([]),
    attributes: groups(text('tier'), text('gold'), 'must be a group of texts', 'write e.g. { tier: gold }').default({}),
  },
  '{ id: "4711", numbers: ["+33142345678"] }',
);

const ids = (what: string, example: string) => text(example, ID, `${what}: SITE/NAME`);

const stateSchema = object(
  {
    sites: groups(
      text('berlin'),
      site.nullable(),
      'must be a group: site to what is known of it',
      'write e.g. { berlin: {} }',
    ).default({}),
    agents: groups(
      ids("an agent's id", 'berlin/PJSIP/1001'),
      agent.nullable(),
      'must be a group: agent to what is known of him',
      'write e.g. { berlin/PJSIP/1001: { title: Anna } }',
    ).default({}),
    queues: groups(
      ids("a queue's id", 'berlin/support'),
      queue.nullable(),
      'must be a group: queue to its figures',
      'write e.g. { berlin/support: { waiting: 2 } }',
    ).default({}),
    waiting: list(waiting, '[{ service: support, waited: 45s }]').default([]),
    figures: groups(
      text('support'),
      figures.nullable(),
      'must be a group: service to its figures',
      'write e.g. { support: { answered: 120 } }',
    ).default({}),
    customers: list(customer, '[{ id: "4711", numbers: ["+33142345678"] }]').default([]),
  },
  '{ agents: { berlin/PJSIP/1001: { title: Anna } } }',
);

/** A state file, checked by itself. */
export type WrittenState = z.output<typeof stateSchema>;
export type WrittenAgent = NonNullable<WrittenState['agents'][string]>;
export type WrittenWaiting = WrittenState['waiting'][number];

/** What a group without keys means (`berlin/PJSIP/1001:` alone). */
export const PLAIN = {
  site: site.parse({}),
  agent: agent.parse({}),
  queue: queue.parse({}),
  figures: figures.parse({}),
};

/** Checks the text of a state file; all faults at once. */
export function readState(content: string, file: string): ReadDocument<WrittenState> {
  const read = readDocument(content, file, stateSchema);
  if (read.value === null) return read;
  const { sites, agents } = read.value;
  // Sites need not be named; where some are, one that is missing is a slip.
  if (Object.keys(sites).length === 0) return read;
  const faults = Object.keys(agents).flatMap((agentId) => {
    const siteId = agentId.split('/')[0] ?? '';
    if (Object.hasOwn(sites, siteId)) return [];
    return [
      read.faultAt(
        ['agents', agentId],
        `there is no site "${siteId}" in sites`,
        `there are: ${Object.keys(sites).join(', ')}`,
      ),
    ];
  });
  return faults.length === 0 ? read : { ...read, value: null, faults };
}
