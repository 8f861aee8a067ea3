import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../api.ts';
import { problemOf } from '../api.ts';
import { Field } from '../parts/field.tsx';
import { usePage } from '../parts/page.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { logIn, sessionEnded } from '../session.ts';

/** Name and password. The address is left alone, so that one lands where one wanted to go. */
export function LoginPage() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  usePage('Log in', false);
  const form = useRef<HTMLFormElement>(null);
  const input = (named: string) => form.current?.querySelector<HTMLInputElement>(`input[name=${named}]`);
  useEffect(() => {
    document.documentElement.classList.remove('is-wall');
    input('username')?.focus();
  }, []);
  // After a refusal it is typed anew.
  useEffect(() => {
    if (problem !== null) input('password')?.select();
  }, [problem]);
  const submit = (event: Event): void => {
    event.preventDefault();
    setBusy(true);
    logIn(name.trim(), password)
      .catch((error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  return (
    <main id="main" class="alone" data-page="login" data-ready="true">
      <form class="card login" ref={form} onSubmit={submit}>
        <h1>Log in to ipnt</h1>
        {sessionEnded.value && problem === null ? (
          <p class="note warn" role="status">
            Your session is over. Log in again to go on where you were.
          </p>
        ) : null}
        {problem === null ? null : <ProblemNote problem={problem} />}
        <Field
          label="Name"
          name="username"
          autocomplete="username"
          autocapitalize="none"
          required
          value={name}
          onValue={setName}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          value={password}
          onValue={setPassword}
        />
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Logging in …' : 'Log in'}
        </button>
      </form>
    </main>
  );
}
