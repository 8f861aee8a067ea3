/** The scenario file of `ipnt simulate`: its schema, and all faults with line and cure. */
import { z } from 'zod';
import { LEVEL_MAX, LEVEL_MIN } from '../core/model/agent.ts';
import { NEVER } from '../core/stats/distributions.ts';
import { instantOf } from '../core/routing/moment.ts';
import type { RoutingRules } from '../core/model/routing.ts';
import { readDocument, say } from './document.ts';
import type { ReadDocument } from './document.ts';
import { byPlace } from './faults.ts';
import type { Fault } from './faults.ts';
import { calendarSchema } from './routing-calendar.ts';
import { amount, serviceName, siteName } from './routing-values.ts';
import { didYouMean, doubtsOf } from './scenario-doubts.ts';
import { readRecorded } from './scenario-recorded.ts';
import type { Arrivals, Crew, Scenario, Traffic } from './scenario-model.ts';
import { agentName, callsAnInterval, count, days, distribution, moment, share } from './scenario-values.ts';
import type { OpenFile } from './scenario-values.ts';
import { duration, groups, object, text, whole } from './values.ts';

const HOUR = 3_600_000;
/** A Monday. */
const USUAL_FROM = '2026-01-05';
const MOST_AGENTS = 100_000;

const skillName = () => text('"queue:support"', /^[A-Za-z_][A-Za-z0-9_.:-]*$/, 'a skill');

const arrivalsSchema = object(
  {
    calls: callsAnInterval().optional(),
    interval: duration(1_000, 24 * HOUR, '30m').default(HOUR),
    recorded: text('calls.csv').optional(),
  },
  '{ calls: 120, interval: 1h } or { recorded: calls.csv }',
);

const serviceSchema = (open: OpenFile) =>
  object(
    {
      arrivals: arrivalsSchema,
      handle: distribution(open),
      patience: distribution(open).optional(),
      answer: distribution(open).optional(),
      preferred: share(0.2).default(0),
    },
    '{ arrivals: { calls: 120, interval: 1h }, handle: { exponential: 240s } }',
  );

const crewSchema = (open: OpenFile) =>
  object(
    {
      site: siteName(),
      name: agentName().optional(),
      names: z.array(agentName(), { error: say('must be a list of names', 'write e.g. [anna, bert]') }).optional(),
      count: count().optional(),
      skills: groups(
        skillName(),
        whole(LEVEL_MIN, LEVEL_MAX, 10),
        'must be a group: skill to its level',
        'write e.g. { "queue:support": 10 }',
      ),
      attributes: groups(
        text('team', /^[A-Za-z_][A-Za-z0-9_.-]*$/, 'a name'),
        text('gold'),
        'must be a group: attribute to its text',
        'write e.g. { team: gold }',
      ).prefault({}),
      shift: calendarSchema.shape.hours.optional(),
      handle: groups(
        serviceName(),
        distribution(open),
        'must be a group: service to a distribution',
        'write e.g. { support: { exponential: 200s } }',
      ).prefault({}),
      handle_factor: amount(0.01, 100, '1.2').default(1),
      wrap_up: duration(0, HOUR, '10s').optional(),
    },
    '{ site: berlin, count: 20, skills: { "queue:support": 10 } }',
  );

const scenarioSchema = (open: OpenFile) =>
  object(
    {
      routing: text('routing.yaml').optional(),
      from: moment().prefault(USUAL_FROM),
      zone: calendarSchema.shape.zone.default('UTC'),
      length: days('1d', 3_660),
      warm_up: days('2h', 366).default(0),
      replications: whole(1, 10_000, 20).default(20),
      seed: whole(0, 2 ** 32 - 1, 1).default(1),
      confidence: amount(0.5, 0.9999, '0.95').default(0.95),
      services: groups(
        serviceName(),
        serviceSchema(open),
        'must be a group: service to its calls',
        'write services: and below it one group a service (config/scenario.example.yaml)',
      ),
      agents: z.array(crewSchema(open), {
        error: (issue) =>
          say(
            issue.input === undefined ? 'is missing' : 'must be a list of groups of agents',
            'write e.g. [{ site: berlin, count: 20, skills: { "queue:support": 10 } }]',
          ),
      }),
    },
    'length: 1d, services: {...}, agents: [...]',
  );

type Written = z.output<ReturnType<typeof scenarioSchema>>;
type Found = Pick<ReadDocument<unknown>, 'faultAt'> & { readonly faults: Fault[] };

export interface ScenarioRead {
  /** Null where there are faults. */
  readonly scenario: Scenario | null;
  readonly faults: readonly Fault[];
  /** The routing file that it names, whatever else is wrong. */
  readonly routing: string | null;
  /** Services of the scenario that a routing file does not have. */
  readonly unknownServices: (known: readonly string[], routing: string) => readonly Fault[];
  /** What the routing files have no use for and may be a slip: sites and skills of agents. */
  readonly doubts: (rules: readonly RoutingRules[]) => readonly Fault[];
}

/**
 * Checks the text of a scenario; all faults at once. `open` reads the files that it names, from its own folder.
 */
