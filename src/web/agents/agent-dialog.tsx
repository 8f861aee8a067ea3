import type { AgentLine } from '../../core/model/board.ts';
import type { AgentAnswer } from '../answers.ts';
import { get } from '../api.ts';
import { roughSpan, timeOf } from '../format.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Fact } from '../parts/fact.tsx';
import { Icon } from '../parts/icon.tsx';
import { AGENT_LOOKS, LookPill } from '../parts/pill.tsx';
import { Since } from '../parts/since.tsx';
import { useLoad } from '../parts/use-load.ts';
import { href } from '../router.ts';
import { may } from '../session.ts';
import { AgentCommands } from './agent-commands.tsx';
import { AgentFacts } from './agent-facts.tsx';
import { untilShown, whyShown } from './standing.ts';

interface AgentDialogProps {
  readonly agent: AgentLine;
  readonly siteTitle: string;
  readonly serviceTitle: string;
  /** Why nobody knows what he does by now, ''; his clock stands still at `heardAtMs` then. */
  readonly silence: string;
  readonly heardAtMs: number | null;
  readonly onClose: () => void;
}

/** All that is known of one agent, and what may be done with him. It follows him while it is open. */
export function AgentDialog({ agent, siteTitle, serviceTitle, silence, heardAtMs, onClose }: AgentDialogProps) {
  const { id, siteId } = agent;
  // Asked for anew whenever he does something else.
  const { data } = useLoad(`${id} ${agent.shown} ${agent.sinceMs}`, (signal) =>
    get<AgentAnswer>(`/v1/agents/${encodeURIComponent(id)}`, {}, signal),
  );
  const says = data?.says ?? [];
  const why = [whyShown(agent), untilShown(agent)].filter(Boolean).join(', ');
  return (
    <Dialog title={agent.title} onClose={onClose}>
      <p class="agent-now">
        <LookPill look={AGENT_LOOKS[agent.shown]} />
        <span>
          for <Since sinceMs={agent.sinceMs} format={roughSpan} untilMs={heardAtMs} />, since {timeOf(agent.sinceMs)}
        </span>
        {why === '' ? null : <span class="agent-why">{why}</span>}
      </p>
      {silence === '' ? null : (
        <p class="note warn">
          <Icon name="warn" /> {silence}
        </p>
      )}
      <dl class="facts">
        <Fact label="Site">
          {siteTitle}
          {agent.number === '' ? '' : `, number ${agent.number}`}
        </Fact>
        <Fact label="Call">
          {agent.call === null ? 'none of ours' : <a href={href('calls', agent.call.callId)}>{serviceTitle}</a>}
        </Fact>
        <Fact label="Takes calls now">{agent.blockedBy.length === 0 ? 'yes' : <No says={says} />}</Fact>
        <AgentFacts agent={agent} />
      </dl>
      {may('command_agent', { siteId, agentId: id }) ? <AgentCommands agent={agent} /> : null}
    </Dialog>
  );
}

const No = ({ says }: { readonly says: readonly string[] }) => <>no{says.length === 0 ? '' : `: ${says.join('; ')}`}</>;
