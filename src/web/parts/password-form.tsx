import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../api.ts';
import { Field } from './field.tsx';
import { Icon } from './icon.tsx';
import type { PasswordFaults, PasswordKey, TypedPasswords } from './password.ts';
import { answeredFaults, typedFaults } from './password.ts';
import { ProblemNote } from './problem.tsx';
import { useDoing } from './use-doing.ts';

const NOTHING: TypedPasswords = { old: '', next: '', again: '' };

/** His own password. The API ends all other logins of his; this one goes on. */
export function PasswordForm({ name }: { readonly name: string }) {
  const [typed, setTyped] = useState(NOTHING);
  const [faults, setFaults] = useState<PasswordFaults>({});
  const [isDone, setDone] = useState(false);
  const { isBusy, problem, start } = useDoing();
  const form = useRef<HTMLFormElement>(null);
  const answered = problem === null ? {} : answeredFaults(problem);
  const shown: PasswordFaults = { ...answered, ...faults };
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [faults, problem]);
  const submit = (event: Event): void => {
    event.preventDefault();
    setDone(false);
    const found = typedFaults(typed);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    start(
      () => ask('PUT', '/v1/me/password', { old: typed.old, new: typed.next }),
      () => {
        setTyped(NOTHING);
        setDone(true);
      },
    );
  };
  const field = (key: PasswordKey, label: string, autocomplete: string, hint?: string) => (
    <Field
      {...{ label, autocomplete, type: 'password', required: true, maxLength: 200, autocapitalize: 'none' }}
      value={typed[key]}
      onValue={(value) => setTyped((all) => ({ ...all, [key]: value }))}
      {...(hint === undefined ? {} : { hint })}
      {...(shown[key] === undefined ? {} : { fault: shown[key] })}
    />
  );
  return (
    <form class="password-form" ref={form} onSubmit={submit}>
      {/* Password managers keep it under this name. */}
      <input type="text" name="username" autocomplete="username" value={name} readOnly hidden />
      {field('old', 'Your password now', 'current-password')}
      {field(
        'next',
        'New password',
        'new-password',
        '10 characters at least: some words that only you would put together.',
      )}
      {field('again', 'New password again', 'new-password')}
      {problem === null || Object.keys(answered).length > 0 ? null : <ProblemNote problem={problem} />}
      <p class="hint">All your other logins end: on other machines you must log in again.</p>
      <button type="submit" class="primary" disabled={isBusy}>
        {isBusy ? 'Changing it …' : 'Change the password'}
      </button>
      <div role="status">
        {isDone ? (
          <p class="note good">
            <Icon name="good" />
            Your password is changed. You stay logged in here; all your other logins have ended.
          </p>
        ) : null}
      </div>
    </form>
  );
}
