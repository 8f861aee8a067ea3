import { describe, expect, it } from 'vitest';
import { answers, busy, declines, letsRing, Stage } from './stage.ts';

describe('one caller at the edge', () => {
  it('is joined with the agent who is free', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(2_000) } });
    const caller = stage.call();
    await stage.pass(1_000);
    expect((await stage.claim('a/PJSIP/1001'))?.phase).toBe('offer');
    await stage.pass(3_000);
    expect((await stage.claim('a/PJSIP/1001'))?.phase).toBe('talk');
    await stage.pass(10_000);
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'offered to a/PJSIP/1001',
      'offer ended: answered',
      'bridged to a/PJSIP/1001',
      'ended answered by caller',
    ]);
    expect(caller.story).toMatchObject({ end: 'talked', talkedTo: ['a/PJSIP/1001'] });
    expect(caller.variables.get('IPNTSTATUS')).toBe('ANSWERED');
    expect(stage.edge.offers.size).toBe(0);
    expect(stage.sim.bugs).toEqual([]);
  });

  it('goes to the next agent at once when the first is busy or declines', async () => {
    const stage = await Stage.open({ agents: { 1001: busy, 1002: declines(500), 2001: answers(1_000) } });
    const caller = stage.call();
    await stage.pass(20_000);
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'offered to a/PJSIP/1001',
      'offer ended: busy',
      'offered to a/PJSIP/1002',
      'offer ended: declined',
      'offered to b/PJSIP/2001',
      'offer ended: answered',
      'bridged to b/PJSIP/2001',
      'ended answered by caller',
    ]);
  });

  it('holds an agent who let it ring, and waits for another', async () => {
    const stage = await Stage.open({ agents: { 1001: letsRing }, service: { ringMs: 4_000, maxWaitMs: 20_000 } });
    const caller = stage.call();
    await stage.pass(6_000);
    expect(await stage.claim('a/PJSIP/1001')).toMatchObject({ phase: 'hold', holdReason: 'no_answer', noAnswers: 1 });
    expect(stage.phone('a/PJSIP/1001').device).toBe('not_in_use');
    await stage.pass(20_000);
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'offered to a/PJSIP/1001',
      'offer ended: no_answer',
      'nobody',
      'returned TIMEOUT',
      'ended overflowed by router',
    ]);
    expect(caller.story.end).toBe('returned TIMEOUT');
  });

  it('leaves while the agent rings: the ringing stops, and the agent is free again after half a second', async () => {
    const stage = await Stage.open({ agents: { 1001: letsRing } });
    const caller = stage.call({ patienceMs: 3_000 });
    await stage.pass(2_000);
    expect(stage.phone('a/PJSIP/1001').device).toBe('ringing');
    await stage.pass(1_200);
    expect(stage.phone('a/PJSIP/1001').device).toBe('not_in_use');
    expect(await stage.claim('a/PJSIP/1001')).toMatchObject({ phase: 'hold', holdReason: 'cancelled' });
    await stage.pass(2_000);
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'offered to a/PJSIP/1001',
      'ended abandoned by caller',
      'offer ended: caller_left',
    ]);
    expect(stage.edgeProcess.edge?.current?.calls.size).toBe(0);
  });

  it('is sent back with NOAGENTS when nobody is logged in', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(1_000) } });
    stage.site('a').logOut(stage.phone('a/PJSIP/1001'));
    await stage.pass(1_000);
    const caller = stage.call();
    await stage.pass(500);
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'nobody',
      'returned NOAGENTS',
      'ended overflowed by router',
    ]);
    expect(caller.story.end).toBe('returned NOAGENTS');
  });

  it('waits, and is offered within 50 ms of an agent becoming free', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) } });
    const phone = stage.phone('a/PJSIP/1001');
    stage.site('a').callDirect(phone, 8_000);
    await stage.pass(2_000);
    const caller = stage.call();
    let freeAtMs = 0;
    let rungAtMs = 0;
    stage.sim.world.watch((event) => {
      if (event.kind === 'invited') rungAtMs = stage.sim.clock.monoMs();
    });
    while (rungAtMs === 0) {
      if (freeAtMs === 0 && phone.device === 'not_in_use') freeAtMs = stage.sim.clock.monoMs();
      await stage.pass(1);
    }
    // 15 ms from the PBX to the adapter and 30 ms over the trunk to the phone, at most, are the distance.
    expect(rungAtMs - freeAtMs).toBeLessThan(50 + 15 + 30);
    await stage.pass(10_000);
    expect(caller.story.end).toBe('talked');
  });

  it('waits no longer than the service allows', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) }, service: { maxWaitMs: 5_000 } });
    stage.site('a').pause(stage.phone('a/PJSIP/1001'), true, 'lunch');
    await stage.pass(500);
    const caller = stage.call();
    await stage.pass(4_900);
    expect(caller.story.end).toBeNull();
    await stage.pass(200);
    expect(caller.story.end).toBe('returned TIMEOUT');
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'nobody',
      'returned TIMEOUT',
      'ended overflowed by router',
    ]);
    expect(caller.variables.get('IPNT_WAIT')).toBe('5');
  });
});
