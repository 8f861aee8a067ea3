/** What the schema of one place cannot see: references, circles, numbers, steps. Pure, over all rules that could be read. */
import type { RoutingRules } from '../core/model/routing.ts';
import type { Service, Target } from '../core/model/service.ts';
import { nearest } from './document.ts';
import { finding } from './routing-finding.ts';
import type { Finding, WayOut } from './routing-finding.ts';
import { contradictions } from './routing-contradiction.ts';
import { circles } from './routing-circles.ts';
import { numberFindings } from './routing-numbers.ts';
import { stepFindings } from './routing-steps.ts';

export function waysOut(service: Service): readonly WayOut[] {
  const base = ['services', service.name];
  const steps = service.steps.map(({ overflow }, i): [Target | null, (string | number)[]] => [
    overflow,
    [...base, 'steps', i, 'overflow'],
  ]);
  const all: readonly [Target | null, (string | number)[]][] = [
    ...steps,
    [service.whenClosed, [...base, 'when_closed']],
    [service.defaultRoute, [...base, 'default_route']],
  ];
  return all.flatMap(([to, path]) => (to === null ? [] : [{ from: service.name, to, path }]));
}

/** Names that there are, those of entries that could not be read among them. */
export interface NamesWritten {
  readonly services: readonly string[];
  readonly calendars: readonly string[];
}

/** Everything that is wrong between the rules. */
export function checkRules(rules: RoutingRules, names: NamesWritten): readonly Finding[] {
  const ways = rules.services.flatMap(waysOut);
  const known = { services: new Set(names.services), calendars: new Set(names.calendars) };
  return [
    ...ways.flatMap((way) => targetFindings(way, known.services, names.services)),
    ...circles(ways),
    ...numberFindings(rules.services),
    ...rules.services.flatMap((service) => [
      ...calendarFindings(service, known.calendars, names.calendars),
      ...stepFindings(service),
      ...contradictions(service),
      ...waitingFindings(service),
    ]),
    ...rules.calendars
      .filter(({ hours, special }) => hours.length === 0 && special.every((day) => day.hours.length === 0))
      .map(({ name }) => finding('warning', ['calendars', name], 'is never open', 'give it hours')),
  ];
}

const didYouMean = (names: readonly string[], written: string, otherwise: string): string => {
  const near = nearest(names, written);
  return near === undefined ? otherwise : `did you mean "${near}"?`;
};

function targetFindings({ to, path }: WayOut, known: ReadonlySet<string>, names: readonly string[]): Finding[] {
  if (to.kind === 'queue') return percentFindings(to, [...path, 'queue']);
  if (to.kind !== 'service') return [];
  const at = [...path, 'service'];
  if (path.at(-1) === 'default_route') {
    const cure = 'write { queue: ... }, { number: ... } or { place: ... }';
    return [finding('fault', at, 'without the database nobody can wait in another service', cure)];
  }
  if (known.has(to.service)) return [];
  const cure = didYouMean(names, to.service, 'name a service of this file');
  return [finding('fault', at, `there is no service "${to.service}"`, cure)];
}

function percentFindings(to: Extract<Target, { kind: 'queue' }>, path: Finding['path']): Finding[] {
  const shares = Object.entries(to.percent);
  if (to.by !== 'percent')
    return shares.length === 0
      ? []
      : [finding('fault', [...path, 'percent'], `says nothing to by: ${to.by}`, 'write by: percent, or leave it away')];
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  const strange = shares.find(([site]) => to.sites.length > 0 && !to.sites.includes(site));
  const forgotten = to.sites.find((site) => to.percent[site] === undefined);
  return [
    ...(sum === 100
      ? []
      : [
          finding(
            'fault',
            [...path, 'percent'],
            shares.length === 0 ? 'is missing' : `is ${sum} in sum`,
            'write percentages that make 100, e.g. { paris: 70, rome: 30 }',
          ),
        ]),
    ...(strange === undefined
      ? []
      : [
          finding('fault', [...path, 'percent', strange[0]], 'is not among its sites', 'add it there, or take it away'),
        ]),
    ...(forgotten === undefined || sum !== 100
      ? []
      : [finding('warning', [...path, 'sites'], `"${forgotten}" has no percentage: it gets no calls`, 'give it one')]),
  ];
}

function calendarFindings(service: Service, known: ReadonlySet<string>, names: readonly string[]): Finding[] {
  const named = [
    { name: service.calendar, path: ['services', service.name, 'calendar'] },
    { name: service.callback.calendar, path: ['services', service.name, 'callback', 'calendar'] },
  ];
  return named
    .filter(({ name }) => name !== '' && !known.has(name))
    .map(({ name, path }) => {
      const cure = didYouMean(names, name, `write calendars: { ${name}: { zone: ..., hours: [...] } }`);
      return finding('fault', path, `there is no calendar "${name}"`, cure);
    });
}

/** What a waiting caller would press or hear, and cannot. */
function waitingFindings(service: Service): Finding[] {
  const base = ['services', service.name];
  const found: Finding[] = [];
  const { announce, keys, callback, music } = service;
  const asking = Object.entries(keys).find(([, action]) => action.kind === 'callback');
  if (asking !== undefined && callback.allow.length === 0) {
    const cure = 'write callback: { allow: ["+49"] } with what may be called';
    found.push(
      finding('fault', [...base, 'keys', asking[0]], 'asks for a call back, and no number may be called', cure),
    );
  }
  const speaks = announce.position || announce.expectedWait;
  if (!speaks && (announce.onEntry || announce.everyMs > 0))
    found.push(
      finding('warning', [...base, 'announce'], 'says nothing', 'write position: true or expected_wait: true as well'),
    );
  if (speaks && !announce.onEntry && announce.everyMs === 0)
    found.push(
      finding('warning', [...base, 'announce'], 'is never said', 'write on_entry: true or every: 60s as well'),
    );
  if (service.delivery === 'redirect') {
    const heard: readonly (readonly [string, boolean])[] = [
      ['music', music !== ''],
      ['announce', speaks],
      ['keys', Object.keys(keys).length > 0],
    ];
    for (const [key] of heard.filter(([, there]) => there))
      found.push(
        finding(
          'warning',
          [...base, key],
          'is never heard: a call is redirected before it is answered',
          'leave it away, or write delivery: bridge',
        ),
      );
  }
  return found;
}
