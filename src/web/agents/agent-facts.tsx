import type { AgentLine } from '../../core/model/board.ts';
import { Fact } from '../parts/fact.tsx';
import { bestSkills, shortSkill } from './filter.ts';
import type { SkillShown } from './filter.ts';

/** What an agent can do, and how much he did: the last lines of his `<dl class="facts">`. */
export const AgentFacts = ({ agent }: { readonly agent: AgentLine }) => (
  <>
    <Fact label="Queues">{agent.queues.length === 0 ? 'none' : agent.queues.join(', ')}</Fact>
    <Fact label="Skills">
      <Skills all={bestSkills(agent)} />
    </Fact>
    <Fact label="Calls taken">{agent.callsTaken} since the log-in</Fact>
  </>
);

function Skills({ all }: { readonly all: readonly SkillShown[] }) {
  const after = all.filter(({ isPaused }) => isPaused);
  return (
    <>
      {skillsText(all.filter(({ isPaused }) => !isPaused)) || (after.length === 0 ? 'none' : 'none now')}
      {after.length === 0 ? null : <span class="muted"> · after the pause: {skillsText(after)}</span>}
    </>
  );
}

const skillsText = (skills: readonly SkillShown[]): string =>
  skills.map(({ skill, level }) => `${shortSkill(skill)} ${level}`).join(', ');
