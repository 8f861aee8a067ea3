/** Calls of the last hours, made up: what plots, searches and mean figures show on a stack that was started just now. */
import type { CallEvent, CallFact } from '../../src/core/model/call.ts';
import { dice } from './random.ts';
import type { Dice } from './random.ts';

export interface PastService {
  readonly name: string;
  readonly dnis: string;
  /** Calls an hour where the day is busiest. */
  readonly busiestHour: number;
  /** Agents' ids, `berlin/PJSIP/1001`. */
  readonly agents: readonly string[];
}

export interface PastSpec {
  readonly services: readonly PastService[];
  readonly edge: string;
  readonly hours: number;
  /** End of the last call at the latest. */
  readonly untilMs: number;
  readonly seed: number;
}

const HOUR_MS = 3_600_000;

/** More in some hours than in others, 0.4 to 1, and longer waits there. */
const busyness = (atMs: number): number => 0.7 + 0.3 * Math.sin((atMs / HOUR_MS) * 1.3);

/** The facts of all calls, in no order of time. */
export function pastCalls(spec: PastSpec): CallEvent[] {
  const own = dice(spec.seed);
  let count = 0;
  return spec.services.flatMap((service) => {
    const events: CallEvent[] = [];
    let atMs = spec.untilMs - spec.hours * HOUR_MS;
    for (;;) {
      const load = busyness(atMs);
      atMs += (-Math.log(1 - own.next()) * HOUR_MS) / (service.busiestHour * load);
      // Nobody talks for longer than five minutes or waits for longer than one: each call is over by the end.
      if (atMs > spec.untilMs - 6 * 60_000) return events;
      events.push(...oneCall(own, spec, service, `${spec.edge}-past-${++count}`, Math.round(atMs), load));
    }
  });
}

function oneCall(own: Dice, { edge }: PastSpec, service: PastService, callId: string, atMs: number, load: number) {
  const waitMs =
    own.next() < load * 0.6 ? Math.min(60_000, Math.round(-Math.log(1 - own.next()) * 22_000 * load)) : 900;
  const patienceMs = own.next() < 0.2 ? own.between(5_000, 40_000) : 90_000;
  const talkMs = own.between(20_000, 300_000);
  const agent = own.pick(service.agents);
  const site = agent.split('/')[0] ?? '';
  const steps: [number, CallFact][] = [
    [
      0,
      {
        ...{ kind: 'arrived', edge, service: service.name, ani: `4930450${own.between(10, 49)}`, dnis: service.dnis },
        ...{ channel: callId, requirement: '', priority: 0 },
      },
    ],
  ];
  if (patienceMs < waitMs) steps.push([patienceMs, { kind: 'ended', outcome: 'abandoned', by: 'caller', talkMs: 0 }]);
  else
    steps.push(
      [waitMs, { kind: 'bridged', agent, site, waitMs, recording: '' }],
      [waitMs + talkMs, { kind: 'ended', outcome: 'answered', by: own.next() < 0.3 ? 'agent' : 'caller', talkMs }],
    );
  return steps.map(([afterMs, fact], seq): CallEvent => ({ callId, seq, atMs: atMs + afterMs, fact }));
}
