import { describe, expect, test } from 'vitest';
import { IpntError } from '../../../../src/core/errors.ts';
import type { CallFact } from '../../../../src/core/model/call.ts';
import { NO_WISHES } from '../../../../src/core/model/call.ts';
import { FIGURES_WINDOW_MS, NO_FIGURES } from '../../../../src/core/model/figures.ts';
import { blankService } from '../../../../src/core/model/service.ts';
import type { ServiceFigures } from '../../../../src/core/model/figures.ts';
import { beginning } from '../../../../src/core/reduce/call-state.ts';
import { EdgeFigures } from '../../../../src/apps/edge/service-figures.ts';

const FENCE = { id: 'e1', epoch: 3 };
const bridged = (waitMs: number): CallFact => ({ kind: 'bridged', agent: 'a', site: 's', waitMs, recording: '' });
const ended = (outcome: 'answered' | 'abandoned', talkMs = 0): CallFact => ({
  ...{ kind: 'ended', outcome, by: 'caller', talkMs },
});

/** An edge on a clock that is set, before a store that takes rows or does not. */
function edge() {
  const writes: (readonly ServiceFigures[])[] = [];
  const state = { nowMs: 1_000_000, isDown: false };
  const store = {
    publishFigures: (_: unknown, rows: readonly ServiceFigures[]) => {
      if (state.isDown) return Promise.reject(new IpntError('DATABASE_DOWN'));
      writes.push(rows);
      return Promise.resolve('ok' as const);
    },
  };
  const figures = new EdgeFigures(store, { monoMs: () => state.nowMs });
  const request = {
    ...{
      ...NO_WISHES,
      callId: 'c',
      edgeId: 'e1',
      channelId: 'x',
      service: 'support',
      ani: '',
      callerName: '',
      dnis: '',
    },
    ...{ wrapUpMs: 10_000, rules: { ...blankService('support'), serviceLevelMs: 15_000 } },
  };
  const call = (changes: object = {}) => ({ ...beginning(request, state.nowMs), ...changes });
  return { figures, state, writes, call, publish: () => figures.publish(FENCE) };
}

describe('what an edge tells of its services', () => {
  test('is told when it changed, and only then', async () => {
    const { figures, state, writes, call, publish } = edge();
    await publish();
    expect(writes).toEqual([]);
    const waiting = call();
    figures.note({ ...waiting, bridgedMs: state.nowMs }, bridged(12_000));
    await publish();
    await publish();
    expect(writes).toEqual([[{ service: 'support', ...NO_FIGURES, answered: 1, answeredInTime: 1, waitMs: 12_000 }]]);
    figures.note({ ...waiting, bridgedMs: state.nowMs }, ended('answered', 60_000));
    await publish();
    expect(writes[1]?.[0]).toMatchObject({ handled: 1, handleMs: 70_000 });
  });

  test('who gave up has waited from his arrival until now', async () => {
    const { figures, state, writes, call, publish } = edge();
    const waiting = call();
    state.nowMs += 15_001;
    figures.note(waiting, ended('abandoned'));
    await publish();
    expect(writes[0]?.[0]).toMatchObject({ abandoned: 1, abandonedLate: 1 });
  });

  test("the dialplan's own Dial ends the wait when it begins", async () => {
    const { figures, state, writes, call, publish } = edge();
    const waiting = call();
    const offer = { startedMs: state.nowMs + 4_000 };
    state.nowMs += 300_000;
    figures.note({ ...waiting, offer } as Parameters<EdgeFigures['note']>[0], ended('answered'));
    await publish();
    expect(writes[0]?.[0]).toMatchObject({ answered: 1, answeredInTime: 1, waitMs: 4_000, handled: 0 });
  });

  test('what a database that was away missed is told when it is back, the zeros of a silent service too', async () => {
    const { figures, state, writes, call, publish } = edge();
    figures.note(call(), bridged(1_000));
    await publish();
    state.isDown = true;
    state.nowMs += FIGURES_WINDOW_MS + 60_000;
    await expect(publish()).rejects.toThrow(IpntError);
    await expect(publish()).rejects.toThrow(IpntError);
    state.isDown = false;
    await publish();
    await publish();
    expect(writes).toHaveLength(2);
    expect(writes[1]).toEqual([{ service: 'support', ...NO_FIGURES }]);
  });
});
