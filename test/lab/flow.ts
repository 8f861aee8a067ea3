/** A gentle flow of calls that goes on until it is stopped: what a call centre's day looks like, for people who watch. */
import type { Dice } from './random.ts';
import { dice } from './random.ts';
import type { PhoneFarm } from './sip/farm.ts';
import { Phone } from './sip/phone.ts';
import type { OutgoingCall, RingBehaviour } from './sip/phone.ts';

export interface Demand {
  readonly dial: string;
  /** How much of the traffic it gets, beside the others. */
  readonly weight: number;
}

export interface FlowCall {
  /** Since the call before. */
  readonly gapMs: number;
  readonly dial: string;
  readonly ani: string;
  readonly talkMs: number;
  /** Hangs up when nobody has answered by then. */
  readonly patienceMs: number;
  /** A phone that does not simply answer while this call is there; null mostly. */
  readonly odd: { readonly phone: string; readonly manner: 'busy' | 'silent' } | null;
}

export interface FlowSpec {
  readonly demand: readonly Demand[];
  readonly seed: number;
  /** Mean time from one call to the next, rushes included; 8 s by default: some five agents are kept busy. */
  readonly meanGapMs?: number;
  /** The farm's phones ring; the caller is the flow's own. */
  readonly phones: PhoneFarm;
  readonly localAddress: string;
  readonly server: { readonly host: string; readonly port: number };
  /** Live calls at most, 12 by default: those beyond are not placed. */
  readonly atOnce?: number;
  /** How many times faster than life; for tests of the flow itself. */
  readonly pace?: number;
}

export interface Flow {
  readonly placed: number;
  readonly live: number;
  /** Ends all calls, within half a second. */
  stop(): Promise<void>;
}

const RUSH = { oneIn: 20, calls: 4 };
const MANNERS = { busy: { kind: 'reject', code: 486 }, silent: { kind: 'ring' } } as const;
/** Phones and caller forget what they logged, so that a flow of days stays small. */
const FORGET_AFTER = 200;

const exponential = (own: Dice, mean: number): number => -Math.log(1 - own.next()) * mean;

function drawn(own: Dice, demand: readonly Demand[]): string {
  let left = own.next() * demand.reduce((sum, { weight }) => sum + weight, 0);
  return (demand.find(({ weight }) => (left -= weight) < 0) ?? demand[0])?.dial ?? '';
}

/** The calls of a flow, the same for the same seed: now and then a rush on one service, so that somebody has to wait. */
export function* flowCalls(
  spec: Pick<FlowSpec, 'demand' | 'seed' | 'meanGapMs'>,
  labels: readonly string[],
): Generator<FlowCall, never> {
  const own = dice(spec.seed);
  // A rush is calls without a gap to speak of: the others are so much further apart.
  const meanGapMs = (spec.meanGapMs ?? 8_000) * (1 + (RUSH.calls - 1) / RUSH.oneIn);
  for (;;) {
    const rush = own.between(1, RUSH.oneIn) === 1 ? RUSH.calls : 1;
    const dial = drawn(own, spec.demand);
    for (let i = 0; i < rush; i++) {
      const oddly = own.next();
      yield {
        gapMs: i === 0 ? Math.min(exponential(own, meanGapMs), 2.5 * meanGapMs) : own.between(200, 900),
        dial,
        // People call again: the same forty numbers.
        ani: `4930450${own.between(10, 49)}`,
        // Most talks are short: 10 to 60 s, 25 in the mean.
        talkMs: 10_000 + 50_000 * own.next() ** 2.3,
        patienceMs: own.next() < 0.15 ? own.between(4_000, 12_000) : own.between(40_000, 90_000),
        odd: oddly < 0.08 ? { phone: own.pick(labels), manner: oddly < 0.04 ? 'busy' : 'silent' } : null,
      };
    }
  }
}

/** Starts the flow; the phones answer after a moment, as people do. */
export async function startFlow(spec: FlowSpec): Promise<Flow> {
  const pace = spec.pace ?? 1;
  const own = dice(spec.seed);
  const labels = [...spec.phones.phones.keys()];
  const plan = flowCalls(spec, labels);
  const caller = new Phone({ name: 'flow', localAddress: spec.localAddress, server: spec.server });
  await caller.start();
  for (const phone of spec.phones.phones.values()) phone.behaviour = usual(own, pace);
  const live = new Set<OutgoingCall>();
  const timers = new Set<NodeJS.Timeout>();
  let placed = 0;
  const later = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms / pace);
    timers.add(timer);
  };
  const place = ({ dial, ani, talkMs, patienceMs, odd }: FlowCall): void => {
    const phone = odd === null ? undefined : spec.phones.get(odd.phone);
    if (phone && odd) phone.behaviour = MANNERS[odd.manner];
    const call = caller.call(dial, { fromUser: ani, ringTimeoutMs: patienceMs / pace });
    live.add(call);
    if (++placed % FORGET_AFTER === 0) for (const farm of [spec.phones, caller]) farm.forget();
    // Who was not answered has ended, which is all that counts.
    void call.answered.then(() => later(talkMs, () => void call.hangup())).catch(() => undefined);
    void call.ended.then(() => {
      live.delete(call);
      if (phone) phone.behaviour = usual(own, pace);
    });
  };
  const next = (): void => {
    const { value: planned } = plan.next();
    later(planned.gapMs, () => {
      if (live.size < (spec.atOnce ?? 12)) place(planned);
      next();
    });
  };
  // Who has just started it wants to see something.
  place(plan.next().value);
  next();
  return {
    get placed() {
      return placed;
    },
    get live() {
      return live.size;
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await caller.stop();
    },
  };
}

const usual = (own: Dice, pace: number): RingBehaviour => ({
  kind: 'answer',
  afterMs: own.between(500, 1_800) / pace,
});
