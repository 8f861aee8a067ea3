/** What a simulation found, as a table for people. Pure. */
import { COMPARED } from '../apps/simulate/compare.ts';
import type { Comparison, Differences } from '../apps/simulate/compare.ts';
import type { GroupReport, Report, ServiceReport } from '../apps/simulate/report.ts';
import type { Estimate } from '../core/stats/intervals.ts';
import { table } from './table.ts';

const percents = (value: number): string => `${(value * 100).toFixed(1)}%`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** `84.6% ±0.3`; nothing where it was never the case. */
function shown(estimate: Estimate | null, unit: 'share' | 'ms'): string | null {
  if (estimate === null) return null;
  const { value, low, high } = estimate;
  if (value === 0 && low === 0 && high === 0) return unit === 'share' ? '0%' : '0 s';
  const half = (high - low) / 2;
  const off = Number.isFinite(half)
    ? ` ±${unit === 'share' ? (half * 100).toFixed(1) : (half / 1_000).toFixed(1)}`
    : '';
  return `${unit === 'share' ? percents(value) : seconds(value)}${off}`;
}

interface Row {
  readonly name: string;
  readonly of: ServiceReport;
}

const servicesTable = (rows: readonly Row[]): string =>
  table(
    rows,
    [
      { title: 'SERVICE', of: ({ name }) => name },
      { title: 'CALLS', of: ({ of }) => Math.round(of.offered), right: true },
      { title: 'IN TIME', of: ({ of }) => shown(of.figures.serviceLevel, 'share'), right: true },
      { title: 'WAITED', of: ({ of }) => shown(of.figures.waited, 'share'), right: true },
      { title: 'MEAN WAIT', of: ({ of }) => shown(of.figures.meanWaitMs, 'ms'), right: true },
      { title: 'P50', of: ({ of }) => shown(of.waitMs.p50, 'ms'), right: true },
      { title: 'P90', of: ({ of }) => shown(of.waitMs.p90, 'ms'), right: true },
      { title: 'P95', of: ({ of }) => shown(of.waitMs.p95, 'ms'), right: true },
      { title: 'P99', of: ({ of }) => shown(of.waitMs.p99, 'ms'), right: true },
    ],
    'no service',
  );

/** Only ends that happened: most scenarios know two or three. */
function endsTable(rows: readonly Row[]): string {
  const ends = [
    ...([
      ['ANSWERED', 'answered'] as const,
      ['ABANDONED', 'abandoned'] as const,
      ['BLOCKED', 'blocked'] as const,
    ] as const),
    ...([['TIMED OUT', 'timedOut'] as const, ['OVERFLOWED', 'overflowed'] as const] as const),
    ...([['NO AGENTS', 'noAgents'] as const, ['CLOSED', 'closed'] as const] as const),
  ].filter(([, figure]) => rows.some(({ of }) => (of.figures[figure]?.value ?? 0) !== 0));
  return table(
    rows,
    [
      { title: 'SERVICE', of: ({ name }) => name },
      ...ends.map(([title, figure]) => ({
        title,
        of: ({ of }: Row) => shown(of.figures[figure], 'share'),
        right: true,
      })),
    ],
    'no service',
  );
}

function groupsTable(report: Report): string {
  const rows: readonly (readonly [string, GroupReport])[] = [
    ['all agents', report.agents],
    ...Object.entries(report.sites).map(([name, group]) => [`site ${name}`, group] as const),
    ...Object.entries(report.skills).map(([name, group]) => [`skill ${name}`, group] as const),
  ];
  const bound = (value: number | null): string | null => (value === null ? null : percents(value));
  return table(
    rows,
    [
      { title: 'AGENTS', of: ([name]) => name },
      { title: 'COUNT', of: ([, group]) => group.agents, right: true },
      { title: 'OCCUPANCY', of: ([, { occupancy }]) => shown(occupancy, 'share'), right: true },
      { title: 'LEAST', of: ([, { least }]) => bound(least), right: true },
      { title: 'GREATEST', of: ([, { greatest }]) => bound(greatest), right: true },
      { title: 'OF THE CALLS', of: ([, { share }]) => shown(share, 'share'), right: true },
    ],
    'no agents',
  );
}

const rowsOf = ({ all, services }: Report): readonly Row[] => {
  const each = Object.entries(services)
    .filter(([, { offered }]) => offered > 0)
    .map(([name, of]): Row => ({ name, of }));
  return each.length === 1 ? each : [...each, { name: 'all', of: all }];
};

export function reportText(title: string, report: Report): string {
  const rows = rowsOf(report);
  const { replications, confidence, played } = report;
  const said =
    replications === 1
      ? 'one replication: no intervals'
      : `${replications} replications, ± is ${percents(confidence).replace('.0', '')}`;
  return `${title}: ${played} calls, ${said}\n\n${servicesTable(rows)}\n${endsTable(rows)}\n${groupsTable(report)}`;
}

const TITLES = {
  serviceLevel: 'IN TIME',
  meanWaitMs: 'MEAN WAIT',
  waited: 'WAITED',
  blocked: 'BLOCKED',
  abandoned: 'ABANDONED',
  answered: 'ANSWERED',
};

/** A difference that the interval tells from none is marked. */
function difference(estimate: Estimate | null | undefined, unit: 'share' | 'ms'): string | null {
  if (!estimate || (estimate.value === 0 && estimate.low === 0)) return null;
  const sign = estimate.value > 0 ? '+' : '';
  const isSure = estimate.low > 0 || estimate.high < 0;
  return `${sign}${shown(estimate, unit) ?? ''}${isSure ? ' *' : ''}`;
}

export function comparisonText(a: string, b: string, { all, services }: Comparison): string {
  const rows: readonly (readonly [string, Differences])[] = [...Object.entries(services), ['all', all]];
  const columns = COMPARED.map((figure) => ({
    title: TITLES[figure],
    of: ([, differences]: readonly [string, Differences]) =>
      difference(differences[figure], figure === 'meanWaitMs' ? 'ms' : 'share'),
    right: true,
  }));
  const text = table(rows, [{ title: 'SERVICE', of: ([name]) => name }, ...columns], 'nothing to compare');
  return `${a} less ${b}, on the same calls (* the interval leaves out 0)\n\n${text}`;
}
