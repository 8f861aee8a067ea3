import { Histogram } from '../../core/stats/histogram.ts';

/** How a call can end. */
export type End = 'answered' | 'abandoned' | 'timedOut' | 'overflowed' | 'blocked' | 'closed' | 'noAgents';

/** What became of the counted calls of one service in one replication. Each has one end. */
export class Tally {
  offered = 0;
  answered = 0;
  abandoned = 0;
  timedOut = 0;
  overflowed = 0;
  /** FULL: too many waited already. */
  blocked = 0;
  closed = 0;
  /** NOAGENTS: nobody was at work for whom they could have waited. */
  noAgents = 0;
  /** Let in, and nobody was free. */
  waited = 0;
  answeredInTime = 0;
  abandonedLate = 0;
  /** Sum of the waits of answered calls, ms. */
  waitMs = 0;
  /** Sum of the time in line of all that were let in, ms. */
  lineMs = 0;
  /** Of answered calls. */
  readonly waits = new Histogram();
  /** Callers who had to wait, were told how long, and were answered. */
  announced = 0;
  /** Sum of what they were told minus what it was, ms; and its distance from 0. */
  announcedOverMs = 0;
  announcedOffMs = 0;
  readonly announcedOff = new Histogram();

  /** Calls that were in the line, if only for a moment. */
  get letIn(): number {
    return this.offered - this.blocked - this.closed - this.noAgents;
  }

  end(how: End, waitMs: number, serviceLevelMs: number): void {
    this[how] += 1;
    this.lineMs += waitMs;
    if (how === 'answered') {
      this.waitMs += waitMs;
      this.waits.add(waitMs);
      if (waitMs <= serviceLevelMs) this.answeredInTime += 1;
    } else if (how === 'abandoned' && waitMs > serviceLevelMs) this.abandonedLate += 1;
  }

  announce(toldMs: number, waitMs: number): void {
    this.announced += 1;
    this.announcedOverMs += toldMs - waitMs;
    this.announcedOffMs += Math.abs(toldMs - waitMs);
    this.announcedOff.add(Math.abs(toldMs - waitMs));
  }
}

/** What one agent did in the counted time of one replication. */
export interface AgentTally {
  readonly agentId: string;
  readonly siteId: string;
  readonly skills: readonly string[];
  readonly busyMs: number;
  readonly staffedMs: number;
  readonly answered: number;
}

/** One replication. */
export interface RunTally {
  /** Over all services: a call that was handed on counts once, by its last end. */
  readonly all: Tally;
  readonly services: ReadonlyMap<string, Tally>;
  readonly agents: readonly AgentTally[];
  /** Luck's sums. */
  readonly luck: Float64Array;
  /** Calls played, those of the warm-up included. */
  readonly played: number;
}
