/** A call from a real edge to an agent of a site that gives ARI alone: rung, bridged, recorded, and he is free again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentIs, answered, ended, noClaims } from '../lab/record.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

let stack: Stack;
let caller: Phone;

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [{ name: 'paris', queues: {}, agents: [{ ext: '1001', title: 'Ada' }, { ext: '1002' }] }],
    ariSites: ['paris'],
    services: ['support'],
    routing: { support: { requirement: 'site=paris', ring: '5s', max_wait: '20s' } },
  });
  caller = await stack.caller();
});

afterAll(() => stack?.stop());

const becomes = (ext: string, activity: string) =>
  agentIs(stack, `paris/PJSIP/${ext}`, activity, (row) => row.activity === activity);

test('who has been idle longest is rung over the trunk, talks, and is idle again', async () => {
  await becomes('1001', 'idle');
  await becomes('1002', 'idle');
  const call = caller.call('support', { fromUser: '4930100' });
  await answered(stack, call, '4930100');
  await becomes('1001', 'talking');
  await call.hangup();
  const record = await ended(stack, '4930100');
  expect(record.offers).toEqual(['paris/PJSIP/1001 answered/answered']);
  expect(record.end).toBe('answered by caller');
  expect(record.summary).toMatchObject({ siteId: 'paris', agentId: 'paris/PJSIP/1001' });
  await noClaims(stack);
  await becomes('1001', 'idle');
});

test('who paused by feature code is not offered a call', async () => {
  await stack.phone('paris', '1002').call('*621').ended;
  await agentIs(stack, 'paris/PJSIP/1002', 'paused', (row) => row.status === 'paused');
  const call = caller.call('support', { fromUser: '4930101' });
  await answered(stack, call, '4930101');
  await call.hangup();
  const record = await ended(stack, '4930101');
  expect(record.offers).toEqual(['paris/PJSIP/1001 answered/answered']);
  expect(stack.phones.offersOf('paris/1002')).toEqual([]);
  await noClaims(stack);
});

test('doctor finds nothing wrong with such a site, and says what it cannot look at', () => {
  const { status, stdout } = stack.ipnt('doctor');
  const lines = stdout.split('\n').filter((line) => line.includes('site paris'));
  expect(lines.filter((line) => /^(FAULT|WARNING)/.test(line))).toEqual([]);
  expect(lines.join('\n')).toMatch(/ARI at .* takes the login of ipnt-site/);
  expect(lines.join('\n')).toMatch(/ok +site paris +the user may only read/);
  expect(lines.join('\n')).toMatch(/ok +site paris +2 agents: PJSIP\/1001, PJSIP\/1002/);
  expect(lines.join('\n')).toMatch(/NOT CHECKED +site paris +whether its queues are reported/);
  expect(status).toBe(0);
});
