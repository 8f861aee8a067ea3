/** Deliveries that are not ours to bridge: the caller is sent to the agent (302), or the dialplan dials and reports. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { agentIs, agentRow, callOf, ended, fact, holdOf, noClaims, offersAt, resultOf } from '../lab/record.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { CallFailed, Phone as PhoneOf } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

let stack: Stack;
let caller: Phone;

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: { sent: {}, lost: {}, dialled: {}, refused: {}, waits: {}, left: {} },
        agents: [
          { ext: '1001', queues: { sent: 0 } },
          { ext: '1002', queues: { lost: 0 } },
          { ext: '1003', queues: { dialled: 0 } },
          { ext: '1004', queues: { refused: 0 } },
          { ext: '1005', queues: { refused: 0 } },
          { ext: '1006', queues: { waits: 0 } },
          { ext: '1007', queues: { left: 0 } },
        ],
      },
    ],
    routing: {
      sent: { delivery: 'redirect', arrival: '8s' },
      lost: { delivery: 'redirect', arrival: '1s' },
      dialled: { delivery: 'continue', ring: '5s' },
      refused: { delivery: 'continue', ring: '5s' },
      waits: { delivery: 'continue', ring: '5s', max_wait: '8s' },
      left: { delivery: 'continue', ring: '5s' },
    },
  });
  caller = await stack.caller();
});

beforeEach(() => stack.phones.mark());
afterAll(() => stack?.stop());

describe('redirect', () => {
  /** A carrier that follows a 302, at an address from which the site takes calls to agents as it does from the edge. */
  async function following(name: string): Promise<Phone> {
    const site = stack.lab.sites.get('berlin');
    const edge = stack.lab.edges.get('edge1');
    if (!site || !edge) throw new Error('no berlin or edge1');
    const upstream = new PhoneOf({ name, localAddress: edge.address, server: edge.sip, followRedirects: true });
    await upstream.start();
    return upstream;
  }

  test('the caller is told where the agent is, and the agent is held until the call arrives', async () => {
    const call = caller.call('sent', { fromUser: '49306001' });
    const refusal = await call.answered.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CallFailed);
    const over = await call.ended;
    const site = stack.lab.sites.get('berlin');
    const seen = caller.entries.find((entry) => entry.call === call.callId && entry.what === 'redirected');
    expect([over.detail['code'], seen?.detail['to']]).toEqual(['302', `sip:1001@${site?.sip.host}:5060`]);
    expect(await holdOf(stack, agent('1001'))).toBe('arrival 8000');

    // Followed: the call reaches the agent's phone at the site, and the edge is out of its path.
    const upstream = await following('49306001');
    const direct = upstream.call(seen?.detail['to'] ?? '');
    await direct.answered;
    await phone('1001').waitFor('confirmed');
    await agentIs(stack, agent('1001'), 'talking', (row) => row.activity === 'talking');
    await direct.hangup();
    await upstream.stop();

    const record = await ended(stack, '49306001');
    expect(record.end).toBe('redirected by router');
    expect(record.one('redirected')).toMatchObject({ agent: agent('1001'), site: 'berlin', contact: '1001' });
    expect(record.all('incident')).toEqual([]);
    expect(record.summary).toMatchObject({ outcome: 'redirected', status: 'REDIRECTED', agentId: agent('1001') });
    expect(await resultOf(stack, '49306001')).toMatchObject({
      ...{ status: 'REDIRECTED', agent: agent('1001'), site: 'berlin', service: 'sent', call: record.callId },
    });
    await noClaims(stack);
  });

  test('a call that never arrives is redirect_lost, and its agent is held a little longer', async () => {
    await caller.call('lost', { fromUser: '49306002' }).ended;
    expect(await fact(stack, '49306002', 'incident')).toMatchObject({ code: 'redirect_lost' });
    expect(await holdOf(stack, agent('1002'))).toBe('redirect_lost 5000');
    expect((await ended(stack, '49306002')).end).toBe('redirected by router');
    expect(stack.phones.offersOf('berlin/1002')).toEqual([]);
    await noClaims(stack);
  });
});

