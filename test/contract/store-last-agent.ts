import { describe, expect, test } from 'vitest';
import type { CallFact } from '../../src/core/model/call.ts';
import { arrived, event, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

let serial = 0;

/** A call of that number, with whom and how it ended; later ones have later times. */
function call(ani: string, agent: string, outcome: 'answered' | 'redirected' | 'abandoned' | null, service = 'sales') {
  const callId = unique('call');
  const facts: CallFact[] = [{ ...arrived, ani, service } as CallFact];
  if (agent !== '') facts.push({ kind: 'redirected', agent, site: 's', contact: '' });
  if (outcome !== null) facts.push({ kind: 'ended', outcome, by: 'caller', talkMs: 0 });
  serial += 1_000;
  return facts.map((fact, index) => ({ ...event(callId, index + 1, fact), atMs: serial + index }));
}

export function lastAgentStories(use: () => StoreUnderTest): void {
  describe('whom a number spoke to last', () => {
    test('is the agent of its latest call of that service that reached one', async () => {
      const { store } = use();
      const ani = `+4940${unique('').replaceAll(/\D/g, '')}`;
      expect(await store.lastAgentOf(ani, 'sales')).toBeNull();
      await store.appendCallEvents([
        ...call(ani, 's/PJSIP/1', 'answered'),
        ...call(ani, 's/PJSIP/2', 'redirected'),
        ...call(ani, 's/PJSIP/3', 'answered', 'support'),
        ...call(ani, '', 'abandoned'),
        ...call(ani, 's/PJSIP/4', null),
        ...call(`${ani}0`, 's/PJSIP/5', 'answered'),
      ]);
      expect(await store.lastAgentOf(ani, 'sales')).toBe('s/PJSIP/2');
      expect(await store.lastAgentOf(ani, 'support')).toBe('s/PJSIP/3');
      expect(await store.lastAgentOf(ani, 'billing')).toBeNull();
    });

    test('is nobody for callers without a number', async () => {
      const { store } = use();
      await store.appendCallEvents(call('', 's/PJSIP/1', 'answered'));
      expect(await store.lastAgentOf('', 'sales')).toBeNull();
    });
  });
}
