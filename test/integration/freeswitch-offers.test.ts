/** Calls routed from a real edge over SIP to agents of a call centre on FreeSWITCH: bridged, recorded, and busy ones passed over. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreeswitch, NO_FREESWITCH } from '../lab/freeswitch/find.ts';
import { peopleOf } from '../lab/freeswitch/people.ts';
import type { FreeswitchPbx } from '../lab/freeswitch/site.ts';
import { agentIs, ended } from '../lab/record.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { claimOn, nobodyClaimed, place, recorded, rung } from '../lab/watch.ts';

const FIRST = 'vienna/1001@default';
const SECOND = 'vienna/1002@default';

let stack: Stack;
let calls = 0;
const nextNumber = (): string => `49431555${String(++calls).padStart(3, '0')}`;

describe.each(['replaying', 'real'] as const)('a call centre on a %s FreeSWITCH', (kind) => {
  const missing = kind === 'real' && findFreeswitch() === undefined;
  const it = test.skipIf(missing);
  if (missing) test('NOT RUN', ({ skip }) => skip(`NOT RUN: ${NO_FREESWITCH}`));

  beforeAll(async () => {
    if (missing) return;
    stack = await startStack({
      edges: ['edge1'],
      sites: [
        {
          ...{ name: 'vienna', freeswitch: kind, queues: { support: {} } },
          agents: [
            { ext: '1001', queues: { support: 0 } },
            { ext: '1002', queues: { support: 2 } },
          ],
        },
      ],
      routing: {
        support: { requirement: 'queue:support', ring: '2s', max_wait: '20s' },
        experts: { requirement: 'queue:support>=10', ring: '2s', max_wait: '20s' },
      },
      services: ['support', 'experts'],
    });
  });
  afterAll(() => stack?.stop());

  it('the call is bridged to the first agent; its id came with it; the record says so, and no claim is left', async () => {
    const number = nextNumber();
    const call = await place(stack, number, 'support');
    await call.answered;
    const offer = await rung(stack, number);
    const record = await recorded(stack, number);
    expect(offer.detail['xIpntCall']).toBe(record.callId);
    await agentIs(stack, FIRST, 'talks', ({ activity }) => activity === 'talking');
    expect((await claimOn(stack, FIRST))?.phase).toBe('talk');
    await call.hangup();
    expect((await ended(stack, number)).offers).toEqual([`${FIRST} answered/answered`]);
    expect(await recorded(stack, number, ({ outcome }) => outcome !== null)).toMatchObject({ outcome: 'answered' });
    await agentIs(stack, FIRST, 'is idle', ({ activity }) => activity === 'idle');
    await nobodyClaimed(stack);
  });

  it('the next call goes to the other agent, who has had none', async () => {
    const number = nextNumber();
    const call = await place(stack, number, 'support');
    await call.answered;
    await call.hangup();
    expect((await ended(stack, number)).offers).toEqual([`${SECOND} answered/answered`]);
    await nobodyClaimed(stack);
  });

  it('an agent who is on a break is not offered the call', async () => {
    const pbx = stack.lab.freeswitches.get('vienna');
    await pbx?.cli("callcenter_config agent set status 1001@default 'On Break'");
    await agentIs(stack, FIRST, 'is paused', ({ status }) => status === 'paused');
    const number = nextNumber();
    const call = await place(stack, number, 'support');
    await call.answered;
    await call.hangup();
    expect((await ended(stack, number)).offers).toEqual([`${SECOND} answered/answered`]);
    await pbx?.cli('callcenter_config agent set status 1001@default Available');
    await agentIs(stack, FIRST, 'is ready', ({ status }) => status === 'ready');
    await nobodyClaimed(stack);
  });

  it('an agent in a call past us is left alone: the caller waits until he is free', async () => {
    const pbx = stack.lab.freeswitches.get('vienna');
    const people = peopleOf(stack.lab, pbx as FreeswitchPbx, (ext) => stack.phone('vienna', ext));
    if (kind === 'real') stack.phone('vienna', '1001').behaviour = { kind: 'ring' };
    const direct = await people.directCall('1001');
    await direct.answer();
    await agentIs(stack, FIRST, 'talks', ({ activity }) => activity === 'talking');
    const number = nextNumber();
    const call = await place(stack, number, 'experts');
    expect((await recorded(stack, number, ({ waitMs }) => waitMs === null)).outcome).toBeNull();
    if (kind === 'real') stack.phone('vienna', '1001').behaviour = { kind: 'answer', afterMs: 200 };
    await direct.end();
    await call.answered;
    await call.hangup();
    expect((await ended(stack, number)).offers).toEqual([`${FIRST} answered/answered`]);
    await nobodyClaimed(stack);
    await people.stop();
  });
});
