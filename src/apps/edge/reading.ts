import type { Routing } from '../../core/model/routing.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import type { Check, EdgeReading } from '../../ports/metrics.ts';
import type { StateCopy } from '../common/state-copy.ts';

/** One reign of the edge, as monitoring looks at it. */
export interface ReignStanding {
  readonly epoch: number;
  readonly calls: readonly CallState[];
  readonly copy: StateCopy;
  readonly routing: Routing;
  readonly isDatabaseDown: boolean;
  /** It has begun: the application is registered and calls are routed. */
  readonly hasBegun: boolean;
}

export interface EdgeStanding {
  /** Null while this process stands by, or waits for the database; `waitsFor` says which. */
  readonly reign: ReignStanding | null;
  readonly waitsFor: string;
  /** Whether the database answered when the edge was last asked for. */
  readonly couldAsk: boolean;
  readonly isLinkUp: boolean;
  readonly trunksUp: ReadonlyMap<string, boolean>;
  /** The machine's clocks. */
  readonly nowMs: number;
  readonly monoMs: number;
}

/** The state is read every 250 ms at the latest: one that is older than this is not followed. */
const STATE_OLD_MS = 5_000;

/** What the app knows of itself as monitoring wants it. Pure. */
export function edgeReading(standing: EdgeStanding): Omit<EdgeReading, 'spool'> {
  const { reign, isLinkUp, trunksUp, nowMs, monoMs } = standing;
  const stateAgeMs = reign?.copy.ageMs(monoMs) ?? null;
  const database = databaseCheck(standing, stateAgeMs);
  return {
    checks: [fenceCheck(standing), database, ariCheck(standing), appCheck(reign)],
    isHolding: reign !== null,
    epoch: reign?.epoch ?? 0,
    databaseAnswers: database.isOk,
    isAriUp: isLinkUp && reign !== null,
    callsInProgress: reign?.calls.length ?? 0,
    waiting: waitingBy(reign),
    stateAgeMs,
    clockOffsetMs: reign === null || stateAgeMs === null ? null : nowMs - reign.copy.dbNow(monoMs),
    trunksUp: isLinkUp ? trunksUp : new Map(),
  };
}

function waitingBy(reign: ReignStanding | null): ReadonlyMap<string, number> {
  const waiting = new Map<string, number>((reign?.routing.services ?? []).map(({ name }) => [name, 0]));
  for (const { phase, request } of reign?.calls ?? []) {
    const count = waiting.get(request.service);
    if (count !== undefined && (phase === 'waiting' || phase === 'placing')) waiting.set(request.service, count + 1);
  }
  return waiting;
}

const checkOf = (check: string, isOk: boolean, detail: string): Check => ({ check, isOk, detail });

const fenceCheck = ({ reign, waitsFor }: EdgeStanding): Check =>
  reign === null
    ? checkOf('fence', false, waitsFor)
    : checkOf('fence', true, `this process holds the edge, epoch ${reign.epoch}`);

function databaseCheck({ reign, couldAsk }: EdgeStanding, stateAgeMs: number | null): Check {
  const of = (isOk: boolean, detail: string): Check => checkOf('database', isOk, detail);
  if (reign === null) return of(couldAsk, couldAsk ? 'it answers' : 'the database does not answer');
  if (reign.isDatabaseDown) return of(false, 'the database does not answer: calls take their default route');
  if (stateAgeMs === null || stateAgeMs > STATE_OLD_MS) return of(false, 'the state has not been read for a while');
  return of(true, 'it answers');
}

const ariCheck = ({ reign, isLinkUp }: EdgeStanding): Check =>
  isLinkUp && reign !== null
    ? checkOf('ari', true, 'connected')
    : checkOf('ari', false, "ARI is not connected: calls take the dialplan's default route");

const appCheck = (reign: ReignStanding | null): Check =>
  reign?.hasBegun === true
    ? checkOf('application', true, `registered; routing version ${reign.routing.version}`)
    : checkOf('application', false, 'the application is not registered yet');
