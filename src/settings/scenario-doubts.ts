/** What of a scenario the routing has no use for: a slip of the pen would go unseen, as agents who are never wanted. Pure. */
import type { RoutingRules } from '../core/model/routing.ts';
import type { Target } from '../core/model/service.ts';
import { parseRequirement, sitesOf, skillsOf } from '../core/routing/requirement.ts';
import { nearest } from './document.ts';
import type { Crew } from './scenario-model.ts';

interface Doubt {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly cure: string;
}

/** Shorter names are near to each other by chance. */
const LEAST_LETTERS = 5;

export function didYouMean(known: readonly string[], written: string, otherwise: string): string {
  const near = nearest(known, written);
  return near === undefined ? otherwise : `did you mean "${near}"?`;
}

/** Each name once, where it is written first. `rules`: of each routing file that is played. */
export function doubtsOf(crews: readonly Crew[], rules: readonly RoutingRules[]): readonly Doubt[] {
  const asked = rules.flatMap(({ services }) =>
    services.flatMap((service) => [service.requirement, ...service.steps.map((step) => step.requirement ?? '')]),
  );
  const requirements = [...new Set(asked)].map(parseRequirement);
  const skills = [...new Set(requirements.flatMap(skillsOf))];
  const named = new Set([...rules.flatMap(sitesNamed), ...requirements.flatMap(sitesOf)]);
  const told = new Set<string>();
  const first = (name: string): boolean => !told.has(name) && told.add(name) !== undefined;
  return crews.flatMap((crew, index): Doubt[] => [
    ...siteDoubts(crew, index, named, crews).filter(() => first(`site ${crew.siteId}`)),
    ...Object.keys(crew.skills)
      .filter((skill) => !skills.includes(skill) && first(skill))
      .map((skill) => ({
        path: ['agents', index, 'skills', skill],
        message: `no service of the routing asks for the skill "${skill}"`,
        cure: didYouMean(skills, skill, `it asks for: ${skills.join(', ') || 'none'}`),
      })),
  ]);
}

/** A site needs no mention anywhere: one that is named once and is nearly another is doubted. */
function siteDoubts({ siteId }: Crew, index: number, named: ReadonlySet<string>, crews: readonly Crew[]): Doubt[] {
  if (named.has(siteId) || siteId.length < LEAST_LETTERS) return [];
  const others = crews.map((crew) => crew.siteId);
  if (others.indexOf(siteId) !== others.lastIndexOf(siteId)) return [];
  // Of two that are named once each, the later one is doubted.
  const sound = others.filter((name, at) => at < index || others.indexOf(name) !== others.lastIndexOf(name));
  const known = [...new Set([...named, ...sound])].filter((name) => plain(name) !== plain(siteId));
  const near = nearest(known, siteId);
  if (near === undefined) return [];
  const message = `the site "${siteId}" is named nowhere else`;
  return [
    { path: ['agents', index, 'site'], message, cure: `did you mean "${near}"? else name it in sites of the routing` },
  ];
}

/** `site1` and `site2` are told apart by their numbers. */
const plain = (name: string): string => name.replaceAll(/\d+/g, '#');

const sitesNamed = ({ sites, services }: RoutingRules): readonly string[] => [
  ...Object.keys(sites),
  ...services.flatMap((service) => [
    ...service.sites,
    ...service.steps.flatMap((step) => [...(step.sites ?? []), ...ofTarget(step.overflow)]),
    ...ofTarget(service.whenClosed),
    ...ofTarget(service.defaultRoute),
  ]),
];

const ofTarget = (to: Target | null): readonly string[] =>
  to?.kind === 'queue' ? [...to.sites, ...Object.keys(to.percent)] : [];
