/** Whatever happens to a call, in whatever order: it ends once, its claims end, and nobody is left ringing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallEffect, CallInput, Chosen } from '../../src/core/effects.ts';
import type { CallRequest } from '../../src/core/model/call.ts';
import { NO_WISHES } from '../../src/core/model/call.ts';
import { SERVICE_DEFAULTS, blankService } from '../../src/core/model/service.ts';
import type { Service } from '../../src/core/model/service.ts';
import { startCallback } from '../../src/core/reduce/call-callback.ts';
import { reduceCall, startCall } from '../../src/core/reduce/call.ts';
import type { CallStep } from '../../src/core/reduce/call-state.ts';

const chosen = (n: number): Chosen => ({
  agentId: `berlin/PJSIP/100${n}`,
  siteId: 'berlin',
  title: `A${n}`,
  address: `100${n}`,
  redirectable: true,
  wrapUpMs: null,
});

const request = (changes: Partial<CallRequest>): CallRequest => ({
  ...NO_WISHES,
  ...{ callId: 'c', edgeId: 'e', channelId: 'ch', service: 's', ani: '', callerName: '', dnis: '' },
  ...{ maxWaitMs: 1_000, ringMs: 100, arrivalMs: 100 },
  ...changes,
});

const offerId = fc.integer({ min: 1, max: 3 }).map((n) => `c.offer${n}`);
const legId = fc.integer({ min: 1, max: 3 }).map((n) => `c.customer${n}`);
const ok = fc.boolean();
const place = { kind: 'place', place: 'night^s^1' } as const;
const input: fc.Arbitrary<CallInput> = fc.oneof(
  fc.constant({ kind: 'placed', arrivedAtMs: 1 } as const),
  fc.integer({ min: 1, max: 3 }).map((n) => ({ kind: 'matched', chosen: chosen(n) }) as const),
  fc.record({
    kind: fc.constant('claimAnswered' as const),
    token: offerId,
    result: fc.constantFrom('won' as const, 'won' as const, 'lost' as const, 'failed' as const),
  }),
  fc.record({
    kind: fc.constantFrom('ringRefused' as const, 'offerRinging' as const, 'offerAnswered' as const),
    offerId,
  }),
  fc.record({
    kind: fc.constant('offerGone' as const),
    offerId,
    cause: fc.constantFrom(0, 16, 17, 19, 21, 22, 34),
    techCause: fc.constantFrom(0, 404, 410, 480, 486),
  }),
  fc.record({ kind: fc.constantFrom('whispered' as const, 'bridged' as const), offerId, ok }),
  fc.record({ kind: fc.constant('tokenLost' as const), token: offerId }),
  fc.constantFrom({ kind: 'transferredAtSite' } as const, { kind: 'arrivedAtSite' } as const),
  fc.record({ kind: fc.constant('callerLeft' as const), hungUp: ok }),
  fc.record({ kind: fc.constant('redirectAnswered' as const), ok }),
  fc.record({
    kind: fc.constant('dialReported' as const),
    dialStatus: fc.constantFrom('ANSWER', 'BUSY', 'NOANSWER', 'CHANUNAVAIL', ''),
  }),
  fc.record({ kind: fc.constantFrom('offerAnswered' as const, 'offerAnswered' as const), offerId: legId }),
  fc.record({
    kind: fc.constant('offerGone' as const),
    offerId: legId,
    cause: fc.constantFrom(16, 17),
    techCause: fc.constant(0),
  }),
  fc.constantFrom<CallInput>(
    { kind: 'identified', customer: null, preferred: [], tookMs: 1, problem: '' },
    { kind: 'keyPressed', key: '1' },
    { kind: 'keyPressed', key: '9' },
    { kind: 'callbackKept', result: 'ok', number: '+4930' },
    { kind: 'callbackKept', result: 'refused', number: '+4930' },
    { kind: 'requeue' },
    { kind: 'postponed', afterMs: 10 },
    { kind: 'overflowed', target: place, route: 'place:night^s^1', chosenSite: '', why: '' },
    { kind: 'movedTo', request: request({ service: 'other' }), target: null, why: '' },
  ),
  fc.constantFrom(
    { kind: 'giveUp', status: 'ERROR', detail: '' } as const,
    { kind: 'giveUp', status: 'NOAGENTS', detail: '' } as const,
  ),
  fc.record({
    kind: fc.constant('timerFired' as const),
    timer: fc.constantFrom(...(['maxWait', 'ring', 'arrival', 'closing', 'announce', 'callback'] as const)),
  }),
);

/** Half of the lives begin as most calls do; the rest is noise from the start. */
const BEGINNINGS: readonly (readonly CallInput[])[] = [
  [],
  [{ kind: 'placed', arrivedAtMs: 1 }],
  [
    { kind: 'placed', arrivedAtMs: 1 },
    { kind: 'matched', chosen: chosen(1) },
  ],
  [
    { kind: 'placed', arrivedAtMs: 1 },
    { kind: 'matched', chosen: chosen(1) },
    { kind: 'claimAnswered', token: 'c.offer1', result: 'won' },
  ],
  [
    { kind: 'placed', arrivedAtMs: 1 },
    { kind: 'matched', chosen: chosen(1) },
    { kind: 'claimAnswered', token: 'c.offer1', result: 'won' },
    { kind: 'offerAnswered', offerId: 'c.offer1' },
    { kind: 'bridged', offerId: 'c.offer1', ok: true },
  ],
];
const lives = (longest: number): fc.Arbitrary<readonly CallInput[]> =>
  fc
    .tuple(fc.constantFrom(...BEGINNINGS), fc.array(input, { maxLength: longest }))
    .map(([first, rest]) => [...first, ...rest]);

