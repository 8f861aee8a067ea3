import { beforeEach, describe, expect, it } from 'vitest';
import { SERVICE_ROUTES } from '../../../../../src/apps/api/resources/services.ts';
import type { ServiceDetail, ServiceListed } from '../../../../../src/apps/api/shapes/service-detail.ts';
import { openDesk } from './desk.ts';
import type { Desk, Who } from './desk.ts';

let desk: Desk;
beforeEach(async () => void (desk = await openDesk(SERVICE_ROUTES)));

describe('services', () => {
  it('are listed with what each needs, its steps, and until when it is open', async () => {
    const { items } = await desk.ask<{ items: readonly ServiceListed[] }>('viewer', 'GET /v1/services');
    const told = items.map(({ id, requirementText, steps, untilMs }) => [id, requirementText, steps.length, untilMs]);
    expect(told).toEqual([
      ['support', 'a place in the queue "support"', 3, null],
      [
        ...['french', 'a place in the queue "support" and a place in the queue "french" at level 5 or more'],
        ...[0, Date.UTC(2025, 0, 6, 17)],
      ],
    ]);
  });
});

describe('a service', () => {
  it('tells its rules in words, who could take a call now and why not the rest', async () => {
    const detail = await desk.ask<ServiceDetail>('viewer', 'GET /v1/services/support');
    expect(detail.requirementText).toBe('a place in the queue "support"');
    expect(detail.rulesText).toContain('First comes who has been free longest.');
    expect(detail.steps.map(({ says }) => says)).toEqual([
      '30 s after the arrival: the call needs a place in the queue "support" or a place in the queue "sales".',
      '1 min after step 1 began, when the expected wait is over 2 min and the number of callers who wait is at least 5: its priority grows by 5.',
      '1 min after step 2 began: the call leaves for the number +4930555999.',
    ]);
    expect(detail.opening).toMatchObject({ isOpen: true, by: 'always', why: 'always open' });
    expect(detail.candidates).toEqual({
      eligible: [
        {
          ...{ agentId: 'berlin/PJSIP/1001', title: 'Anna', siteId: 'berlin', rank: 1, idleMs: 60_000 },
          says: 'free for 1 min',
        },
      ],
      refused: [
        {
          ...{ agentId: 'berlin/PJSIP/1002', title: 'Bob', siteId: 'berlin' },
          ...{ reasons: [{ code: 'paused', reason: 'lunch' }], says: ['is on a pause ("lunch")'] },
        },
        {
          ...{ agentId: 'lyon/PJSIP/2001', title: 'Chloé', siteId: 'lyon' },
          ...{ reasons: [{ code: 'talking' }], says: ['is in a call'] },
        },
      ],
      others: { skill_missing: 1 },
      othersText: 'one lacks a skill',
    });
  });

  it('is closed by hand and opened again; the board shows it with the answer', async () => {
    const closed = await desk.ask('supervisor', 'PUT /v1/services/support/override', {
      state: 'closed',
      why: ' fire ',
    });
    expect(closed).toEqual({ version: 2, isChanged: true, isOpen: false, why: 'closed by supervisor: fire' });
    const { row, opening } = await desk.ask<ServiceDetail>('viewer', 'GET /v1/services/support');
    expect(row).toMatchObject({ isOpen: false, why: 'closed by supervisor: fire' });
    expect(opening).toMatchObject({ isOpen: false, by: 'hand', sinceMs: desk.clock.nowMs() });
    const again = await desk.ask('supervisor', 'PUT /v1/services/support/override', { state: 'closed', why: 'fire' });
    expect(again).toMatchObject({ version: 2, isChanged: false });
    const auto = await desk.ask('supervisor', 'DELETE /v1/services/support/override');
    expect(auto).toEqual({ version: 3, isChanged: true, isOpen: true, why: 'always open' });
  });

  const close = { state: 'closed', why: 'fire' };
  it.each<[Who, string, unknown, string]>([
    ['viewer', 'GET /v1/services/nope', undefined, 'SERVICE_UNKNOWN'],
    ['agent', 'GET /v1/services/support', undefined, 'NOT_ALLOWED'],
    ['viewer', 'PUT /v1/services/support/override', close, 'NOT_ALLOWED'],
    ['ofLyon', 'PUT /v1/services/support/override', close, 'NOT_ALLOWED'],
    ['ofLyon', 'DELETE /v1/services/support/override', undefined, 'NOT_ALLOWED'],
    ['admin', 'PUT /v1/services/nope/override', close, 'SERVICE_UNKNOWN'],
    ['admin', 'PUT /v1/services/support/override', { state: 'closed' }, 'REQUEST_INVALID'],
    ['admin', 'PUT /v1/services/support/override', { state: 'closed', why: '  ' }, 'REQUEST_INVALID'],
    ['admin', 'PUT /v1/services/support/override', { state: 'shut', why: 'x' }, 'REQUEST_INVALID'],
    ['admin', 'PUT /v1/services/support/override', { ...close, until: 1 }, 'REQUEST_INVALID'],
  ])('%s asks %s %j: %s', async (who, what, body, code) => {
    expect(await desk.ask(who, what, body)).toMatchObject({ code });
    expect((await desk.store.loadRouting()).overrides).toEqual({});
  });

  it('that is of his may be closed by a supervisor', async () => {
    expect(await desk.ask('ofLyon', 'PUT /v1/services/french/override', close)).toMatchObject({ isOpen: false });
  });
});
