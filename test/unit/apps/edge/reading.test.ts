import { expect, it } from 'vitest';
import { edgeReading } from '../../../../src/apps/edge/reading.ts';
import type { EdgeStanding, ReignStanding } from '../../../../src/apps/edge/reading.ts';
import { StateCopy } from '../../../../src/apps/common/state-copy.ts';
import { blankService } from '../../../../src/core/model/service.ts';
import { NO_ROUTING } from '../../../../src/core/model/routing.ts';
import { EMPTY_CURSOR } from '../../../../src/ports/edge-store.ts';

/** Read at 1000 ms of the machine, when the database's clock was 50,000. */
const copy = new StateCopy();
copy.apply(
  {
    ...{ dbNowMs: 50_000, routingVersion: 1, cursor: EMPTY_CURSOR, sites: [], edges: [], pausing: [], figures: [] },
    ...{ reloadedSites: [], agents: [], removedAgents: [], queues: [], removedQueues: [] },
    ...{ reloadedEdges: [], waiting: [], removedWaiting: [], reservations: [] },
  },
  990,
  1_000,
);
const reign: ReignStanding = {
  ...{ epoch: 7, calls: [], copy, isDatabaseDown: false, hasBegun: true },
  routing: { ...NO_ROUTING, services: [blankService('support')] },
};
const well: EdgeStanding = {
  ...{ reign, waitsFor: 'another process serves this edge: standing by', couldAsk: true, isLinkUp: true },
  ...{ trunksUp: new Map([['berlin', true]]), nowMs: 50_700, monoMs: 1_200 },
};

it.each<[string, Partial<EdgeStanding>, string[]]>([
  ['all is well', {}, []],
  ['it stands by', { reign: null, isLinkUp: false }, ['fence', 'ari', 'application']],
  [
    'it waits for the database',
    { reign: null, isLinkUp: false, couldAsk: false },
    ['fence', 'database', 'ari', 'application'],
  ],
  ['ARI is gone', { isLinkUp: false }, ['ari']],
  ['the database is down', { reign: { ...reign, isDatabaseDown: true } }, ['database']],
  ['the state is not read', { monoMs: 6_001 }, ['database']],
  ['the application is not registered yet', { reign: { ...reign, hasBegun: false } }, ['application']],
])('%s', (_when, part, amiss) => {
  const reading = edgeReading({ ...well, ...part });
  expect(reading.checks.filter(({ isOk }) => !isOk).map(({ check }) => check)).toEqual(amiss);
  expect(reading.databaseAnswers).toBe(!amiss.includes('database'));
});

it('tells the age of its state, the offset of its clock, and every service', () => {
  const { stateAgeMs, clockOffsetMs, waiting, trunksUp } = edgeReading(well);
  expect({ stateAgeMs, clockOffsetMs }).toEqual({ stateAgeMs: 200, clockOffsetMs: 500 });
  expect(waiting).toEqual(new Map([['support', 0]]));
  expect(trunksUp).toEqual(new Map([['berlin', true]]));
});

it('says nothing of trunks that it cannot see', () => {
  expect(edgeReading({ ...well, isLinkUp: false }).trunksUp).toEqual(new Map());
});
