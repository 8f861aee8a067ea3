import { FIGURES_WINDOW_MS } from '../model/figures.ts';
import type { ServiceFigures } from '../model/figures.ts';
import { meanHandleMs, meanWaitMs } from './figures.ts';

/** A line of callers that wants some of the agents that the call wants. */
export interface CompetingLine {
  /** Its callers whose turn is before the call's; not those who are being offered an agent. */
  readonly ahead: number;
  /** Agents who serve it (logged in, not paused, at a living site), and those of them who could take the call as well. */
  readonly agents: number;
  readonly shared: number;
  /** Mean talk and wrap-up; null while no talk has ended. */
  readonly handleMs: number | null;
  /** Agents that it keeps busy on average (Erlangs). */
  readonly load: number;
  /** Callers who give up, a caller and ms of waiting; 0: nobody. */
  readonly leavesPerMs: number;
  /** For how long callers of it who come later go before the call: 0 never; Infinity where its priority stays above. */
  readonly overtakesForMs: number;
}

export interface ExpectedWaitInput {
  /** Agents who could take the call at once: `own.agents` are all who ever could. */
  readonly free: number;
  /** The call's own line; `shared` is `agents`. */
  readonly own: CompetingLine;
  /** The lines that share agents with it. */
  readonly others: readonly CompetingLine[];
  /** Mean wait of those whom this service answered lately; null when it answered nobody. */
  readonly recentWaitMs: number | null;
  /** How long the one who waits longest in this service has waited; null when nobody waits. */
  readonly longestWaitMs: number | null;
}

/** `agents`: from those who wait and those who serve. `recent`: what happened lately. `unknown`: nothing is known. */
export interface ExpectedWait {
  readonly ms: number | null;
  readonly basis: 'agents' | 'recent' | 'unknown';
}

/**
 * How long the call will wait: calls ahead x handle time x share that does not abandon / effective agents.
 *
 * - Calls ahead: the call itself, those before it in its own line, and those before it in other lines as far as agents
 *   take them whom it could have had.
 * - Handle time: of the calls that its agents are busy with, since their ends are what is waited for.
 * - Share that does not abandon: a line in which each gives up at a rate r shrinks by itself: what would take x takes
 *   ln(1 + r x) / r.
 * - Effective agents: those who can take it, less those whom later calls of higher priority take meanwhile.
 *
 * Where it cannot know (no talk has ended yet, nobody is there, later calls take every agent): the mean wait lately, and not
 * less than somebody has waited already.
 */
export function expectedWait(input: ExpectedWaitInput): ExpectedWait {
  const { own, free } = input;
  const others = input.others.filter((line) => line.shared > 0);
  const handleMs = own.agents > 0 ? handleOf([own, ...others]) : null;
  const isServedNow = free > own.ahead + others.reduce((sum, line) => sum + line.ahead, 0);
  if (isServedNow) return { ms: 0, basis: 'agents' };
  if (handleMs !== null) {
    const ms = whenTaken(own, others, free, handleMs);
    if (ms < Infinity) return { ms: Math.round(withLeavers(ms, leavesPerMs([own, ...others]))), basis: 'agents' };
  }
  const known = [input.recentWaitMs, input.longestWaitMs].filter((ms) => ms !== null);
  return known.length === 0 ? { ms: null, basis: 'unknown' } : { ms: Math.round(Math.max(...known)), basis: 'recent' };
}

/** Mean handle time of the calls that the agents are busy with: each line by the rate at which its calls end. */
function handleOf(lines: readonly CompetingLine[]): number | null {
  let [ends, load, plain, known] = [0, 0, 0, 0];
  for (const { handleMs, load: whole, shared, agents } of lines) {
    if (handleMs === null || handleMs <= 0) continue;
    const here = (whole * shared) / agents;
    ends += here / handleMs;
    load += here;
    plain += handleMs;
    known += 1;
  }
  if (known === 0) return null;
  return ends > 0 ? load / ends : plain / known;
}

/** How an other line takes agents away: its callers ahead at most so many agents at once, later ones `later` of them. */
interface Rival {
  /** Work of its callers ahead, and agents of its own who do that beside ours. */
  readonly aheadMs: number;
  readonly beside: number;
  readonly shared: number;
  readonly later: number;
  readonly laterUntilMs: number;
}

