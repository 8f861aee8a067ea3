import type { AgentState } from '../core/model/agent.ts';
import { queueSkill } from '../core/model/agent.ts';
import type { AgentProfile, RoutingRules } from '../core/model/routing.ts';
import type { Service } from '../core/model/service.ts';
import { parseRequirement } from '../core/routing/requirement.ts';
import type { Fault, Finding, Settings } from './index.ts';
import { finding, leavesOf, readRouting, routingText, waysOut } from './index.ts';
import { someNames } from './routing-change.ts';

/** What the database has heard from the sites, and what was provisioned. */
export interface KnownNames {
  readonly queues: readonly string[];
  readonly sites: readonly string[];
  readonly skills: readonly string[];
  /** Attribute to the values that somebody has. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** Who tells: the stores' listings. */
export function knownNames(told: {
  readonly queues: readonly { readonly name: string }[];
  readonly sites: readonly { readonly siteId: string }[];
  readonly agents: readonly Pick<AgentState, 'skills'>[];
  readonly profiles: readonly AgentProfile[];
}): KnownNames {
  const attributes: Record<string, string[]> = {};
  for (const profile of told.profiles)
    for (const [name, value] of Object.entries(profile.attributes)) (attributes[name] ??= []).push(value);
  const given = told.profiles.flatMap(({ skills }) => Object.entries(skills).filter(([, level]) => level > 0));
  return {
    queues: unique(told.queues.map(({ name }) => name)),
    sites: unique(told.sites.map(({ siteId }) => siteId)),
    skills: unique([...told.agents.flatMap(({ skills }) => Object.keys(skills)), ...given.map(([skill]) => skill)]),
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, values]) => [name, unique(values)])),
  };
}

/** A text of a requirement, and where it stands. */
interface Asked {
  readonly text: string;
  readonly path: Finding['path'];
}

/**
 * What is no fault and still sends callers away: a skill, an attribute, a queue or a site that is not there, and a redirect from an
 * edge that has no contacts. Skills, attributes and queues are compared only where `known` says what there is: null where no
 * database was asked, and some site must have told of any queue.
 */
export function routingWarnings(
  rules: RoutingRules,
  settings: Settings | null,
  known: KnownNames | null,
): readonly Finding[] {
  const sites = unique([
    ...(settings?.sites.map(({ siteId }) => siteId) ?? []),
    ...(settings?.edges.flatMap(({ trunks }) => Object.keys(trunks)) ?? []),
    ...(known?.sites ?? []),
  ]);
  return [
    ...rules.services.flatMap((service) => [
      ...requirementsOf(service).flatMap((asked) => requirementWarnings(asked, service, sites, known)),
      ...sitesNamed(service).flatMap(({ site, path }) => siteWarning(site, path, sites)),
      ...(known === null ? [] : queuesNamed(service).flatMap(({ queue, path }) => queueWarning(queue, path, known))),
      ...(settings === null ? [] : settingsWarnings(service, settings)),
    ]),
    ...Object.keys(rules.sites).flatMap((site) => siteWarning(site, ['sites', site], sites)),
  ];
}

/** Where a routing file is put in force: its calling code, and its settings where they are known. */
export interface Machine {
  readonly country: string;
  readonly settings: Settings | null;
}

/** All warnings of rules that come from no file: places are those of `ipnt export`, `name` stands for the file. */
export function exportedWarnings(
  rules: RoutingRules,
  name: string,
  { country, settings }: Machine,
  known: KnownNames,
): readonly Fault[] {
  const { warnings, placed } = readRouting(routingText(rules), name, country);
  return [...warnings, ...routingWarnings(rules, settings, known).map(placed)];
}

/** What a service counts on, and these settings do not have. */
function settingsWarnings(service: Service, { edges, customerSources }: Settings): readonly Finding[] {
  const base = ['services', service.name];
  const lacks = (key: 'redirects' | 'outbound', path: Finding['path'], so: string, cure: string): Finding[] =>
    edges
      .filter((edge) => Object.keys(edge[key]).length === 0)
      .map(({ edgeId }) => finding('warning', path, `edge "${edgeId}" has no \`${key}\` in the settings: ${so}`, cure));
  const { source } = service.customer;
  const isKnown = source === 'none' || source === 'shared' || customerSources.some(({ name }) => name === source);
  const callsBack = Object.values(service.keys).some(({ kind }) => kind === 'callback');
  return [
    ...(service.delivery === 'redirect'
      ? lacks(
          'redirects',
          [...base, 'delivery'],
          'no call of this service can be sent on there',
          'give it the contacts of the sites',
        )
      : []),
    ...(callsBack
      ? lacks(
          'outbound',
          [...base, 'keys'],
          'nobody is called back from there',
          'give it a dial string, e.g. PJSIP/{number}@provider',
        )
      : []),
    ...(isKnown || edges.length === 0
      ? []
      : [
          finding(
            'warning',
            [...base, 'customer', 'source'],
            `no customer source "${source}" in these settings: nobody is found there`,
            `write shared, or customer_sources: { ${source}: ... } in the settings`,
          ),
        ]),
  ];
}

