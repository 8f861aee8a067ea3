import { IpntError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Random } from '../../src/pbx/simulated/random.ts';
import type { Store } from '../../src/store/common/store.ts';
import type { MemoryStore } from '../../src/store/memory/index.ts';
import type { SimProcess } from './process.ts';

/** How the database does at the moment; changed by faults while the world runs. */
export interface Weather {
  /** Least and greatest time one way, ms. */
  delayMs: readonly [number, number];
  /** Share of statements that fail without an effect. */
  errors: number;
  /** Share that are done and whose answer is lost. */
  lostAnswers: number;
  /** Share that are done only after the client has given up. */
  late: number;
  /** Nothing answers. */
  isOut: boolean;
}

/** One statement as the database executed it. */
export interface Statement {
  readonly process: SimProcess;
  readonly operation: keyof Store;
  readonly args: readonly unknown[];
  readonly result: unknown;
  /** The reservation as it stood before a claim. */
  readonly before: Awaited<ReturnType<Store['readReservation']>>;
}

/** A client gives up after this long. */
const DEADLINE_MS = 1_000;
/** All tries of a claim together. */
const CLAIM_DEADLINE_MS = 2_000;
const CLAIM_TRIES = 2;
/** Transactions lock their source's row until they commit: a later one of the same writer waits, none comes late. */
const IN_ORDER: ReadonlySet<keyof Store> = new Set([
  'publish',
  'placeWaiting',
  'leaveWaiting',
  'publishFigures',
  'keepCallback',
  'endCallback',
  'takeCallbacks',
  'takeEdge',
  'takeSite',
]);

export interface FaultyParts {
  readonly memory: MemoryStore;
  readonly process: SimProcess;
  readonly clock: Clock;
  readonly random: Random;
  readonly weather: Weather;
  readonly executed: (statement: Statement) => void;
}

/** The store as one process sees it over a network: late, and not always. */
export function faultyStore(parts: FaultyParts): Store {
  const { memory } = parts;
  const once = (operation: keyof Store, args: readonly unknown[]): Promise<unknown> => send(parts, operation, args);
  return new Proxy(memory, {
    get(_target, name: string) {
      const operation = name as keyof Store;
      if (typeof memory[operation] !== 'function') return undefined;
      return async (...args: unknown[]) => {
        if (operation !== 'claim') return once(operation, args);
        // As on MySQL: a process that slept past the deadline does not try again.
        const untilMs = parts.process.clock.monoMs() + CLAIM_DEADLINE_MS;
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await once(operation, args);
          } catch (error) {
            if (attempt >= CLAIM_TRIES || parts.process.clock.monoMs() > untilMs) throw error;
          }
        }
      };
    },
  });
}

function send(parts: FaultyParts, operation: keyof Store, args: readonly unknown[]): Promise<unknown> {
  const { process, clock, random, weather } = parts;
  const delay = (): number => random.between(weather.delayMs[0], weather.delayMs[1]);
  const draw = random.next();
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new IpntError('DATABASE_DOWN', operation));
    const deadline = process.clock.after(DEADLINE_MS, fail);
    const answer = (tell: () => void): void => {
      process.clock.after(delay(), () => {
        deadline.cancel();
        tell();
      });
    };
    const work = (isHeard: boolean): void => {
      void execute(parts, operation, args).then(
        (result) => (isHeard ? answer(() => resolve(result)) : undefined),
        (error: unknown) => (isHeard ? answer(() => reject(error as Error)) : undefined),
      );
    };
    clock.after(delay(), () => {
      if (weather.isOut) return;
      if (draw < weather.errors) return answer(fail);
      if (draw < weather.errors + weather.lostAnswers) return work(false);
      if (draw < weather.errors + weather.lostAnswers + weather.late && !IN_ORDER.has(operation))
        return void clock.after(random.between(200, 3_000), () => work(false));
      work(true);
    });
  });
}

/** The memory store does all of it at once; what stood before a claim is read in the same moment. */
async function execute(parts: FaultyParts, operation: keyof Store, args: readonly unknown[]): Promise<unknown> {
  const { memory, process, executed } = parts;
  const request = args[0] as { agentId?: string } | undefined;
  const before = operation === 'claim' ? memory.readReservation(request?.agentId ?? '') : null;
  const method = memory[operation] as (...args: readonly unknown[]) => Promise<unknown>;
  const result = await method(...args);
  executed({ process, operation, args, result, before: await before });
  return result;
}
