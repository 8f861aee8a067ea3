/** One call's facts for tables: what is not given is as it usually is. */
import { explainCall } from '../../../../src/core/explain/call.ts';
import type { Titles } from '../../../../src/core/explain/titles.ts';
import type { CallEvent, CallFact } from '../../../../src/core/model/call.ts';
import type { Candidate, Decision } from '../../../../src/core/model/decision.ts';

export const T0 = Date.UTC(2026, 10, 22, 16, 41, 51);
export const TITLES: Titles = {
  agents: new Map([
    ['berlin/PJSIP/1001', 'Anna'],
    ['paris/PJSIP/2001', 'Bob'],
  ]),
  sites: new Map([
    ['berlin', 'Berlin'],
    ['paris', 'Paris'],
  ]),
  services: new Map([['support', 'Support']]),
};

export const arrived: CallFact = {
  ...{ kind: 'arrived', edge: 'edge1', service: 'support', ani: '+33142345678', dnis: '+49301234567' },
  ...{ channel: '1763829402.12', requirement: 'queue:support and lang_fr>=3', priority: 5 },
};
export const candidate = (agentId: string, title: string, rank: number, idleMs: number | null): Candidate => ({
  ...{ agentId, title, rank, idleMs, keys: [] },
});
export const decided = (more: Partial<Decision>): CallFact => ({
  kind: 'decided',
  decision: {
    ...{ callId: 'c1', service: 'support', requirement: '', strategy: 'longest_idle', step: 0, atMs: T0, versions: {} },
    ...{ routingVersion: 3 },
    ...{ winner: null, next: [], refused: [], others: {}, ahead: 0 },
    ...more,
  },
});
export type Fact<K extends CallFact['kind']> = Extract<CallFact, { kind: K }>;
export const step = (more: Partial<Fact<'stepped'>>): CallFact => ({
  ...{ kind: 'stepped', step: 1, skipped: false, requirement: 'french', priority: 5, strategy: 'longest_idle' },
  ...{ why: 'after 30 s', ...more },
});
export const customer = (more: Partial<Fact<'customerFound'>>): CallFact => ({
  ...{ kind: 'customerFound', source: 'crm_main', customerId: '4711', name: 'Mme Martin', tookMs: 12, problem: '' },
  ...more,
});
export const events = (...facts: CallFact[]): CallEvent[] =>
  facts.map((fact, seq) => ({ callId: 'edge1-1763829402.12', seq, atMs: T0 + seq * 1_000, fact }));
export const story = (...facts: CallFact[]): string => explainCall(events(...facts), TITLES);
