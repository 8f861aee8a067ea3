import { controlsOf, NO_CONTROLS } from '../../core/stats/controls.ts';
import type { Controls } from '../../core/stats/controls.ts';
import { Histogram } from '../../core/stats/histogram.ts';
import { estimateOf, ratioOf, settle } from '../../core/stats/intervals.ts';
import type { Estimate, Ratio } from '../../core/stats/intervals.ts';
import type { AgentTally, RunTally, Tally } from './tally.ts';

/** With fewer replications than so many a control, too little can be learnt from them. */
const REPLICATIONS_A_CONTROL = 3;

/** Shares of calls and means of ms: what is summed, and over what. */
const RATIOS = {
  answered: [(t: Tally) => t.answered, (t: Tally) => t.offered],
  serviceLevel: [(t: Tally) => t.answeredInTime, (t: Tally) => t.answered + t.abandonedLate],
  waited: [(t: Tally) => t.waited, (t: Tally) => t.letIn],
  blocked: [(t: Tally) => t.blocked, (t: Tally) => t.offered],
  abandoned: [(t: Tally) => t.abandoned, (t: Tally) => t.offered],
  timedOut: [(t: Tally) => t.timedOut, (t: Tally) => t.offered],
  overflowed: [(t: Tally) => t.overflowed, (t: Tally) => t.offered],
  noAgents: [(t: Tally) => t.noAgents, (t: Tally) => t.offered],
  closed: [(t: Tally) => t.closed, (t: Tally) => t.offered],
  meanWaitMs: [(t: Tally) => t.waitMs, (t: Tally) => t.answered],
  meanInLineMs: [(t: Tally) => t.lineMs, (t: Tally) => t.letIn],
  announcedOffMs: [(t: Tally) => t.announcedOffMs, (t: Tally) => t.announced],
  announcedOverMs: [(t: Tally) => t.announcedOverMs, (t: Tally) => t.announced],
} as const;
export type Figure = keyof typeof RATIOS;
export const FIGURES = Object.keys(RATIOS) as readonly Figure[];

export const PERCENTILES = [50, 90, 95, 99] as const;

/** One service, or all. Null where there was nothing to tell it from. */
export interface ServiceReport {
  /** Calls a replication, on average. */
  readonly offered: number;
  readonly figures: Readonly<Record<Figure, Estimate | null>>;
  /** Waits of answered calls, ms, by percentile. */
  readonly waitMs: Readonly<Record<`p${(typeof PERCENTILES)[number]}`, Estimate | null>>;
  /** Nine of ten announced waits are off by no more, ms; null where none was announced. */
  readonly announcedOffP90Ms: number | null;
}

/** Some agents: how busy they are, and their part of the answered calls. */
export interface GroupReport {
  readonly agents: number;
  readonly occupancy: Estimate | null;
  /** Of the agent who is least busy, and of the busiest. */
  readonly least: number | null;
  readonly greatest: number | null;
  readonly share: Estimate | null;
}

export interface Report {
  readonly replications: number;
  readonly confidence: number;
  readonly played: number;
  readonly all: ServiceReport;
  readonly services: Readonly<Record<string, ServiceReport>>;
  readonly agents: GroupReport;
  readonly sites: Readonly<Record<string, GroupReport>>;
  readonly skills: Readonly<Record<string, GroupReport>>;
}

/** What chance did to the replications, where there are enough of them to tell. */
export function luckOf(runs: readonly RunTally[]): Controls {
  const controls = controlsOf(runs.map(({ luck }) => luck));
  return runs.length < (controls.rows[0]?.length ?? 0) * REPLICATIONS_A_CONTROL ? NO_CONTROLS : controls;
}

/** A figure of one service over the replications; the pulls serve comparisons. */
export const ratioIn = (figure: Figure, tallies: readonly Tally[]): Ratio | null =>
  ratioOf(tallies.map(RATIOS[figure][0]), tallies.map(RATIOS[figure][1]));

