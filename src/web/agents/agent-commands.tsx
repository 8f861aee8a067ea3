import { useEffect, useRef, useState } from 'preact/hooks';
import type { AgentLine } from '../../core/model/board.ts';
import type { AgentAction } from '../../core/model/command.ts';
import { REASON_LENGTH } from '../../core/model/command.ts';
import type { Problem } from '../api.ts';
import { ask, problemOf } from '../api.ts';
import { Field } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { ProblemNote } from '../parts/problem.tsx';

interface Answer {
  readonly outcome: 'done' | 'refused' | 'expired' | 'unknown';
  /** What the PBX said, or why nothing was done. */
  readonly said: string;
}

const DONE: Readonly<Record<AgentAction, string>> = {
  pause: 'Paused.',
  resume: 'Back from the pause.',
  login: 'Logged in.',
  logout: 'Logged out.',
};

/** What became of it, in words that do not promise more than is known. */
function outcomeText(action: AgentAction, { outcome, said }: Answer): string {
  const quoted = said === '' ? '' : ` The PBX said: “${said}”`;
  if (outcome === 'done') return `${DONE[action]}${quoted}`;
  if (outcome === 'refused') return `Not done.${quoted}`;
  const why = said === '' ? '' : ` (${said})`;
  return outcome === 'expired'
    ? `Not done: nobody took it in time${why}.`
    : `It is not known whether it was done${why}.`;
}

interface Told {
  readonly tone: 'good' | 'bad' | 'warn';
  readonly text: string;
}

interface Commanding {
  /** What is under way. */
  readonly busy: AgentAction | null;
  readonly told: Told | null;
  readonly problem: Problem | null;
  readonly run: (action: AgentAction, reason?: string) => Promise<void>;
}

function useCommands(agentId: string, onDone: () => void): Commanding {
  const [busy, setBusy] = useState<AgentAction | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run: Commanding['run'] = async (action, reason = '') => {
    setBusy(action);
    setTold(null);
    setProblem(null);
    try {
      const body = reason === '' ? { action } : { action, reason };
      const answer = await ask<Answer>('POST', `/v1/agents/${encodeURIComponent(agentId)}/commands`, body);
      const tone = answer.outcome === 'done' ? 'good' : answer.outcome === 'unknown' ? 'warn' : 'bad';
      setTold({ tone, text: outcomeText(action, answer) });
      onDone();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(null);
    }
  };
  return { busy, told, problem, run };
}

/** Of somebody else, and of himself: there is another log-out on his page, that of the page. */
const WORDS = {
  other: { login: 'Log in', logout: 'Log out' },
  self: { login: 'Log in to your queues', logout: 'Log out of your queues' },
} as const;

interface CommandsProps {
  readonly agent: AgentLine;
  /** Whoever looks is the agent. */
  readonly isSelf?: boolean;
  /** The PBX has answered. */
  readonly onDone?: () => void;
}

/** Pause, back from the pause, log in, log out: what his status allows. The result stays to be read. */
export function AgentCommands({ agent, isSelf = false, onDone = () => undefined }: CommandsProps) {
  const commanding = useCommands(agent.id, onDone);
  const { busy, told, problem, run } = commanding;
  const words = WORDS[isSelf ? 'self' : 'other'];
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that was pressed may be gone with the status: the keyboard goes on from what came of it.
    if (told !== null && (document.activeElement ?? document.body) === document.body) result.current?.focus();
  }, [told, agent.status]);
  const button = (action: AgentAction, word: string, look?: string) => (
    <button type="button" class={look} disabled={busy !== null} onClick={() => void run(action)}>
      {busy === action ? ASKING : word}
    </button>
  );
  return (
    <section class="commands" aria-label={isSelf ? 'What you can do' : `Actions for ${agent.title}`}>
      {agent.status === 'ready' ? <PauseForm {...commanding} /> : null}
      <div class="actions">
        {agent.status === 'paused' ? button('resume', 'End the pause', 'primary') : null}
        {agent.status === 'logged_out' || agent.status === 'unknown' ? button('login', words.login, 'primary') : null}
        {agent.status === 'ready' || agent.status === 'paused' ? button('logout', words.logout, 'danger') : null}
      </div>
      <div role="status" ref={result} tabIndex={-1}>
        {told === null ? null : (
          <p class={`note ${told.tone}`}>
            <Icon name={told.tone === 'good' ? 'good' : 'warn'} />
            {told.text}
          </p>
        )}
      </div>
      {problem === null ? null : <ProblemNote problem={problem} />}
    </section>
  );
}

const ASKING = 'Asking the PBX …';

function PauseForm({ busy, run }: Commanding) {
  const [reason, setReason] = useState('');
  return (
    <form
      class="pause-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run('pause', reason.trim());
      }}
    >
      <Field
        label="Reason of the pause"
        placeholder="lunch, coaching …"
        maxLength={REASON_LENGTH}
        value={reason}
        onValue={setReason}
      />
      <button type="submit" class="primary" disabled={busy !== null}>
        {busy === 'pause' ? ASKING : 'Pause'}
      </button>
    </form>
  );
}
