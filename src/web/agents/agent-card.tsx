import type { AgentLine } from '../../core/model/board.ts';
import { roughSpan } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { memo } from '../parts/memo.tsx';
import { AGENT_LOOKS, LookPill } from '../parts/pill.tsx';
import { Since } from '../parts/since.tsx';
import { href } from '../router.ts';
import { shortSkill, skillsThatFit } from './filter.ts';
import { untilShown, whyShown } from './standing.ts';

interface AgentCardProps {
  readonly agent: AgentLine;
  readonly siteTitle: string;
  readonly serviceTitle: string;
  /** Why nobody knows what he does by now, ''; his clock stands still at `heardAtMs` then. */
  readonly silence: string;
  readonly heardAtMs: number | null;
  readonly onOpen: (agentId: string) => void;
}

/** One agent: what he does and since when, the call he is on, what he can do. */
export const AgentCard = memo(({ agent, siteTitle, serviceTitle, silence, heardAtMs, onOpen }: AgentCardProps) => (
  <li class={`agent card is-${agent.shown}${silence === '' ? '' : ' is-silent'}`}>
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
    <p class="agent-where muted small" title={silence || undefined}>
      {silence === '' ? [siteTitle, agent.number].filter(Boolean).join(' · ') : <strong>{silence}</strong>}
    </p>
    <AgentNow agent={agent} heardAtMs={heardAtMs} />
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

interface AgentNowProps {
  readonly agent: AgentLine;
  /** Null while his site is heard. */
  readonly heardAtMs: number | null;
}

function AgentNow({ agent, heardAtMs }: AgentNowProps) {
  const why = whyShown(agent);
  const until = untilShown(agent);
  return (
    <p class="agent-now" title={[why, until].filter(Boolean).join(', ') || undefined}>
      <LookPill look={AGENT_LOOKS[agent.shown]} />
      <Since sinceMs={agent.sinceMs} format={roughSpan} untilMs={heardAtMs} />
      {why === '' ? null : <span class="agent-why">{why}</span>}
    </p>
  );
}

function Skills({ agent }: { readonly agent: AgentLine }) {
  const fitting = skillsThatFit(agent);
  const more = Object.keys(agent.skills).length + Object.keys(agent.pausedSkills).length - fitting.length;
  return (
    <ul class="skills" aria-label="Skills with levels">
      {fitting.map(({ skill, level, isPaused }) => (
        <li
          key={skill}
          class={isPaused ? 'is-hidden' : undefined}
          title={isPaused ? 'He has it again after his pause' : undefined}
        >
          {shortSkill(skill)} <strong>{level}</strong>
          {isPaused ? <span class="unseen"> after his pause</span> : null}
        </li>
      ))}
      {more > 0 ? <li class="muted">+{more}</li> : null}
      {fitting.length === 0 ? <li class="muted">no skills</li> : null}
    </ul>
  );
}