describe('continue', () => {
  test('the dialplan dials the agent and reports his answer', async () => {
    const call = caller.call('dialled', { fromUser: '49306003' });
    await call.answered;
    await phone('1003').waitFor('confirmed');
    await agentIs(stack, agent('1003'), 'talking', (row) => row.activity === 'talking');
    await phone('1003').hangup();
    await call.ended;
    const record = await ended(stack, '49306003');
    expect(record.end).toBe('answered by agent');
    expect(record.one('continued')).toMatchObject({ agent: agent('1003'), site: 'berlin' });
    expect(await resultOf(stack, '49306003')).toMatchObject({
      ...{ status: 'ANSWERED', agent: agent('1003'), site: 'berlin', service: 'dialled', call: record.callId },
    });
    await noClaims(stack);
  });

  test('an agent who refuses is held, and the dialplan is given the next', async () => {
    phone('1004').behaviour = { kind: 'reject', code: 486 };
    const call = caller.call('refused', { fromUser: '49306004' });
    await call.answered;
    await phone('1005').waitFor('confirmed');
    expect(await holdOf(stack, agent('1004'))).toBe('busy 5000');
    await phone('1005').hangup();
    await call.ended;
    const record = await ended(stack, '49306004');
    expect(record.offers[0]).toBe(`${agent('1004')} busy/busy`);
    expect(record.all('continued').map((one) => one.agent)).toEqual([agent('1004'), agent('1005')]);
    expect([record.end, record.summary.agentId]).toEqual(['answered by agent', agent('1005')]);
    expect(await resultOf(stack, '49306004')).toMatchObject({ status: 'ANSWERED', agent: agent('1005') });
    await noClaims(stack);
  });

  test('a caller who comes back waits on, as long as the service lets him', async () => {
    // Longer than the app would wait before it renews the caller's absolute timeout for the first time.
    phone('1006').behaviour = { kind: 'reject', code: 486, afterMs: 1_700 };
    const began = Date.now();
    const call = caller.call('waits', { fromUser: '49306005' });
    await phone('1006').waitFor('rejected');
    phone('1006').behaviour = { kind: 'ring' };
    // Held for 5 s, then rung again; 8 s after his arrival the wait is over.
    await call.ended;
    const result = await resultOf(stack, '49306005', 10_000);
    expect(result).toMatchObject({ status: 'TIMEOUT', agent: '', service: 'waits' });
    expect(Date.now() - began).toBeGreaterThan(7_500);
    expect(Date.now() - began).toBeLessThan(10_500);
    expect(offersAt(stack, 'berlin/1006', '49306005')).toHaveLength(2);
    expect((await ended(stack, '49306005')).summary.outcome).toBe('overflowed');
    await noClaims(stack);
  });

  test('a caller who hangs up while the dialplan rings is out, and nobody knows more', async () => {
    phone('1007').behaviour = { kind: 'ring' };
    const call = caller.call('left', { fromUser: '49306006' });
    await phone('1007').waitFor('ringing');
    await call.hangup();
    await phone('1007').waitFor('cancelled');
    const record = await ended(stack, '49306006');
    expect(record.end).toBe('failed by unknown');
    expect(await resultOf(stack, '49306006')).toMatchObject({ status: 'HANGUP' });
    await noClaims(stack);
    const free = async (): Promise<true | undefined> =>
      ((await agentRow(stack, agent('1007'))).reservation?.expiresAtMs ?? 0) < Date.now() || undefined;
    await until(free, 'the agent is free again');
    expect(await callOf(stack, '49306006')).toMatchObject({ agentId: agent('1007') });
    expect(offersAt(stack, 'berlin/1007', '49306006')).toHaveLength(1);
  });
});
