import type { AgentLine } from '../../core/model/board.ts';
import { Fact } from '../parts/fact.tsx';
import { bestSkills, shortSkill } from './filter.ts';

/** What an agent can do, and how much he did: the last lines of his `<dl class="facts">`. */
export const AgentFacts = ({ agent }: { readonly agent: AgentLine }) => (
  <>
    <Fact label="Queues">{agent.queues.length === 0 ? 'none' : agent.queues.join(', ')}</Fact>
    <Fact label="Skills">
      {bestSkills(agent)
        .map(([skill, level]) => `${shortSkill(skill)} ${level}`)
        .join(', ') || 'none'}
    </Fact>
    <Fact label="Calls taken">{agent.callsTaken} since the log-in</Fact>
  </>
);
