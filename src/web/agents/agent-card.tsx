import type { AgentLine } from '../../core/model/board.ts';
import { roughSpan } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { memo } from '../parts/memo.tsx';
import { AGENT_LOOKS, LookPill } from '../parts/pill.tsx';
import { Since } from '../parts/since.tsx';
import { href } from '../router.ts';
import { shortSkill, skillsThatFit } from './filter.ts';

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
        <span class="muted">{agent.shown === 'talking' ? 'On a call of the site' : '\u00a0'}</span>
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
  const fitting = skillsThatFit(agent);
  const more = Object.keys(agent.skills).length - fitting.length;
  return (
    <ul class="skills" aria-label="Skills with levels">
      {fitting.map(([skill, level]) => (
        <li key={skill}>
          {shortSkill(skill)} <strong>{level}</strong>
        </li>
      ))}
      {more > 0 ? <li class="muted">+{more}</li> : null}
      {fitting.length === 0 ? <li class="muted">no skills</li> : null}
    </ul>
  );
}
