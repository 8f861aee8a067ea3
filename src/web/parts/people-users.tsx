import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../core/explain/text.ts';
import type { UserAnswer } from '../answers.ts';
import type { Listing } from '../api.ts';
import { ask, get } from '../api.ts';
import { dateOf } from '../format.ts';
import { me } from '../session.ts';
import { Loading, ProblemNote } from './problem.tsx';
import { rightsText } from './person-rights.tsx';
import { Pill } from './pill.tsx';
import type { Column } from './table.tsx';
import { Table } from './table.tsx';
import { useLoad } from './use-load.ts';
import type { Names } from './use-titles.ts';
import { SureDialog } from './sure.tsx';
import { ChangeUserDialog, NewUserDialog, PasswordDialog } from './user-dialogs.tsx';

type Shown =
  { readonly what: 'add' } | { readonly what: 'change' | 'password' | 'disable' | 'remove'; readonly user: UserAnswer };

interface UsersProps {
  readonly names: Names;
  readonly onChange: () => void;
  readonly onReady: () => void;
}

export function Users({ names, onChange, onReady }: UsersProps) {
  const { data, problem, reload } = useLoad('users', (signal) =>
    get<Listing<UserAnswer>>('/v1/users', { limit: 1_000 }, signal),
  );
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    if (data !== null || problem !== null) onReady();
  }, [data, problem]);
  const changed = (): void => {
    reload();
    onChange();
  };
  return (
    <section class="people-part" aria-labelledby="users">
      <header>
        <h2 id="users">Users</h2>
        <button type="button" onClick={() => setShown({ what: 'add' })}>
          Add a user …
        </button>
      </header>
      {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
      {data === null && problem === null ? <Loading what="the users" /> : null}
      {data === null ? null : (
        <Table caption="Users" columns={columnsOf(names, setShown)} rows={data.items} rowKey={({ name }) => name} />
      )}
      {shown === null ? null : (
        <UserQuestion shown={shown} names={names} onClose={() => setShown(null)} onChange={changed} />
      )}
    </section>
  );
}

interface QuestionProps {
  readonly shown: Shown;
  readonly names: Names;
  readonly onClose: () => void;
  readonly onChange: () => void;
}

function UserQuestion({ shown, names, onClose, onChange }: QuestionProps) {
  const onDone = (): void => {
    onClose();
    onChange();
  };
  const common = { onClose, onDone };
  if (shown.what === 'add') return <NewUserDialog names={names} onClose={onClose} onDone={onChange} />;
  const { user } = shown;
  const path = `/v1/users/${encodeURIComponent(user.name)}`;
  const name = printable(user.name);
  switch (shown.what) {
    case 'change':
      return <ChangeUserDialog user={user} names={names} {...common} />;
    case 'password':
      return <PasswordDialog user={user} onClose={onClose} onDone={onChange} />;
    case 'disable':
      return user.isDisabled ? (
        <SureDialog
          {...{ title: `Let ${name} log in again`, says: 'He has the rights that he had.', button: 'Let him log in' }}
          {...common}
          work={() => ask('PATCH', path, { isDisabled: false })}
        />
      ) : (
        <SureDialog
          {...{ title: `Shut ${name} out`, says: 'His logins end at once. It can be taken back.', button: 'Shut out' }}
          {...common}
          work={() => ask('PATCH', path, { isDisabled: true })}
        />
      );
    case 'remove':
      return (
        <SureDialog
          {...{
            title: `Remove ${name}`,
            says: 'His logins end at once. What he did stays in the audit.',
            button: 'Remove',
          }}
          {...common}
          isFinal
          work={() => ask('DELETE', path)}
        />
      );
  }
}

const columnsOf = (names: Names, show: (shown: Shown) => void): readonly Column<UserAnswer>[] => [
  {
    ...{ key: 'name', title: 'Name', isHead: true, sort: ({ name }) => name },
    cell: ({ name, isDisabled }) => (
      <>
        {printable(name)}{' '}
        {isDisabled ? (
          <Pill tone="warn" icon="closed">
            shut out
          </Pill>
        ) : null}
      </>
    ),
  },
  { key: 'role', title: 'Role', sort: ({ role }) => role, cell: ({ role }) => role },
  { key: 'scope', title: 'May touch', cell: (user) => rightsText(user, names) },
  {
    ...{ key: 'created', title: 'Since', sort: ({ createdAtMs }) => createdAtMs },
    cell: ({ createdAtMs }) => <span class="figure">{dateOf(createdAtMs)}</span>,
  },
  {
    ...{ key: 'actions', title: 'Actions' },
    cell: (user) => <Actions user={user} show={show} />,
  },
];

/** Nobody shuts himself out: the API refuses it, and it is not offered. */
function Actions({ user, show }: { readonly user: UserAnswer; readonly show: (shown: Shown) => void }) {
  const isMe = me.value?.name === user.name;
  const name = printable(user.name);
  return (
    <span class="row-actions">
      <button type="button" class="quiet" aria-label={`Change ${name}`} onClick={() => show({ what: 'change', user })}>
        Change
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={`New password for ${name}`}
        onClick={() => show({ what: 'password', user })}
      >
        Password
      </button>
      {isMe ? null : (
        <>
          <button
            type="button"
            class="quiet"
            aria-label={`${user.isDisabled ? 'Let in' : 'Shut out'} ${name}`}
            onClick={() => show({ what: 'disable', user })}
          >
            {user.isDisabled ? 'Let in' : 'Shut out'}
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${name}`}
            onClick={() => show({ what: 'remove', user })}
          >
            Remove
          </button>
        </>
      )}
    </span>
  );
}
