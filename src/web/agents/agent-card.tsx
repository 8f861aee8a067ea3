import type { AgentLine } from '../../core/model/board.ts';
import { roughSpan } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { memo } from '../parts/memo.tsx';
import { AGENT_LOOKS, LookPill } from '../parts/pill.tsx';
import { Since } from '../parts/since.tsx';
import { href } from '../router.ts';
import { bestSkills, shortSkill } from './filter.ts';

/** So many skills have room; the rest is counted. */
const SKILLS_SHOWN = 3;

interface AgentCardProps {
  readonly agent: AgentLine;
  readonly siteTitle: string;
  readonly serviceTitle: string;
  readonly onOpen: (agentId: string) => void;
}

/** One agent: what he does and since when, the call he is on, what he can do. */
export const AgentCard = memo(({ agent, siteTitle, serviceTitle, onOpen }: AgentCardProps) => (
  <li class={`agent card is-${agent.shown}`}>
    <div class="agent-head">
      <h2>{agent.title}</h2>
      <button
        type="button"
        class="quiet"
        aria-label={`${agent.title}: details and actions`}
        onClick={() => onOpen(agent.id)}
      >
        <Icon name="more" />
      </button>
    </div>
    <p class="agent-where muted small">
      {siteTitle}
      {agent.number === '' ? '' : ` · ${agent.number}`}
    </p>
    <p class="agent-now">
      <LookPill look={AGENT_LOOKS[agent.shown]} />
      <Since sinceMs={agent.sinceMs} format={roughSpan} />
      {agent.pauseReason === '' ? null : <span class="agent-why">{agent.pauseReason}</span>}
    </p>
    <p class="agent-call small">
      {agent.call === null ? (
        <span class="muted">No call of ours</span>
      ) : (
        <>
          {agent.call.phase === 'offer' ? 'Rung for ' : 'On '}
          <a href={href('calls', agent.call.callId)}>{serviceTitle}</a>
        </>
      )}
    </p>
    <Skills agent={agent} />
  </li>
));

function Skills({ agent }: { readonly agent: AgentLine }) {
  const all = bestSkills(agent);
  return (
    <ul class="skills" aria-label="Skills with levels">
      {all.slice(0, SKILLS_SHOWN).map(([skill, level]) => (
        <li key={skill}>
          {shortSkill(skill)} <strong>{level}</strong>
        </li>
      ))}
      {all.length > SKILLS_SHOWN ? <li class="muted">+{all.length - SKILLS_SHOWN}</li> : null}
      {all.length === 0 ? <li class="muted">no skills</li> : null}
    </ul>
  );
}