/** All replications of one routing, summed up. */
export function reportOf(runs: readonly RunTally[], confidence: number): Report {
  const luck = luckOf(runs);
  const names = [...(runs[0]?.services.keys() ?? [])];
  const first = runs[0]?.agents ?? [];
  const group = (members: (agent: AgentTally) => boolean): GroupReport => groupReport(runs, members, confidence, luck);
  const by = (keys: readonly string[], members: (key: string) => (agent: AgentTally) => boolean) =>
    Object.fromEntries([...new Set(keys)].map((key) => [key, group(members(key))]));
  return {
    replications: runs.length,
    confidence,
    played: runs.reduce((sum, { played }) => sum + played, 0),
    all: serviceReport(
      runs.map(({ all }) => all),
      confidence,
      luck,
    ),
    services: Object.fromEntries(
      names.map((name) => {
        const tallies = runs.flatMap(({ services }) => services.get(name) ?? []);
        return [name, serviceReport(tallies, confidence, luck)];
      }),
    ),
    agents: group(() => true),
    sites: by(
      first.map(({ siteId }) => siteId),
      (key) => (agent) => agent.siteId === key,
    ),
    skills: by(
      first.flatMap(({ skills }) => skills),
      (key) => (agent) => agent.skills.includes(key),
    ),
  };
}

function serviceReport(tallies: readonly Tally[], confidence: number, luck: Controls): ServiceReport {
  const figure = (name: Figure): Estimate | null => {
    const ratio = ratioIn(name, tallies);
    return ratio === null ? null : estimateOf(ratio, confidence, luck);
  };
  const pooled = new Histogram();
  const off = new Histogram();
  for (const tally of tallies) {
    pooled.addAll(tally.waits);
    off.addAll(tally.announcedOff);
  }
  const histograms = tallies.map(({ waits }) => waits);
  const percentile = (p: number): Estimate | null => percentileOf(pooled, histograms, p / 100, confidence, luck);
  return {
    offered: tallies.reduce((sum, { offered }) => sum + offered, 0) / tallies.length,
    figures: Object.fromEntries(FIGURES.map((name) => [name, figure(name)])) as Record<Figure, Estimate | null>,
    waitMs: { p50: percentile(50), p90: percentile(90), p95: percentile(95), p99: percentile(99) },
    announcedOffP90Ms: off.count === 0 ? null : off.percentile(0.9),
  };
}

/** The interval of a percentile is that of the share at it, read back as ms (Woodruff, 1952). */
function percentileOf(
  pooled: Histogram,
  histograms: readonly Histogram[],
  p: number,
  confidence: number,
  luck: Controls,
): Estimate | null {
  const atMs = pooled.percentile(p);
  const share = ratioOf(
    histograms.map((histogram) => histogram.atMost(atMs)),
    histograms.map(({ count }) => count),
  );
  if (share === null) return null;
  const { shift, half } = settle(share.pulls, confidence, luck);
  if (half === Infinity) return { value: atMs, low: -Infinity, high: Infinity };
  const at = (level: number): number => pooled.percentile(Math.min(1, Math.max(0, level)));
  return { value: at(p + shift), low: at(p + shift - half), high: at(p + shift + half) };
}

function groupReport(
  runs: readonly RunTally[],
  isMember: (agent: AgentTally) => boolean,
  confidence: number,
  luck: Controls,
): GroupReport {
  const sum = (agents: readonly AgentTally[], of: (agent: AgentTally) => number): number =>
    agents.reduce((total, agent) => total + of(agent), 0);
  const groups = runs.map(({ agents }) => agents.filter(isMember));
  const occupancy = ratioOf(
    groups.map((agents) => sum(agents, ({ busyMs }) => busyMs)),
    groups.map((agents) => sum(agents, ({ staffedMs }) => staffedMs)),
  );
  const share = ratioOf(
    groups.map((agents) => sum(agents, ({ answered }) => answered)),
    runs.map(({ agents }) => sum(agents, ({ answered }) => answered)),
  );
  const each = (groups[0] ?? []).flatMap((_, i) => {
    const staffedMs = groups.reduce((total, agents) => total + (agents[i]?.staffedMs ?? 0), 0);
    const busyMs = groups.reduce((total, agents) => total + (agents[i]?.busyMs ?? 0), 0);
    return staffedMs === 0 ? [] : [busyMs / staffedMs];
  });
  return {
    agents: groups[0]?.length ?? 0,
    occupancy: occupancy === null ? null : estimateOf(occupancy, confidence, luck),
    least: each.length === 0 ? null : Math.min(...each),
    greatest: each.length === 0 ? null : Math.max(...each),
    share: share === null ? null : estimateOf(share, confidence, luck),
  };
}
