import { useState } from 'preact/hooks';
import type { AgentLine } from '../../core/model/board.ts';
import type { Problem } from '../api.ts';
import { ask, problemOf } from '../api.ts';
import { Field } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { ProblemNote } from '../parts/problem.tsx';

type Action = 'pause' | 'resume' | 'login' | 'logout';

interface Answer {
  readonly outcome: 'done' | 'refused' | 'expired' | 'unknown';
  /** What the PBX said, or why nothing was done. */
  readonly said: string;
}

const DONE: Readonly<Record<Action, string>> = {
  pause: 'Paused.',
  resume: 'Back from the pause.',
  login: 'Logged in.',
  logout: 'Logged out.',
};

/** What became of it, in words that do not promise more than is known. */
function outcomeText(action: Action, { outcome, said }: Answer): string {
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

/** Pause, back from the pause, log in, log out: what his status allows. The result stays to be read. */
export function AgentCommands({ agent }: { readonly agent: AgentLine }) {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState<Action | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (action: Action): Promise<void> => {
    setBusy(action);
    setTold(null);
    setProblem(null);
    try {
      const body = action === 'pause' && reason.trim() !== '' ? { action, reason: reason.trim() } : { action };
      const answer = await ask<Answer>('POST', `/v1/agents/${encodeURIComponent(agent.id)}/commands`, body);
      const tone = answer.outcome === 'done' ? 'good' : answer.outcome === 'unknown' ? 'warn' : 'bad';
      setTold({ tone, text: outcomeText(action, answer) });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(null);
    }
  };
  const button = (action: Action, word: string, look?: string) => (
    <button type="button" class={look} disabled={busy !== null} onClick={() => void run(action)}>
      {busy === action ? 'Asking the PBX …' : word}
    </button>
  );
  return (
    <section class="commands" aria-label={`Actions for ${agent.title}`}>
      {agent.status === 'ready' ? (
        <form
          class="pause-form"
          onSubmit={(event) => {
            event.preventDefault();
            void run('pause');
          }}
        >
          <Field
            label="Reason of the pause"
            placeholder="lunch, coaching …"
            maxLength={80}
            value={reason}
            onValue={setReason}
          />
          <button type="submit" class="primary" disabled={busy !== null}>
            {busy === 'pause' ? 'Asking the PBX …' : 'Pause'}
          </button>
        </form>
      ) : null}
      <div class="actions">
        {agent.status === 'paused' ? button('resume', 'End the pause', 'primary') : null}
        {agent.status === 'logged_out' || agent.status === 'unknown' ? button('login', 'Log in', 'primary') : null}
        {agent.status === 'ready' || agent.status === 'paused' ? button('logout', 'Log out', 'danger') : null}
      </div>
      <div role="status">
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
