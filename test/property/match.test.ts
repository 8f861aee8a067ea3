/** What holds of every match, whoever waits for whomever. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WaitingCall } from '../../src/core/model/call.ts';
import { byTurn, effectivePriority } from '../../src/core/model/call.ts';
import { STRATEGIES } from '../../src/core/model/service.ts';
import { compile, MEETS, STAFFED } from '../../src/core/routing/compile.ts';
import { decide } from '../../src/core/routing/decide.ts';
import type { Pair } from '../../src/core/routing/match.ts';
import { match } from '../../src/core/routing/match.ts';
import { asStaffed } from '../../src/core/routing/eligible.ts';
import { People } from '../../src/core/routing/people.ts';
import { byKeys, keysFor } from '../../src/core/routing/rank.ts';
import { parseRequirement, unmet } from '../../src/core/routing/requirement.ts';
import type { RoutingView } from '../../src/core/routing/view.ts';
import { call, NOW_MS, world } from '../unit/core/routing/world.ts';
import { agentRow, AGENTS, couldTake, crowd, OPTIONS, REQUIREMENTS, spec } from './match-world.ts';

const RUNS = { numRuns: 1_500 };

const inTurn = (view: RoutingView): WaitingCall[] =>
  [...view.waiting.values()].filter(({ offering }) => !offering).sort((a, b) => byTurn(a, b, view.nowMs));

const names = (pairs: readonly Pair[]): string[] => pairs.map((pair) => `${pair.call.callId} ${pair.agent.agentId}`);

/** Who is served when each call in its turn is served if all before it still can be: the textbook's way, one try after the other. */
function served(view: RoutingView, passedOver = OPTIONS.passedOver): string[] {
  const holder = new Map<string, WaitingCall>();
  const place = (wanted: WaitingCall, tried: Set<string>): boolean =>
    [...view.agents.values()].some((one) => {
      if (tried.has(one.agentId) || !couldTake(view, wanted, one)) return false;
      if (passedOver(wanted.callId, one.agentId)) return false;
      tried.add(one.agentId);
      const other = holder.get(one.agentId);
      if (other !== undefined && !place(other, tried)) return false;
      holder.set(one.agentId, wanted);
      return true;
    });
  return inTurn(view)
    .filter((wanted) => place(wanted, new Set()))
    .map(({ callId }) => callId);
}

test('an agent goes to one call, and only to one that he could take', () => {
  fc.assert(
    fc.property(spec, (given) => {
      const view = world(given);
      const pairs = match(view, OPTIONS);
      expect(new Set(pairs.map(({ agent }) => agent.agentId)).size).toBe(pairs.length);
      expect(pairs.filter((pair) => !couldTake(view, pair.call, pair.agent))).toEqual([]);
    }),
    RUNS,
  );
});

test('nobody is left over who could take a call that is left over, and calls are served in the order of turns', () => {
  fc.assert(
    fc.property(fc.oneof(spec, crowd), (given) => {
      const view = world(given);
      const pairs = match(view, OPTIONS);
      const got = pairs.map((pair) => pair.call.callId);
      expect(got).toEqual(served(view));
      const used = new Set(pairs.map(({ agent }) => agent.agentId));
      for (const wanted of inTurn(view).filter(({ callId }) => !got.includes(callId)))
        for (const one of view.agents.values())
          expect(!used.has(one.agentId) && couldTake(view, wanted, one)).toBe(false);
    }),
    { numRuns: 4_000 },
  );
});

test('a later equal call is never served instead of an earlier one', () => {
  const twin = fc.tuple(spec, fc.nat(6)).map(([given, n]) => {
    const waiting = given.waiting ?? [];
    const first = waiting[n % Math.max(1, waiting.length)];
    return { given: { ...given, waiting: first ? [...waiting, { ...first, callId: 'z' }] : waiting }, first };
  });
  fc.assert(
    fc.property(twin, ({ given, first }) => {
      const view = world(given);
      const got = match(view, OPTIONS).map((pair) => pair.call.callId);
      if (first !== undefined && got.includes('z')) expect(got).toContain(first.callId);
    }),
    RUNS,
  );
});

test('the order in which rows came in changes nothing', () => {
  fc.assert(
    fc.property(spec, (given) => {
      const reversed = {
        ...given,
        agents: [...(given.agents ?? [])].reverse(),
        reservations: [...(given.reservations ?? [])].reverse(),
        waiting: [...(given.waiting ?? [])].reverse(),
      };
      expect(names(match(world(reversed), OPTIONS))).toEqual(names(match(world(given), OPTIONS)));
    }),
    RUNS,
  );
});