const requirementsOf = ({ name, requirement, steps }: Service): readonly Asked[] => [
  { text: requirement, path: ['services', name, 'requirement'] },
  ...steps.flatMap((step, i) =>
    step.requirement === null ? [] : [{ text: step.requirement, path: ['services', name, 'steps', i, 'requirement'] }],
  ),
];

function requirementWarnings(
  { text, path }: Asked,
  { name }: Service,
  sites: readonly string[],
  known: KnownNames | null,
): readonly Finding[] {
  const told = new Map<string, Finding>();
  for (const leaf of leavesOf(parseRequirement(text))) {
    const found =
      leaf.kind === 'site'
        ? siteWarning(leaf.siteId, path, sites)
        : known === null
          ? []
          : leaf.kind === 'skill'
            ? skillWarning(leaf.skill, text === queueSkill(name), path, known)
            : attributeWarning(leaf, path, known);
    for (const one of found) told.set(one.message, one);
  }
  return [...told.values()];
}

function skillWarning(skill: string, usual: boolean, path: Finding['path'], known: KnownNames): readonly Finding[] {
  if (known.skills.includes(skill)) return [];
  const [, queue] = /^queue:(.*)$/.exec(skill) ?? [];
  if (queue === undefined) {
    const cure = known.queues.includes(skill)
      ? `places in a queue are skills, too: queue:${skill}`
      : `give it to somebody with \`ipnt agents import\`${thereAre(known.skills)}`;
    return [finding('warning', path, `no agent has the skill "${skill}"`, cure)];
  }
  return queueWarning(
    queue,
    path,
    known,
    usual ? 'without a `requirement`, a service asks for the queue of its name' : 'mend the name',
  );
}

const queueWarning = (
  queue: string,
  path: Finding['path'],
  { queues }: KnownNames,
  cure = 'mend the name',
): readonly Finding[] =>
  queues.length === 0 || queues.includes(queue)
    ? []
    : [finding('warning', path, `no site has a queue "${queue}"`, `${cure}${thereAre(queues)}`)];

function attributeWarning(
  { name, value }: { readonly name: string; readonly value: string },
  path: Finding['path'],
  known: KnownNames,
): readonly Finding[] {
  const values = known.attributes[name] ?? [];
  if (values.includes(value)) return [];
  if (values.length > 0)
    return [finding('warning', path, `no agent has ${name}=${value}`, `mend the value${thereAre(values)}`)];
  const cure = known.skills.includes(name)
    ? `"${name}" is a skill: write ${name} or ${name}>=5`
    : `give it to somebody with \`ipnt agents import\`; a skill is compared with a level: ${name}_${value}>=1`;
  return [finding('warning', path, `no agent has an attribute "${name}"`, cure)];
}

/** Sites' own queues that calls leave for. */
const queuesNamed = (service: Service) =>
  waysOut(service).flatMap(({ to, path }) =>
    to.kind === 'queue' ? [{ ...to, path: [...path, 'queue'] as Finding['path'] }] : [],
  );

function sitesNamed(service: Service) {
  const { name, sites, steps } = service;
  const base = ['services', name];
  return [
    ...sites.map((site, i) => ({ site, path: [...base, 'sites', i] })),
    ...steps.flatMap((step, s) =>
      (step.sites ?? []).map((site, i) => ({ site, path: [...base, 'steps', s, 'sites', i] })),
    ),
    ...queuesNamed(service).flatMap((to) =>
      unique([...to.sites, ...Object.keys(to.percent)]).map((site) => ({ site, path: to.path })),
    ),
  ];
}

const siteWarning = (site: string, path: Finding['path'], sites: readonly string[]): readonly Finding[] =>
  sites.length === 0 || sites.includes(site)
    ? []
    : [finding('warning', path, `there is no site "${site}"`, `mend the name${thereAre(sites)}`)];

const thereAre = (names: readonly string[]): string => (names.length === 0 ? '' : ` (there are: ${someNames(names)})`);

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();