export function readScenario(content: string, file: string, open: OpenFile): ScenarioRead {
  const read = readDocument(content, file, scenarioSchema(open));
  if (read.value === null)
    return { scenario: null, faults: read.faults, routing: null, unknownServices: () => [], doubts: () => [] };
  const { value: written } = read;
  const found: Found = { faultAt: (...fault) => read.faultAt(...fault), faults: [] };
  const fromMs = instantOf(written.from, written.zone);
  if (fromMs === null)
    found.faults.push(read.faultAt(['from'], `the clocks of ${written.zone} skip this hour`, 'write another one'));
  const traffic = Object.entries(written.services).map(([name, one]) =>
    trafficOf(name, one, [fromMs ?? 0, (fromMs ?? 0) + written.length], open, found),
  );
  const crews = written.agents.map((crew, index) => crewOf(crew, index, written, found));
  checkWhole(written, crews, found);
  const scenario: Scenario = {
    routing: written.routing ?? null,
    fromMs: fromMs ?? 0,
    lengthMs: written.length,
    warmUpMs: written.warm_up,
    replications: written.replications,
    seed: written.seed,
    confidence: written.confidence,
    traffic,
    crews,
  };
  const unknownServices = (known: readonly string[], routing: string): readonly Fault[] =>
    Object.keys(written.services)
      .filter((name) => !known.includes(name))
      .map((name) =>
        read.faultAt(
          ['services', name],
          `${routing} has no service "${name}"`,
          didYouMean(known, name, `known there: ${known.join(', ') || 'none'}`),
        ),
      );
  const faults = found.faults.sort(byPlace);
  return {
    ...{ scenario: faults.length === 0 ? scenario : null, faults, unknownServices },
    routing: scenario.routing,
    doubts: (rules) => doubtsOf(crews, rules).map(({ path, message, cure }) => read.faultAt(path, message, cure)),
  };
}

function trafficOf(
  service: string,
  written: Written['services'][string],
  [fromMs, toMs]: readonly [number, number],
  open: OpenFile,
  found: Found,
): Traffic {
  const { calls, interval, recorded } = written.arrivals;
  const path = ['services', service, 'arrivals'];
  let arrivals: Arrivals = { kind: 'rates', intervalMs: interval, calls: calls ?? [0] };
  if ((calls === undefined) === (recorded === undefined))
    found.faults.push(
      found.faultAt(path, 'must have either calls or recorded', 'write e.g. { calls: 120, interval: 1h }'),
    );
  else if (recorded !== undefined) {
    const read = readRecorded(recorded, service, open);
    const atMs = 'atMs' in read ? read.atMs.filter((ms) => ms >= fromMs && ms < toMs) : [];
    arrivals = { kind: 'recorded', atMs };
    if ('wrong' in read)
      found.faults.push(found.faultAt([...path, 'recorded'], `${recorded}: ${read.wrong}`, read.cure));
    else if (atMs.length === 0) {
      const [first, last] = [read.atMs[0], read.atMs.at(-1)].map((ms) => new Date(ms ?? 0).toISOString());
      const cure = `set from and length to the time of the calls, ${first} to ${last}`;
      found.faults.push(found.faultAt([...path, 'recorded'], 'no call lies in the simulated time', cure));
    }
  }
  const { handle, patience = NEVER, answer = { kind: 'constant', ms: 0 }, preferred } = written;
  return { service, arrivals, handle, patience, answer, preferred };
}

function crewOf(written: Written['agents'][number], index: number, { zone }: Written, found: Found): Crew {
  const { site, name, names, count: many, skills, attributes, shift, handle } = written;
  if ((names === undefined) === (many === undefined))
    found.faults.push(found.faultAt(['agents', index], 'must have either names or count', 'write e.g. count: 20'));
  const width = String(many ?? 0).length;
  const numbered = Array.from(
    { length: many ?? 0 },
    (_, i) => `${name ?? `a${index + 1}`}-${String(i + 1).padStart(width, '0')}`,
  );
  return {
    ...{ siteId: site, names: names ?? numbered, skills, attributes, handle },
    shift: shift === undefined ? null : { name: 'shift', zone, hours: shift.flat(), special: [] },
    handleFactor: written.handle_factor,
    wrapUpMs: written.wrap_up ?? null,
  };
}

/** What no single key shows. */
function checkWhole({ length, warm_up, services }: Written, crews: readonly Crew[], { faults, faultAt }: Found): void {
  if (length <= warm_up)
    faults.push(
      faultAt([warm_up > 0 ? 'warm_up' : 'length'], 'leaves no time that counts', 'make length greater than warm_up'),
    );
  const seen = new Set<string>();
  crews.forEach(({ siteId, names, handle }, index) => {
    for (const service of Object.keys(handle))
      if (!(service in services))
        faults.push(
          faultAt(
            ['agents', index, 'handle', service],
            `no calls of "${service}" come`,
            `known here: ${Object.keys(services).join(', ')}`,
          ),
        );
    const twice = names.find((name) => seen.has(`${siteId}/${name}`) || seen.add(`${siteId}/${name}`) === undefined);
    if (twice !== undefined)
      faults.push(
        faultAt(['agents', index], `${siteId}/${twice} is there twice`, 'give each group of a site a name of its own'),
      );
  });
  if (seen.size > MOST_AGENTS) faults.push(faultAt(['agents'], `more than ${MOST_AGENTS} agents`, 'leave some out'));
}
