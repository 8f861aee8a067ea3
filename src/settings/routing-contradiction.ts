import { LEVEL_MAX } from '../core/model/agent.ts';
import type { Service } from '../core/model/service.ts';
import { parseRequirement, textOf, unmet } from '../core/routing/requirement.ts';
import type { Requirement } from '../core/routing/requirement.ts';
import { finding } from './routing-finding.ts';
import type { Finding } from './routing-finding.ts';

type Leaf = Extract<Requirement, { kind: 'skill' | 'site' | 'attribute' }>;

const isLeaf = (r: Requirement): r is Leaf => r.kind === 'skill' || r.kind === 'site' || r.kind === 'attribute';

/** What is asked of one thing (a skill, the site): the values that will do, and the terms that say so. */
interface Asked {
  readonly values: ReadonlySet<string | number>;
  readonly terms: readonly string[];
}

/** Terms that must all hold, by thing. */
type All = ReadonlyMap<string, Asked>;

/** What a thing can be, as far as the terms tell apart. */
type Universe = ReadonlyMap<string, ReadonlySet<string | number>>;

/** A site or a value that no term names. */
const OTHER = '*';
/** Beyond this many ways to meet a requirement nothing is said of it. */
const MOST_WAYS = 512;

/** Requirements of the service and its steps that no agent can ever meet. */
export function contradictions(service: Service): readonly Finding[] {
  const found: Finding[] = [];
  let { requirement, sites } = service;
  const look = (path: Finding['path']): void => {
    const clash = contradiction(parseRequirement(requirement), sites);
    if (clash !== null) found.push(finding('warning', path, `nobody can meet it: ${clash}`, 'take one of them away'));
  };
  look(['services', service.name, 'requirement']);
  service.steps.forEach((step, i) => {
    if (step.requirement === null && step.sites === null) return;
    requirement = step.requirement ?? requirement;
    sites = step.sites ?? sites;
    look(['services', service.name, 'steps', i, step.requirement === null ? 'sites' : 'requirement']);
  });
  return found;
}

/** The terms that exclude each other; null where somebody could meet it. */
export function contradiction(requirement: Requirement, sites: readonly string[]): string | null {
  const clashes: string[] = [];
  const ofSites: All = new Map(
    sites.length === 0 ? [] : [['site', { values: new Set(sites), terms: [`sites: [${sites.join(', ')}]`] }]],
  );
  const ways = waysOf(requirement, false, valuesIn(requirement, sites), clashes);
  if (ways === null) return null;
  const left = ways.filter((way) => both(way, ofSites, clashes) !== null);
  return left.length > 0 ? null : (clashes[0] ?? null);
}

/** Every way to meet it (its disjunctive form), without those that contradict themselves; null: too many. */
function waysOf(r: Requirement, negated: boolean, universe: Universe, clashes: string[]): readonly All[] | null {
  if (r.kind === 'anybody') return negated ? [] : [new Map()];
  if (r.kind === 'not') return waysOf(r.of, !negated, universe, clashes);
  if (isLeaf(r)) return [new Map([[thingOf(r), askedBy(r, negated, universe)]])];
  const left = waysOf(r.left, negated, universe, clashes);
  const right = waysOf(r.right, negated, universe, clashes);
  if (left === null || right === null) return null;
  if ((r.kind === 'or') !== negated) return left.length + right.length > MOST_WAYS ? null : [...left, ...right];
  if (left.length * right.length > MOST_WAYS) return null;
  return left.flatMap((a) => right.flatMap((b) => both(a, b, clashes) ?? []));
}

/** Both at once; null, and the clash told, where no value is left of something. */
function both(a: All, b: All, clashes: string[]): All | null {
  const all = new Map(a);
  for (const [thing, asked] of b) {
    const before = all.get(thing);
    const values = before === undefined ? asked.values : new Set([...asked.values].filter((v) => before.values.has(v)));
    const terms = [...new Set([...(before?.terms ?? []), ...asked.terms])];
    if (values.size === 0) {
      clashes.push(terms.join(' and '));
      return null;
    }
    all.set(thing, { values, terms });
  }
  return all;
}

function thingOf(leaf: Leaf): string {
  if (leaf.kind === 'site') return 'site';
  return leaf.kind === 'skill' ? `skill ${leaf.skill}` : `attribute ${leaf.name}`;
}

/** The values that meet a term: asked of the one function that decides it for calls. */
function askedBy(leaf: Leaf, negated: boolean, universe: Universe): Asked {
  const all = [...(universe.get(thingOf(leaf)) ?? [])];
  const values = all.filter((value) => {
    const agent = {
      siteId: leaf.kind === 'site' ? String(value) : OTHER,
      skills: leaf.kind === 'skill' ? { [leaf.skill]: Number(value) } : {},
      attributes: leaf.kind === 'attribute' ? { [leaf.name]: String(value) } : {},
    };
    return (unmet(leaf, agent) === null) !== negated;
  });
  return { values: new Set(values), terms: [negated ? `not ${textOf(leaf)}` : textOf(leaf)] };
}

const LEVELS = Array.from({ length: LEVEL_MAX + 1 }, (_, level) => level);

function valuesIn(requirement: Requirement, sites: readonly string[]): Universe {
  const found = new Map<string, Set<string | number>>([['site', new Set([OTHER, ...sites])]]);
  for (const leaf of leavesOf(requirement)) {
    const values = found.get(thingOf(leaf)) ?? new Set<string | number>(leaf.kind === 'skill' ? LEVELS : [OTHER]);
    if (leaf.kind !== 'skill') values.add(leaf.kind === 'site' ? leaf.siteId : leaf.value);
    found.set(thingOf(leaf), values);
  }
  return found;
}

/** Every term of a requirement. */
export function leavesOf(requirement: Requirement): readonly Leaf[] {
  if (isLeaf(requirement)) return [requirement];
  if (requirement.kind === 'anybody') return [];
  if (requirement.kind === 'not') return leavesOf(requirement.of);
  return [...leavesOf(requirement.left), ...leavesOf(requirement.right)];
}
