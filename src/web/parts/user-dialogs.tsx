import { useState } from 'preact/hooks';
import { printable } from '../../core/explain/text.ts';
import type { UserAnswer } from '../answers.ts';
import { ask } from '../api.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { makePassword, safeRandom } from './password.ts';
import type { Rights } from './person-rights.tsx';
import { NO_RIGHTS, RightsFields } from './person-rights.tsx';
import { ProblemNote } from './problem.tsx';
import { DialogFoot } from './sure.tsx';
import { useDoing } from './use-doing.ts';
import type { Names } from './use-titles.ts';

interface Common {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const rightsOf = ({ role, sites, services, agentId }: Rights): Rights => ({ role, sites, services, agentId });

interface UserProps extends Common {
  /** Null: a new one. */
  readonly user: UserAnswer | null;
  readonly names: Names;
}

/** A new user, or another role or scope of one. */
export function UserDialog({ user, names, onClose, onDone }: UserProps) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState(() => makePassword(safeRandom));
  const [rights, setRights] = useState<Rights>(user === null ? NO_RIGHTS : rightsOf(user));
  const { isBusy, problem, start } = useDoing();
  const submit = (event: Event): void => {
    event.preventDefault();
    start(
      () =>
        user === null
          ? ask('POST', '/v1/users', { name: name.trim(), password, ...rights })
          : ask('PATCH', `/v1/users/${encodeURIComponent(user.name)}`, rights),
      onDone,
    );
  };
  return (
    <Dialog title={user === null ? 'Add a user' : `Change ${printable(user.name)}`} onClose={onClose}>
      <form class="dialog-form" onSubmit={submit} autocomplete="off">
        {user === null ? (
          <>
            <Field
              label="Name"
              hint="Letters, digits and . _ @ -"
              required
              maxLength={64}
              autocapitalize="none"
              value={name}
              onValue={setName}
            />
            <PasswordField value={password} onValue={setPassword} />
          </>
        ) : (
          <p class="muted">Whoever is changed must log in again.</p>
        )}
        <RightsFields rights={rights} names={names} onRights={setRights} />
        {problem === null ? null : <ProblemNote problem={problem} />}
        <DialogFoot button={user === null ? 'Add' : 'Change'} isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface PasswordProps extends Common {
  readonly user: UserAnswer;
}

/** A new password for somebody who forgot his. */
export function PasswordDialog({ user, onClose, onDone }: PasswordProps) {
  const [password, setPassword] = useState(() => makePassword(safeRandom));
  const { isBusy, problem, start } = useDoing();
  const submit = (event: Event): void => {
    event.preventDefault();
    start(() => ask('PATCH', `/v1/users/${encodeURIComponent(user.name)}`, { password }), onDone);
  };
  return (
    <Dialog title={`New password for ${printable(user.name)}`} onClose={onClose}>
      <form class="dialog-form" onSubmit={submit} autocomplete="off">
        <PasswordField value={password} onValue={setPassword} />
        {problem === null ? null : <ProblemNote problem={problem} />}
        <DialogFoot button="Set it" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface PasswordFieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** In sight, because it must be told to somebody. */
const PasswordField = ({ value, onValue }: PasswordFieldProps) => (
  <Field
    label="Password"
    hint="Made up for you; at least 10 characters. Note it now and pass it on: it is not shown again."
    required
    autocomplete="off"
    autocapitalize="none"
    maxLength={200}
    value={value}
    onValue={onValue}
  />
);