test('every strategy ranks any two agents, one before the other, by finite keys', () => {
  const two = fc.tuple(fc.constantFrom(...STRATEGIES), ...AGENTS.slice(0, 4).map(agentRow));
  fc.assert(
    fc.property(two, spec, ([strategy, ...agents], given) => {
      const view = world({ ...given, agents });
      const wanted = call('a', { strategy, requirement: 'en or fr', preferred: AGENTS.slice(1, 2) });
      const keysOf = keysFor(view, wanted, parseRequirement(wanted.requirement));
      const ranked = agents.map((one) => ({ agentId: one.agentId, keys: keysOf(one) }));
      expect(ranked.flatMap(({ keys }) => keys).every(Number.isFinite)).toBe(true);
      for (const a of ranked)
        for (const b of ranked) {
          expect(Math.sign(byKeys(a, b)) + Math.sign(byKeys(b, a))).toBe(0);
          if (a !== b) expect(byKeys(a, b)).not.toBe(0);
          for (const c of ranked) if (byKeys(a, b) < 0 && byKeys(b, c) < 0) expect(byKeys(a, c)).toBeLessThan(0);
        }
    }),
  );
});

test('a decision replayed from its record gives itself', () => {
  fc.assert(
    fc.property(spec, (given) => {
      const view = world(given);
      const pairs = match(view, OPTIONS);
      const takenBy = new Map(pairs.map((pair) => [pair.agent.agentId, pair.call.callId]));
      for (const pair of pairs) {
        const decision = decide(view, pair.call, parseRequirement(pair.call.requirement), pair.agent, takenBy);
        const record = JSON.parse(JSON.stringify(decision)) as typeof decision;
        const [winner, ...next] = [record.winner ?? [], ...record.next].flat().sort(byKeys);
        expect(winner?.agentId).toBe(pair.agent.agentId);
        expect(winner).toEqual(decision.winner);
        expect(next).toEqual(decision.next);
        expect([winner, ...next].map((each) => each?.rank)).toEqual(next.map((_, i) => i + 1).concat(next.length + 1));
      }
    }),
    RUNS,
  );
});

test('a call that is served alone gets the first of its candidates', () => {
  fc.assert(
    fc.property(spec, (given) => {
      for (const wanted of given.waiting ?? []) {
        const view = world({ ...given, waiting: [wanted] });
        const [pair] = match(view, OPTIONS);
        const decision = decide(view, wanted, parseRequirement(wanted.requirement), null, new Map());
        expect(decision.next[0]?.agentId).toBe(pair?.agent.agentId);
      }
    }),
    RUNS,
  );
});

test('who is passed over for a call does not get it, and the next call may have him', () => {
  fc.assert(
    fc.property(fc.oneof(spec, crowd), fc.subarray(AGENTS), (given, passed) => {
      const view = world(given);
      const passedOver = (callId: string, agentId: string): boolean =>
        view.waiting.get(callId)?.edgeId === 'edge2' && passed.includes(agentId);
      const pairs = match(view, { ...OPTIONS, passedOver });
      expect(pairs.filter((pair) => passedOver(pair.call.callId, pair.agent.agentId))).toEqual([]);
      expect(pairs.map((pair) => pair.call.callId)).toEqual(served(view, passedOver));
    }),
    { numRuns: 4_000 },
  );
});

test('an evaluated requirement says what the explained one says', () => {
  fc.assert(
    fc.property(
      fc.array(agentRow('lyon/PJSIP/1'), { maxLength: 5 }),
      fc.constantFrom(...REQUIREMENTS),
      (rows, text) => {
        const requirement = parseRequirement(text);
        const people = new People();
        rows.forEach((row, i) => people.setRow(people.add({ ...row, agentId: `${row.agentId}${i}` }), row));
        const bits = [...compile(requirement, people)(0, rows.length)];
        expect(bits).toEqual(
          rows.map(
            (row) =>
              (unmet(requirement, row) === null ? MEETS : 0) |
              (unmet(requirement, asStaffed(row)) === null ? STAFFED : 0),
          ),
        );
      },
    ),
  );
});

test('priority is what a call has earned by now', () => {
  expect(effectivePriority(call('a', { priority: 1, ageing: 2, arrivedAtMs: NOW_MS - 90_000 }), NOW_MS)).toBe(4);
});
