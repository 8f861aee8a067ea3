/** Calls of two days as summaries, and the whole story of each, its decisions made by the code that makes them at an edge. */
import type { CallEvent, CallFact, Outcome } from '../../../../src/core/model/call.ts';
import type { Decision } from '../../../../src/core/model/decision.ts';
import { explainEvents, headOf } from '../../../../src/core/explain/call.ts';
import { titlesOf } from '../../../../src/core/explain/dry-run.ts';
import type { DryCall, DryWorld } from '../../../../src/core/routing/dry-case.ts';
import { dryRun } from '../../../../src/core/routing/dry-run.ts';
import type { CallSummary } from '../../../../src/core/model/call-summary.ts';
import { dice } from '../../random.ts';

export const NO_CALL: DryCall = {
  ...{ dnis: '', ani: '', service: '', customerId: '', requirement: null, priority: null, at: '', waitedMs: 0 },
  lastAgent: '',
};

const OUTCOMES: readonly Outcome[] = [
  ...Array<Outcome>(14).fill('answered'),
  ...(['abandoned', 'abandoned', 'overflowed', 'closed', 'called_back', 'redirected', 'defaulted', 'failed'] as const),
];

/** `count` calls, newest first, the first two still in progress. Every few minutes one. */
export function summaries(world: DryWorld, nowMs: number, count: number): readonly CallSummary[] {
  const { between, pick } = dice(11);
  const agents = [...world.view.agents.keys()];
  let atMs = nowMs - 20_000;
  return Array.from({ length: count }, (_, index): CallSummary => {
    atMs -= index === 0 ? 0 : between(2_000, 400_000);
    const live = index < 2;
    const outcome = live ? null : pick(OUTCOMES);
    const reached = index === 1 || outcome === 'answered' || outcome === 'redirected';
    const agentId = reached ? pick(agents) : '';
    const waitMs = reached ? between(1, 90) * 700 : null;
    const talkMs = outcome === 'answered' ? between(10, 900) * 1_000 : null;
    return {
      ...{ callId: `edge1-${Math.floor(atMs / 1_000)}.${1_000 - index}`, edgeId: 'edge1' },
      ...{
        service: pick(world.routing.services).name,
        ani: index % 17 === 5 ? '' : `+4917${between(10_000_000, 99_999_999)}`,
      },
      ...{ dnis: '+4930555100', customerId: '', arrivedAtMs: atMs },
      endedAtMs: live ? null : atMs + (waitMs ?? between(5, 60) * 1_000) + (talkMs ?? 0),
      ...{ agentId, siteId: agentId.split('/')[0] ?? '', waitMs, talkMs, offers: reached ? between(1, 2) : 0 },
      ...{ outcome, status: '' },
    };
  });
}

/** A call in progress, as if its caller had hung up now. */
export function endedNow(call: CallSummary, nowMs: number): CallSummary {
  if (call.outcome !== null) return call;
  const [outcome, talkMs] = call.waitMs === null ? (['abandoned', 0] as const) : (['answered', 61_000] as const);
  return { ...call, outcome, talkMs, endedAtMs: nowMs, waitMs: call.waitMs ?? nowMs - call.arrivedAtMs };
}

/** What an edge would decide about a call of `service`. */
function decision(world: DryWorld, service: string, more: Partial<DryCall>, atMs: number, step = 0): Decision {
  const run = dryRun(
    { ...NO_CALL, service, ...more },
    { ...world, routing: { ...world.routing, overrides: {}, calendars: [] } },
    null,
  );
  const made = run.decision;
  if (made === null) throw new Error(`no decision: ${run.outcome}`);
  return { ...made, atMs, step };
}

const HOPELESS = 'queue:support>=10 and windows>=9 and site=berlin';