/**
 * The first time T at which the call's agents have done the work before it: agents x T = work of its own line + what the other
 * lines take of them until then. A line takes as much as it has after its other agents have done their part until T (turns go
 * by arrival, so both lines move on together), and never more than the agents whom it shares. Infinity where T never comes.
 */
function whenTaken(own: CompetingLine, others: readonly CompetingLine[], free: number, handleMs: number): number {
  const rivals = others.map((line) => rivalOf(line, handleMs)).filter(({ aheadMs, later }) => aheadMs + later > 0);
  // Those before it in other lines take their part of the free agents as well.
  const taken = others.reduce((sum, { ahead, shared, agents }) => sum + (ahead * shared) / agents, 0);
  const workMs = Math.max(0, own.ahead + 1 - Math.max(0, free - taken)) * handleMs;
  const lackMs = (atMs: number): number =>
    workMs + rivals.reduce((sum, rival) => sum + takenMs(rival, atMs), 0) - own.agents * atMs;
  const bends = rivals.flatMap(({ aheadMs, beside, shared, laterUntilMs }) => [
    aheadMs / (beside + shared),
    aheadMs / beside,
    laterUntilMs,
  ]);
  let [fromMs, lacking] = [0, workMs];
  for (const atMs of bends.filter((ms) => ms > 0 && ms < Infinity).sort((a, b) => a - b)) {
    const then = lackMs(atMs);
    if (then <= 0) return lacking <= 0 ? fromMs : fromMs + ((atMs - fromMs) * lacking) / (lacking - then);
    [fromMs, lacking] = [atMs, then];
  }
  // Straight from here on.
  const rate = lacking - lackMs(fromMs + 1);
  return lacking <= 0 ? fromMs : rate > 1e-9 ? fromMs + lacking / rate : Infinity;
}

function rivalOf(line: CompetingLine, handleMs: number): Rival {
  const { ahead, agents, shared, load, overtakesForMs } = line;
  const apart = agents - shared;
  const later = overtakesForMs > 0 ? Math.min(shared, overflow(load, apart)) : 0;
  const beside = overtakesForMs > 0 ? Math.max(0, apart - (load - later)) : apart;
  return { aheadMs: ahead * handleMs, beside, shared, later, laterUntilMs: overtakesForMs };
}

const takenMs = (rival: Rival, atMs: number): number =>
  Math.min(rival.shared * atMs, Math.max(0, rival.aheadMs - rival.beside * atMs)) +
  rival.later * Math.min(atMs, rival.laterUntilMs);

/** Of a load in Erlangs, what does not find one of so many agents free (Erlang B): that much wants the shared ones. */
function overflow(load: number, agents: number): number {
  if (load <= 0) return 0;
  let blocked = 1;
  for (let n = 1; n <= Math.floor(agents); n++) blocked = (load * blocked) / (n + load * blocked);
  return load * blocked;
}

/** Of those ahead, by the lines that they are in. */
function leavesPerMs(lines: readonly CompetingLine[]): number {
  const ahead = lines.reduce((sum, line) => sum + line.ahead, 0);
  return ahead === 0 ? 0 : lines.reduce((sum, line) => sum + line.leavesPerMs * line.ahead, 0) / ahead;
}

const withLeavers = (ms: number, rate: number): number => (rate > 0 ? Math.log1p(rate * ms) / rate : ms);

/** What a line's recent figures say of it; nothing is known of one without figures. */
export function lineFigures(
  figures: ServiceFigures | undefined,
): Pick<CompetingLine, 'handleMs' | 'load' | 'leavesPerMs'> {
  if (figures === undefined) return { handleMs: null, load: 0, leavesPerMs: 0 };
  const waitMs = meanWaitMs(figures) ?? 0;
  const left = figures.answered + figures.abandoned;
  // One standard error less: where somebody waits long, the half hour before it was busier by chance than what comes.
  const chance = 1 - 1 / Math.sqrt(figures.handled + 1);
  return {
    handleMs: meanHandleMs(figures),
    load: (chance * figures.handleMs) / FIGURES_WINDOW_MS,
    // Erlang A: the share that gives up is the rate times the mean wait.
    leavesPerMs: waitMs > 0 ? figures.abandoned / (left * waitMs) : 0,
  };
}
