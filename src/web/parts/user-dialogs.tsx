import { useState } from 'preact/hooks';
import { printable } from '../../core/explain/text.ts';
import type { UserAnswer } from '../answers.ts';
import { ask } from '../api.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { faultsAt } from './field-faults.ts';
import { makePassword, safeRandom } from './password.ts';
import type { Rights } from './person-rights.tsx';
import { NO_RIGHTS, RightsFields } from './person-rights.tsx';
import { ProblemNote } from './problem.tsx';
import { DialogFoot } from './sure.tsx';
import { ToldOnce } from './told-once.tsx';
import { useDoing } from './use-doing.ts';
import type { Names } from './use-titles.ts';

interface Common {
  readonly onClose: () => void;
  /** It is done. A dialog that tells a password stays open until it is closed. */
  readonly onDone: () => void;
}

const rightsOf = ({ role, sites, services, agentId }: Rights): Rights => ({ role, sites, services, agentId });

interface NewProps extends Common {
  readonly names: Names;
}

/** A new user. His password is made up, and told once he is there: nobody notes one that is not his in the end. */
export function NewUserDialog({ names, onClose, onDone }: NewProps) {
  const [name, setName] = useState('');
  const [rights, setRights] = useState<Rights>(NO_RIGHTS);
  const [password, setPassword] = useState<string | null>(null);
  const { isBusy, problem, start } = useDoing();
  const submit = (event: Event): void => {
    event.preventDefault();
    const made = makePassword(safeRandom);
    start(
      () => ask('POST', '/v1/users', { name: name.trim(), password: made, ...rights }),
      () => {
        setPassword(made);
        onDone();
      },
    );
  };
  if (password !== null) return <Told name={name.trim()} password={password} onClose={onClose} />;
  const { at, rest } = faultsAt(problem, ['name']);
  return (
    <Dialog title="Add a user" onClose={onClose}>
      <form class="dialog-form" onSubmit={submit} autocomplete="off">
        <Field
          label="Name"
          hint="Letters, digits and . _ @ -"
          {...(at.name === undefined ? {} : { fault: at.name })}
          required
          maxLength={64}
          autocapitalize="none"
          value={name}
          onValue={setName}
        />
        <RightsFields rights={rights} names={names} onRights={setRights} />
        <p class="muted">A password is made up, and shown once the user is there.</p>
        {rest === null ? null : <ProblemNote problem={rest} />}
        <DialogFoot button="Add" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

const Told = ({ name, password, onClose }: { name: string; password: string; onClose: () => void }) => (
  <ToldOnce title={`The password of ${printable(name)}`} label="Password" secret={password} onClose={onClose} />
);

interface OfUser extends Common {
  readonly user: UserAnswer;
}

/** Another role or scope. */
export function ChangeUserDialog({ user, names, onClose, onDone }: OfUser & NewProps) {
  const [rights, setRights] = useState<Rights>(rightsOf(user));
  const { isBusy, problem, start } = useDoing();
  const submit = (event: Event): void => {
    event.preventDefault();
    start(() => ask('PATCH', `/v1/users/${encodeURIComponent(user.name)}`, rights), onDone);
  };
  return (
    <Dialog title={`Change ${printable(user.name)}`} onClose={onClose}>
      <form class="dialog-form" onSubmit={submit}>
        <p class="muted">Whoever is changed must log in again.</p>
        <RightsFields rights={rights} names={names} onRights={setRights} />
        {problem === null ? null : <ProblemNote problem={problem} />}
        <DialogFoot button="Change" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** A new password for somebody who forgot his. */
export function PasswordDialog({ user, onClose, onDone }: OfUser) {
  const [password, setPassword] = useState<string | null>(null);
  const { isBusy, problem, start } = useDoing();
  const set = (): void => {
    const made = makePassword(safeRandom);
    start(
      () => ask('PATCH', `/v1/users/${encodeURIComponent(user.name)}`, { password: made }),
      () => {
        setPassword(made);
        onDone();
      },
    );
  };
  if (password !== null) return <Told name={user.name} password={password} onClose={onClose} />;
  return (
    <Dialog title={`New password for ${printable(user.name)}`} onClose={onClose}>
      <p>One is made up, and shown once it is set. The old one ends then, and so do all logins with it.</p>
      {problem === null ? null : <ProblemNote problem={problem} />}
      <DialogFoot button="Make one" first="button" isBusy={isBusy} onClose={onClose} onButton={set} />
    </Dialog>
  );
}