/** Facts of a call with the ms after its arrival at which each happened. */
function factsOf(call: CallSummary, world: DryWorld): readonly (readonly [number, CallFact])[] {
  const at = call.arrivedAtMs;
  const service = call.service === 'night_line' ? 'technical' : call.service;
  const waited = decision(world, service, { requirement: HOPELESS }, at + 40);
  const chosen = decision(world, service, {}, at + 30_000, 1);
  const rung = chosen.next[0]?.agentId ?? call.agentId;
  const who = chosen.winner?.agentId ?? call.agentId;
  const { requirement } = waited;
  const begin: (readonly [number, CallFact])[] = [
    [
      0,
      {
        ...{ kind: 'arrived', edge: 'edge1', service: call.service, ani: call.ani, dnis: call.dnis },
        ...{ channel: 'x', requirement, priority: 0 },
      },
    ],
    [
      30,
      {
        ...{ kind: 'customerFound', source: 'shared', customerId: '4711', name: 'Mme <b>Martin</b>', tookMs: 12 },
        problem: '',
      },
    ],
    [40, { kind: 'decided', decision: waited }],
  ];
  const offer = (agent: string, atMs: number, rangMs: number, isAnswered: boolean): (readonly [number, CallFact])[] => [
    [atMs, { kind: 'offered', offer: `o${atMs}`, agent, site: 'berlin', ringMs: 20_000 }],
    [
      atMs + rangMs,
      {
        ...{ kind: 'offerEnded', offer: `o${atMs}`, agent, outcome: isAnswered ? 'answered' : 'no_answer' },
        ...{ reason: isAnswered ? 'answered' : 'no_answer', cause: 16, techCause: 0, rangMs },
      },
    ],
  ];
  const stepped: CallFact = {
    ...{ kind: 'stepped', step: 1, skipped: false, requirement: chosen.requirement, priority: 0 },
    ...{ strategy: chosen.strategy, why: 'after 30 s' },
  };
  if (call.outcome !== 'answered' && call.outcome !== null) {
    const endMs = Math.max(3_000, (call.endedAtMs ?? at) - at);
    const by = call.outcome === 'abandoned' ? 'caller' : 'router';
    return [...begin, [endMs, { kind: 'ended', outcome: call.outcome, by, talkMs: 0 }]];
  }
  const talkMs = call.talkMs ?? 60_000;
  return [
    ...begin,
    [30_000, stepped],
    [
      30_010,
      {
        kind: 'decided',
        decision: {
          ...chosen,
          winner: chosen.next[0] ?? null,
          next: [...(chosen.winner === null ? [] : [chosen.winner]), ...chosen.next.slice(1)],
        },
      },
    ],
    ...offer(rung, 30_020, 20_000, false),
    [50_030, { kind: 'decided', decision: { ...chosen, atMs: at + 50_030 } }],
    ...offer(who, 50_040, 3_400, true),
    [53_440, { kind: 'bridged', agent: who, site: 'berlin', waitMs: 53_440, recording: '' }],
    [53_440 + talkMs, { kind: 'returned', status: 'ANSWERED', waitMs: 53_440, detail: '' }],
    [53_450 + talkMs, { kind: 'ended', outcome: 'answered', by: 'caller', talkMs }],
  ];
}

/** The answer of `GET /v1/calls/{callId}`. A call in progress has come as far as the time has. */
export function callAnswer(call: CallSummary, world: DryWorld, nowMs: number): unknown {
  const events: CallEvent[] = factsOf(call, world)
    .map(([ms, fact], seq) => ({ callId: call.callId, seq, atMs: call.arrivedAtMs + ms, fact }))
    .filter(({ atMs, fact }) => call.outcome !== null || (atMs <= nowMs && fact.kind !== 'ended'));
  const titles = titlesOf(world);
  const reached = events.find(({ fact }) => fact.kind === 'bridged')?.fact;
  return {
    summary: reached?.kind === 'bridged' ? { ...call, agentId: reached.agent, waitMs: reached.waitMs } : call,
    story: headOf(events, titles),
    events: explainEvents(events, titles).map(({ seq, atMs, fact, says, waited }) => ({
      ...{ seq, atMs, kind: fact.kind, fact, says },
      ...(waited && { waited }),
    })),
    titles: Object.fromEntries(
      Object.entries(titles).map(([key, map]) => [key, Object.fromEntries(map as Map<string, string>)]),
    ),
  };
}
