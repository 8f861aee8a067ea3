/**
 * How a process ends: named steps, intake first and then last in first out, bounded in total, once. A second signal forces.
 * What nobody caught is a bug: the process says so and ends, its supervisor starts it again.
 */
import type { Clock, Timer } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Why a process ends, and with which exit code. */
export interface End {
  readonly reason: string;
  readonly code: number;
}

export interface Lifecycle {
  /** Adds a step for the end. `intake`: stops new work, and runs before all others. A step added during the end runs at once. */
  onStop(name: string, step: () => Promise<void> | void, options?: { readonly intake?: boolean }): void;
  /** Runs the steps; a second call waits for the first. Never rejects. */
  stop(reason: string, code?: number): Promise<void>;
  /** Resolves with the reason when the end begins. */
  readonly stopping: Promise<End>;
  readonly isStopping: boolean;
}

/** The part of `process` that is used: tests have their own. */
export type ProcessLike = Pick<NodeJS.EventEmitter, 'on' | 'off'> & { exit(code: number): void };

export interface LifecycleOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** All steps together. */
  readonly totalMs?: number;
  readonly process?: ProcessLike;
}

interface Step {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

const TOTAL_MS = 10_000;
/** Forced or out of time. */
const EXIT_FORCED = 1;

/** Watches the signals of this process and leads it to its end, which is `process.exit` with the code of the first cause. */
export function openLifecycle({
  log,
  clock,
  totalMs = TOTAL_MS,
  process: proc = process,
}: LifecycleOptions): Lifecycle {
  const intake: Step[] = [];
  const others: Step[] = [];
  let ended: Promise<void> | null = null;
  let begin: (end: End) => void = () => undefined;
  const stopping = new Promise<End>((resolve) => (begin = resolve));

  const runAll = async (end: End): Promise<void> => {
    begin(end);
    log.info(`ending: ${end.reason}`);
    const deadline = clock.monoMs() + totalMs;
    const results: StepResult[] = [];
    for (let step = intake.pop() ?? others.pop(); step; step = intake.pop() ?? others.pop()) {
      // A timer may fire a moment before the clock says so: who was late has used up the time, whatever is left of it.
      const leftMs = results.includes('late') ? 0 : deadline - clock.monoMs();
      results.push(await runStep(step, leftMs, { log, clock }));
    }
    unwatch();
    proc.exit(results.every((result) => result === 'done') ? end.code : EXIT_FORCED);
  };
  const stop = (reason: string, code = 0): Promise<void> => (ended ??= runAll({ reason, code }));

  const onSignal = (signal: NodeJS.Signals): void => {
    if (ended === null) return void stop(signal);
    log.warn(`${signal} again: ending at once`);
    proc.exit(EXIT_FORCED);
  };
  const onBug = (error: unknown): void => {
    log.error('a bug: something failed that nobody caught', { errCode: 'BUG', detail: stackOf(error) });
    void stop('a bug', EXIT_FORCED);
  };
  const unwatch = watch(proc, onSignal, onBug);

  return {
    onStop: (name, run, options) => void (options?.intake ? intake : others).push({ name, run }),
    stop,
    stopping,
    get isStopping() {
      return ended !== null;
    },
  };
}

function watch(
  proc: ProcessLike,
  onSignal: (signal: NodeJS.Signals) => void,
  onBug: (error: unknown) => void,
): () => void {
  const pairs = [
    ['SIGINT', onSignal],
    ['SIGTERM', onSignal],
    ['uncaughtException', onBug],
    ['unhandledRejection', onBug],
  ] as const;
  for (const [event, listener] of pairs) proc.on(event, listener as (...args: unknown[]) => void);
  return () => {
    // Signals stay ours until the very end: without a listener they would cut the last step short.
    for (const [event, listener] of pairs.slice(2)) proc.off(event, listener as (...args: unknown[]) => void);
  };
}

type StepResult = 'done' | 'failed' | 'late';

/** Runs one step within the time that is left. */
async function runStep(step: Step, leftMs: number, { log, clock }: { log: Log; clock: Clock }): Promise<StepResult> {
  if (leftMs <= 0) {
    log.error('no time left for a step of the end', { event: step.name });
    return 'late';
  }
  let timer: Timer | undefined;
  const late = new Promise<'late'>((resolve) => (timer = clock.after(leftMs, () => resolve('late'))));
  try {
    const result = await Promise.race([Promise.resolve(step.run()).then(() => 'done' as const), late]);
    if (result === 'late')
      log.error('a step of the end took too long', { event: step.name, durMs: Math.round(leftMs) });
    return result;
  } catch (error) {
    log.error('a step of the end failed', { event: step.name, detail: stackOf(error) });
    return 'failed';
  } finally {
    timer?.cancel();
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