const requests = fc.record({
  delivery: fc.constantFrom('bridge' as const, 'bridge' as const, 'redirect' as const, 'continue' as const),
  whisper: fc.constantFrom('', 'ctx^s^1'),
  after: fc.constantFrom('hangup' as const, 'continue' as const),
  rules: fc
    .record({ last: fc.boolean(), everyMs: fc.constantFrom(0, 1_000), first: fc.constantFrom('customer', 'agent') })
    .map(({ last, everyMs, first }): Service => {
      const { announce, callback } = SERVICE_DEFAULTS;
      return {
        ...blankService('s'),
        requeue: true,
        preferred: { customer: false, last, patienceMs: 0 },
        announce: { ...announce, everyMs },
        callback: { ...callback, first: first as 'customer' | 'agent', tries: 2 },
        keys: { '1': { kind: 'callback' }, '9': { kind: 'leave', place: 'night^s^1' } },
      };
    }),
  ani: fc.constantFrom('', '+4930'),
});

/** A caller, or a callback that has his place. */
type Wishes = Partial<CallRequest> & { readonly isCallback?: boolean };
const wishes: fc.Arbitrary<Wishes> = fc
  .tuple(requests, fc.boolean())
  .map(([given, isCallback]) => ({ ...given, isCallback }));

function first({ isCallback = false, ...changes }: Wishes): CallStep {
  const kept = { arrivedAtMs: 5, tries: 0, afterMs: 0 };
  if (isCallback) return startCallback(request({ ...changes, channelId: '', delivery: 'bridge' }), kept, 0);
  return startCall(request(changes), 0);
}

interface Run {
  readonly last: CallStep;
  readonly effects: readonly CallEffect[];
}

function run(changes: Wishes, inputs: readonly CallInput[]): Run {
  let last = first(changes);
  const effects = [...last.effects];
  inputs.forEach((each, index) => {
    last = reduceCall(last.state, each, index + 1);
    effects.push(...last.effects);
  });
  return { last, effects };
}

/** What the world does in the end: the caller leaves, legs end, claims are answered, timers fire. */
const ENDING: readonly CallInput[] = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [
  { kind: 'callerLeft', hungUp: true } as const,
  { kind: 'claimAnswered', token: `c.offer${n}`, result: 'lost' } as const,
  { kind: 'offerGone', offerId: `c.offer${n}`, cause: 16, techCause: 0 } as const,
  { kind: 'offerGone', offerId: `c.customer${n}`, cause: 16, techCause: 0 } as const,
  { kind: 'redirectAnswered', ok: false } as const,
  { kind: 'dialReported', dialStatus: '' } as const,
  { kind: 'timerFired', timer: 'arrival' } as const,
]);

const facts = (effects: readonly CallEffect[], kind: string): number =>
  effects.filter((effect) => effect.kind === 'record' && effect.fact.kind === kind).length;

const count = (effects: readonly CallEffect[], kind: CallEffect['kind']): number =>
  effects.filter((effect) => effect.kind === kind).length;

test('a call has one outcome, is forgotten once, and comes back to the dialplan at most once for good', () => {
  fc.assert(
    fc.property(wishes, lives(40), (changes, inputs) => {
      const { last, effects } = run(changes, [...inputs, ...ENDING, { kind: 'timerFired', timer: 'closing' }]);
      expect(last.state.phase).toBe('over');
      expect(last.state.outcome).not.toBeNull();
      expect(facts(effects, 'ended')).toBe(1);
      expect(count(effects, 'forget')).toBe(1);
      expect(count(effects, 'giveBack')).toBeLessThanOrEqual(1);
    }),
    { numRuns: 5_000 },
  );
});

test('one offer at a time: nobody is rung before the last leg has ended or was refused', () => {
  fc.assert(
    fc.property(wishes, lives(60), (changes, inputs) => {
      let state = first({ ...changes, delivery: 'bridge' }).state;
      let out: string | null = null;
      for (const [index, each] of inputs.entries()) {
        const stepped = reduceCall(state, each, index + 1);
        state = stepped.state;
        if ((each.kind === 'offerGone' || each.kind === 'ringRefused') && each.offerId === out) out = null;
        for (const effect of stepped.effects) {
          if (effect.kind !== 'ring') continue;
          expect(out).toBeNull();
          out = effect.offerId;
        }
      }
    }),
    { numRuns: 5_000 },
  );
});

test('every claim that was won is moved on: to talk, wrap-up or a hold', () => {
  fc.assert(
    fc.property(wishes, lives(40), (changes, inputs) => {
      const { effects } = run({ ...changes, delivery: 'bridge' }, [...inputs, ...ENDING]);
      const rung = effects.flatMap((effect) => (effect.kind === 'ring' ? [effect.offerId] : []));
      const ended = new Set(
        effects.flatMap((effect) => (effect.kind === 'advance' && effect.step.phase !== 'talk' ? [effect.token] : [])),
      );
      const lost = facts(effects, 'incident') > 0;
      // The closing timer is the last resort of a leg whose end never came: then the lease ends it.
      const resort = inputs.some((each) => each.kind === 'timerFired' && each.timer === 'closing');
      if (!lost && !resort) for (const token of rung) expect(ended).toContain(token);
    }),
    { numRuns: 5_000 },
  );
});

test('an input seen twice changes nothing the second time', () => {
  fc.assert(
    fc.property(wishes, lives(30), input, (changes, inputs, repeated) => {
      fc.pre(!['matched', 'timerFired', 'giveUp'].includes(repeated.kind));
      const once = run(changes, [...inputs, repeated]).last.state;
      expect(reduceCall(once, repeated, 99).state.phase).toBe(once.phase);
    }),
    { numRuns: 3_000 },
  );
});
