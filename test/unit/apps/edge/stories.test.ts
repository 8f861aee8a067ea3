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

describe('what sends a caller back at once', () => {
  it.each([
    ['a closed service', ['service=shut'], 'returned CLOSED', 'CLOSED'],
    ['an unknown service', ['service=nobody-knows'], 'defaultRoute', 'ERROR'],
    ['a requirement that does not parse', ['service=support', 'require=((('], 'defaultRoute', 'ERROR'],
    ['an argument that is none', ['service=support', 'colour=red'], 'defaultRoute', 'ERROR'],
  ])('%s', async (_what, args, end, status) => {
    const stage = await Stage.open({ agents: { 1001: answers(1_000) } });
    const caller = stage.call({ args });
    await stage.pass(100);
    expect(caller.story.end).toBe(end);
    expect(caller.variables.get('IPNTSTATUS')).toBe(status);
    expect(stage.facts(caller).map(({ kind }) => kind)).toEqual(['arrived', 'returned', 'ended']);
  });

  it('a line that is full', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) }, service: { maxWaiting: 2 } });
    stage.site('a').pause(stage.phone('a/PJSIP/1001'), true, 'lunch');
    await stage.pass(500);
    const ends = [1, 2, 3, 4].map(() => stage.call().story);
    await stage.pass(300);
    expect(ends.map(({ end }) => end)).toEqual([null, null, 'returned FULL', 'returned FULL']);
  });

  it('a database that has not answered for 2 s: the default route, at once; and again when it answers, after 5 s', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) } });
    stage.sim.weather.isOut = true;
    await stage.pass(3_000);
    const during = stage.call();
    await stage.pass(100);
    expect(during.story.end).toBe('defaultRoute');
    expect(during.variables.get('IPNT_ROUTE')).toBe('default');
    stage.sim.weather.isOut = false;
    await stage.pass(8_000);
    const after = stage.call();
    await stage.pass(8_000);
    expect(after.story.end).toBe('talked');
  });
});

describe('other ways to the agent', () => {
  it('redirect: the caller is sent to the site, and the claim holds until he has arrived', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) }, service: { delivery: 'redirect' } });
    const caller = stage.call();
    await stage.pass(30);
    expect(await stage.claim('a/PJSIP/1001')).toMatchObject({ phase: 'hold', holdReason: 'arrival' });
    await stage.pass(15_000);
    expect(caller.story.end).toBe('redirected');
    expect(stage.story(caller).slice(1)).toContain('ended redirected by router');
    expect(stage.edgeProcess.edge?.current?.calls.size).toBe(0);
  });

  it('continue: the dialplan dials, and reports by coming back', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) }, service: { delivery: 'continue' } });
    const caller = stage.call({ endsBy: 'agent' });
    await stage.pass(15_000);
    expect(caller.story).toMatchObject({ end: 'talked', talkedTo: ['a/PJSIP/1001'] });
    expect(stage.story(caller).at(-1)).toBe('ended answered by agent');
  });

  it('whisper: the agent hears it before he is joined with the caller', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) } });
    const caller = stage.call({ args: ['service=support', 'whisper=hello^s^1'] });
    await stage.pass(1_500);
    expect(caller.story.talkedTo).toEqual([]);
    await stage.pass(1_000);
    expect(caller.story.talkedTo).toEqual(['a/PJSIP/1001']);
  });

  it('a transfer at the site: our part of it ends, and the agent is free for others', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) } });
    const caller = stage.call({ talkMs: 20_000, transferAt: 0.2 });
    await stage.pass(9_000);
    expect(stage.story(caller)).toContain('transferredAtSite');
    const next = stage.call();
    await stage.pass(3_000);
    expect(next.story.talkedTo).toEqual(['a/PJSIP/1001']);
    await stage.pass(20_000);
    expect(stage.story(caller).at(-1)).toBe('ended answered by caller');
  });
});

describe('an edge app that is killed and started again', () => {
  it('leaves a talk alone, follows it to its end, and sends those who waited to the default route', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(500) } });
    const talking = stage.call({ talkMs: 25_000 });
    const waiting = stage.call();
    await stage.pass(5_000);
    stage.sim.kill(stage.edgeProcess);
    stage.edgeProcess = stage.sim.startEdge(stage.edge);
    await stage.pass(9_000);
    expect(talking.story).toMatchObject({ end: null, talkedTo: ['a/PJSIP/1001'] });
    expect(waiting.story.end).toBe('defaultRoute');
    expect((await stage.claim('a/PJSIP/1001'))?.phase).toBe('talk');
    await stage.pass(20_000);
    expect(talking.story.end).toBe('talked');
    expect(stage.story(talking).at(-1)).toBe('ended answered by caller');
    expect((await stage.claim('a/PJSIP/1001'))?.phase).toBe('wrap_up');
    const next = stage.call();
    await stage.pass(3_000);
    expect(next.story.talkedTo).toEqual(['a/PJSIP/1001']);
  });
});
