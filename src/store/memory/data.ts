import type { AgentId, AgentState } from '../../core/model/agent.ts';
import type { CallEvent, WaitingCall } from '../../core/model/call.ts';
import type { Reservation } from '../../core/model/claim.ts';
import type { QueueState } from '../../core/model/queue.ts';
import type { ServiceFigures } from '../../core/model/figures.ts';
import type { AgentProfile, RoutingRules, ServiceOverride } from '../../core/model/routing.ts';
import type { IntervalCounts } from '../../core/model/counts.ts';
import type { Connection } from '../../core/model/site.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Callback } from '../../ports/callbacks.ts';
import type { AskedCommand, CommandEnd } from '../../ports/commands.ts';
import type { AuditEntry, SessionRecord, TokenRecord, UserRecord } from '../../ports/people.ts';
import type { CustomerRecord, RoutingVersion } from '../../ports/provisioning.ts';
import { OVERLAP_MS } from '../common/store.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A row as readers see it: its latest version only, and when it became a tombstone. */
export interface Row<T> {
  value: T;
  version: number;
  goneAtMs: number | null;
}

/** Who may write a source's rows. */
export interface Lease {
  epoch: number;
  version: number;
  holder: string;
  leaseUntilMs: number;
}

export interface SiteData extends Lease {
  readonly siteId: string;
  title: string;
  connection: Connection;
  pbxSeenAtMs: number;
  callsInProgress: number;
  readonly agents: Map<string, Row<AgentState>>;
  readonly queues: Map<string, Row<QueueState>>;
}

export interface EdgeData extends Lease {
  readonly edgeId: string;
  seenAtMs: number;
  readonly waiting: Map<string, Row<WaitingCall> & { epoch: number }>;
  readonly figures: Map<string, { readonly value: ServiceFigures; readonly version: number; readonly atMs: number }>;
}

/** One version of the routing: the rules as they stood, and at which version they came into force. */
export interface RoutingData extends RoutingVersion {
  readonly rules: RoutingRules;
  readonly rulesVersion: number;
  readonly waitingVersion: number;
}

/** One promise to call back; `endedAtMs` null while it is pending. */
export interface CallbackData {
  callback: Callback;
  endedAtMs: number | null;
}

/** One command; `attempt` '' until it is taken, by the process of `epoch`. */
export interface CommandData {
  readonly asked: AskedCommand;
  readonly askedAtMs: number;
  readonly deadlineMs: number;
  holdsUntilMs: number;
  attempt: string;
  epoch: number;
  end: CommandEnd | null;
}

/** What the tables hold, in plain Maps. Its clock plays the database's. */
export interface Data {
  readonly clock: Clock;
  readonly sites: Map<string, SiteData>;
  readonly edges: Map<string, EdgeData>;
  /** The same row objects as in their sites. */
  readonly agentRows: Map<AgentId, { readonly site: SiteData; readonly row: Row<AgentState> }>;
  readonly reservations: Map<AgentId, Mutable<Reservation>>;
  /** Changes of reservations in the order of time, so that a read costs what has changed and not what there is. */
  readonly changeLog: { readonly atMs: number; readonly agentId: AgentId }[];
  readonly events: Map<string, Map<number, CallEvent>>;
  readonly routings: RoutingData[];
  readonly overrides: Map<string, ServiceOverride>;
  readonly profiles: Map<AgentId, AgentProfile>;
  readonly customers: Map<string, CustomerRecord>;
  readonly customerNumbers: Map<string, string>;
  readonly callbacks: Map<string, CallbackData>;
  readonly commands: Map<string, CommandData>;
  readonly users: Map<string, UserRecord>;
  readonly sessions: Map<string, SessionRecord>;
  readonly tokens: Map<string, TokenRecord>;
  readonly audits: Map<string, AuditEntry>;
  readonly intervals: Map<string, IntervalCounts>;
  /** Calls that changed since they were last counted. */
  readonly uncounted: Set<string>;
  /** Of calls that arrived before some may be deleted: they are counted no more. */
  keptFromMs: number;
}

export function emptyData(clock: Clock): Data {
  return {
    clock,
    sites: new Map(),
    edges: new Map(),
    agentRows: new Map(),
    reservations: new Map(),
    changeLog: [],
    events: new Map(),
    routings: [],
    overrides: new Map(),
    profiles: new Map(),
    customers: new Map(),
    customerNumbers: new Map(),
    callbacks: new Map(),
    commands: new Map(),
    users: new Map(),
    sessions: new Map(),
    tokens: new Map(),
    audits: new Map(),
    intervals: new Map(),
    uncounted: new Set(),
    keptFromMs: 0,
  };
}

/** Marks a reservation as changed now. The log is cut when it has grown to several times the number of agents. */
export function touch(data: Data, row: Mutable<Reservation>): void {
  const nowMs = data.clock.nowMs();
  row.changedAtMs = nowMs;
  data.changeLog.push({ atMs: nowMs, agentId: row.agentId });
  if (data.changeLog.length > 1_000 + 4 * data.reservations.size) data.changeLog.splice(0, data.changeLog.length >> 1);
}

/** Reservations changed since a read, with the overlap; all of them when the log does not reach back so far. */
export function changedReservations(data: Data, readAtMs: number): readonly Reservation[] {
  const sinceMs = Math.min(readAtMs, data.clock.nowMs()) - OVERLAP_MS;
  const first = data.changeLog[0];
  if (readAtMs === 0 || (first !== undefined && first.atMs >= sinceMs))
    return [...data.reservations.values()]
      .filter((row) => row.changedAtMs >= sinceMs || readAtMs === 0)
      .map((row) => ({ ...row }));
  const ids = new Set<AgentId>();
  for (let i = data.changeLog.length - 1; i >= 0; i--) {
    const change = data.changeLog[i];
    if (change === undefined || change.atMs < sinceMs) break;
    ids.add(change.agentId);
  }
  return [...ids].flatMap((id) => {
    const row = data.reservations.get(id);
    return row ? [{ ...row }] : [];
  });
}

/** Takes a higher epoch when the lease has expired or is the holder's own. */
export function take(lease: Lease, nowMs: number, holder: string, leaseMs: number): boolean {
  if (lease.leaseUntilMs > nowMs && lease.holder !== holder) return false;
  lease.epoch += 1;
  lease.holder = holder;
  lease.leaseUntilMs = nowMs + leaseMs;
  return true;
}
