import { expect, it } from 'vitest';
import { siteReading } from '../../../../src/apps/site/reading.ts';
import type { SiteStanding } from '../../../../src/apps/site/reading.ts';
import type { PbxEvent } from '../../../../src/core/events.ts';
import { reduceSite } from '../../../../src/core/reduce/site.ts';
import { initialSite } from '../../../../src/core/reduce/site-view.ts';

const down = initialSite({ siteId: 'berlin', listed: [], windowMs: 1_800_000 }, null, 0);
const up = { ...down, connection: 'up' } as const;
const well: SiteStanding = {
  ...{ model: up, epoch: 4, standby: 'another process holds this site: standing by' },
  ...{ databaseAgoMs: 900, pbxSeenAgoMs: 400, oddMessages: 0 },
};

it.each<[string, Partial<SiteStanding>, string[]]>([
  ['all is well', {}, []],
  ['it stands by', { epoch: null, model: down }, ['fence', 'pbx']],
  [
    'it stands by and the database is away',
    { epoch: null, model: down, databaseAgoMs: null },
    ['fence', 'pbx', 'database'],
  ],
  ['the PBX is gone', { model: down }, ['pbx']],
  ['the PBX says nothing', { pbxSeenAgoMs: 5_001 }, ['pbx']],
  ['the PBX was never seen', { pbxSeenAgoMs: null }, ['pbx']],
  ['the database refuses writes', { databaseAgoMs: null }, ['database']],
  ['a write hangs', { databaseAgoMs: 5_001 }, ['database']],
])('%s', (_when, part, amiss) => {
  const reading = siteReading({ ...well, ...part });
  expect(reading.checks.filter(({ isOk }) => !isOk).map(({ check }) => check)).toEqual(amiss);
  expect(reading.isConnected).toBe((part.model ?? up) === up && part.epoch !== null);
});

it('counts agents by what they do: a status that is not ready stands before the activity', () => {
  const member = (device: string, paused: boolean): PbxEvent => ({
    kind: 'membershipReported',
    membership: {
      ...{ queue: 'support', iface: device, device, observable: true, title: device, penalty: 0, paused },
      ...{ pauseReason: '', state: 'not_in_use', dynamic: true, lastCallMs: null, loginMs: null, wrapUpMs: 0 },
    },
  });
  let model = reduceSite(up, member('PJSIP/1', false), 0).state;
  model = reduceSite(model, member('PJSIP/2', true), 0).state;
  const reading = siteReading({ ...well, model });
  expect(reading.agents.get('paused')).toBe(1);
  expect(reading.agents.get('idle')).toBe(1);
  expect(reading.queueWaiting).toEqual(new Map([['support', 0]]));
});
