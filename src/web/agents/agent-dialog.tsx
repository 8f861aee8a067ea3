import type { AgentLine } from '../../core/model/board.ts';
import type { AgentAnswer } from '../answers.ts';
import { get } from '../api.ts';
import { roughSpan, timeOf } from '../format.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Fact } from '../parts/fact.tsx';
import { AGENT_LOOKS, LookPill } from '../parts/pill.tsx';
import { Since } from '../parts/since.tsx';
import { useLoad } from '../parts/use-load.ts';
import { href } from '../router.ts';
import { may } from '../session.ts';
import { AgentCommands } from './agent-commands.tsx';
import { AgentFacts } from './agent-facts.tsx';

interface AgentDialogProps {
  readonly agent: AgentLine;
  readonly siteTitle: string;
  readonly serviceTitle: string;
  readonly onClose: () => void;
}

/** All that is known of one agent, and what may be done with him. It follows him while it is open. */
export function AgentDialog({ agent, siteTitle, serviceTitle, onClose }: AgentDialogProps) {
  const { id, siteId } = agent;
  // Asked for anew whenever he does something else.
  const { data } = useLoad(`${id} ${agent.shown} ${agent.sinceMs}`, (signal) =>
    get<AgentAnswer>(`/v1/agents/${encodeURIComponent(id)}`, {}, signal),
  );
  const says = data?.says ?? [];
  return (
    <Dialog title={agent.title} onClose={onClose}>
      <p class="agent-now">
        <LookPill look={AGENT_LOOKS[agent.shown]} />
        <span>
          for <Since sinceMs={agent.sinceMs} format={roughSpan} />, since {timeOf(agent.sinceMs)}
        </span>
        {agent.pauseReason === '' ? null : <span class="agent-why">{agent.pauseReason}</span>}
      </p>
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
