import { describe, expect, it } from 'vitest';
import { COMMAND_SETTLES_MS } from '../../../../src/ports/commands.ts';
import { answers, Stage } from './stage.ts';

const AGENT = { siteId: 'a', agent: 'PJSIP/1001' };

/** Why the one agent was not offered the call, each reason once. */
const reasons = (stage: Stage, caller: ReturnType<Stage['call']>): string[] => [
  ...new Set(
    stage.facts(caller).flatMap((fact) => {
      if (fact.kind !== 'decided') return [];
      const all = fact.decision.refused.flatMap((one) => one.reasons);
      return all.map((reason) => (reason.code === 'paused' ? `paused: ${reason.reason}` : reason.code));
    }),
  ),
];

describe('an agent for whom a pause is asked', () => {
  it('is offered no call from then on, before his PBX knows of it, nor after; and at once when he is back', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(2_000) } });
    stage.sim.ask({ ...AGENT, action: 'pause' });
    const caller = stage.call();
    await stage.pass(100);
    expect(reasons(stage, caller)).toEqual(['paused: a pause is under way']);
    await stage.pass(500 + COMMAND_SETTLES_MS);
    expect((await stage.sim.memory.agents('a'))[0]).toMatchObject({ status: 'paused', pauseReason: 'cmd1' });
    expect(stage.story(caller)).not.toContain('offered to a/PJSIP/1001');
    stage.sim.ask({ ...AGENT, action: 'resume' });
    await stage.pass(500);
    expect(stage.story(caller)).toContain('offered to a/PJSIP/1001');
  });

  it('loses no call that rings him already', async () => {
    const stage = await Stage.open({ agents: { 1001: answers(2_000) } });
    const caller = stage.call();
    await stage.pass(500);
    stage.sim.ask({ ...AGENT, action: 'logout' });
    await stage.pass(15_000);
    expect(stage.story(caller)).toContain('bridged to a/PJSIP/1001');
    const next = stage.call();
    await stage.pass(1_000);
    expect(stage.story(next)).not.toContain('offered to a/PJSIP/1001');
  });
});
