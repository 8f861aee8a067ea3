/** The files of config/monitoring against the metrics that exist: a dashboard that asks for what nobody tells shows nothing, for ever. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { catalogue } from '../../src/runtime/monitoring/catalogue.ts';
import { spokenOf } from './promql.ts';

const FOLDER = join(import.meta.dirname, '../../config/monitoring');
const text = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');

/** Labels that Prometheus adds to each sample by itself. */
const OF_PROMETHEUS = ['job', 'instance'];
const metrics = catalogue();
/** What is told, by the name of its samples: a histogram has three. */
const told = new Map<string, readonly string[]>(
  metrics.flatMap(({ name, type, labels }): [string, readonly string[]][] => {
    const all = [...labels, ...OF_PROMETHEUS];
    if (type !== 'histogram') return [[name, all]];
    return [
      [`${name}_bucket`, [...all, 'le']],
      [`${name}_sum`, all],
      [`${name}_count`, all],
    ];
  }),
);
told.set('up', OF_PROMETHEUS);

/** What is wrong with an expression, and with labels that a text beside it names. */
function faultsOf(expression: string, named: readonly string[] = []): string[] {
  const { selectors, grouping } = spokenOf(expression);
  const known = new Set(selectors.flatMap(({ metric }) => told.get(metric) ?? []));
  return [
    ...selectors.filter(({ metric }) => !told.has(metric)).map(({ metric }) => `no metric ${metric}`),
    ...selectors.flatMap(({ metric, labels }) =>
      labels.filter((label) => told.get(metric)?.includes(label) === false).map((label) => `${metric} has no ${label}`),
    ),
    ...[...grouping, ...named].filter((label) => !known.has(label)).map((label) => `nothing in it has ${label}`),
  ].map((fault) => `${fault}: ${expression}`);
}

const namedIn = (words: string, pattern: RegExp): string[] =>
  [...words.matchAll(pattern)].map(([, label = '']) => label);

const Rule = z.strictObject({
  alert: z.string().regex(/^Ipnt[A-Za-z]+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string().optional() }),
});
const Alerts = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(Rule) })),
});

const Target = z.looseObject({ refId: z.string(), expr: z.string(), legendFormat: z.string() });
const Place = z.strictObject({ h: z.number(), w: z.number(), x: z.number(), y: z.number() });
const Panel = z.looseObject({
  id: z.number(),
  type: z.enum(['row', 'stat', 'timeseries', 'state-timeline', 'table']),
  title: z.string().min(1),
  gridPos: Place,
  targets: z.array(Target).optional(),
});
const Dashboard = z.looseObject({
  title: z.string(),
  uid: z.string(),
  schemaVersion: z.number().min(36),
  panels: z.array(Panel),
  templating: z.object({
    list: z.array(z.looseObject({ name: z.string(), type: z.enum(['datasource', 'query']), query: z.unknown() })),
  }),
});

const dashboard = Dashboard.parse(JSON.parse(text('grafana-dashboard.json')));
const alerts = Alerts.parse(parse(text('alerts.yml'))).groups.flatMap(({ rules }) => rules);

describe('the metrics', () => {
  it('have a prefix, a unit and the endings that Prometheus wants', () => {
    const ours = metrics.filter(({ name }) => name.startsWith('ipnt_'));
    expect(metrics.filter(({ name }) => !/^(?:ipnt|nodejs|process)_/.test(name))).toEqual([]);
    const strange = ours.filter(({ name, type }) => {
      if ((type === 'counter') !== name.endsWith('_total')) return true;
      return type === 'histogram' ? !name.endsWith('_seconds') : /_(?:ms|minutes|percent|kb|mb)\b/.test(name);
    });
    expect(strange).toEqual([]);
    expect(ours.filter(({ help }) => help.length < 10)).toEqual([]);
  });

  it('have no label of a call, an agent or a number', () => {
    const allowed = new Set([
      ...['role', 'site', 'edge', 'name', 'service', 'outcome', 'queue', 'activity', 'code', 'version'],
    ]);
    const ours = metrics.filter(({ name }) => name.startsWith('ipnt_'));
    expect(
      ours.flatMap(({ name, labels }) => labels.filter((l) => !allowed.has(l)).map((l) => `${name} ${l}`)),
    ).toEqual([]);
  });
});

describe('alerts.yml', () => {
  it.each(alerts.map((rule) => [rule.alert, rule] as const))('%s', (_name, { expr, annotations }) => {
    const words = `${annotations.summary} ${annotations.description ?? ''}`;
    expect(faultsOf(expr, namedIn(words, /\$labels\.(\w+)/g))).toEqual([]);
  });

  it('names each alert once', () => {
    const names = alerts.map(({ alert }) => alert);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('grafana-dashboard.json', () => {
  const targets = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map((target) => ({ title, ...target })),
  );

  it.each(targets.map((target) => [`${target.title} ${target.refId}`, target] as const))(
    '%s',
    (_name, { expr, legendFormat }) => {
      expect(faultsOf(expr, namedIn(legendFormat, /\{\{(\w+)\}\}/g))).toEqual([]);
    },
  );

  it('has variables of labels that exist, and uses no other', () => {
    const { list } = dashboard.templating;
    const faults = list.flatMap(({ type, query }) => {
      if (type === 'datasource') return [];
      const [, metric = '', label = ''] =
        /^label_values\((\w+), (\w+)\)$/.exec(z.object({ query: z.string() }).parse(query).query) ?? [];
      return told.get(metric)?.includes(label) ? [] : [JSON.stringify(query)];
    });
    expect(faults).toEqual([]);
    const names = new Set([...list.map(({ name }) => name), '__rate_interval', '__all']);
    const used = namedIn(text('grafana-dashboard.json'), /\$\{?(\w+)/g);
    expect([...new Set(used)].filter((name) => !names.has(name))).toEqual([]);
  });

  it('has panels that do not lie over one another, within the width, each with its own id', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const faults = panels.flatMap((a, index) => [
      ...(a.gridPos.x + a.gridPos.w > 24 ? [`${a.title} is too wide`] : []),
      ...panels
        .slice(index + 1)
        .filter((b) => overlap(a.gridPos, b.gridPos))
        .map((b) => `${a.title} lies over ${b.title}`),
    ]);
    expect(faults).toEqual([]);
  });

  it('shows every metric of ours, or an alert does', () => {
    const spoken = [...targets, ...alerts].flatMap(({ expr }) => spokenOf(expr).selectors.map(({ metric }) => metric));
    const shown = new Set(spoken.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
    const silent = metrics.filter(({ name }) => name.startsWith('ipnt_') && !shown.has(name)).map(({ name }) => name);
    // Numbers that only grow by taking over or auditing: looked at when something is wrong.
    expect(silent).toEqual(['ipnt_site_snapshots_total', 'ipnt_site_audits_total', 'ipnt_epoch']);
  });
});

const overlap = (a: z.infer<typeof Place>, b: z.infer<typeof Place>): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe('prometheus.yml', () => {
  const Scrape = z.strictObject({
    global: z.strictObject({ scrape_interval: z.string(), evaluation_interval: z.string() }),
    rule_files: z.tuple([z.literal('alerts.yml')]),
    scrape_configs: z.array(
      z.strictObject({
        job_name: z.literal('ipnt'),
        scrape_timeout: z.string(),
        static_configs: z.array(z.strictObject({ targets: z.array(z.string().regex(/^[\d.]+:9464$/)) })),
      }),
    ),
  });

  it('parses, with the job that the alerts speak of', () => {
    expect(() => Scrape.parse(parse(text('prometheus.yml')))).not.toThrow();
  });
});

describe('the reader of expressions itself', () => {
  it.each([
    ['sum by (code) (rate(ipnt_edge_incidents_total{edge=~"$edge"}[5m]))', []],
    ['ipnt_edge_incidents > 0', ['no metric ipnt_edge_incidents']],
    ['rate(ipnt_edge_claim_seconds[5m])', ['no metric ipnt_edge_claim_seconds']],
    ['ipnt_role_up{agent="x"} == 0', ['ipnt_role_up has no agent']],
    ['max by (queue) (ipnt_role_up) == 0', ['nothing in it has queue']],
  ])('%s', (expression, faults) => {
    expect(faultsOf(expression)).toEqual(faults.map((fault) => `${fault}: ${expression}`));
  });

  it.each(['sum(ipnt_role_up', 'ipnt_role_up}', 'median(ipnt_role_up)', 'ipnt_role_up ~ 1', 'sum by ipnt_role_up'])(
    '%s is no expression',
    (expression) => expect(() => spokenOf(expression)).toThrow(),
  );
});
