import { useState } from 'preact/hooks';
import { printable } from '../../core/explain/text.ts';
import type { TokenAnswer } from '../answers.ts';
import type { Listing } from '../api.ts';
import { ask, get } from '../api.ts';
import { serverNowMs } from '../clock.ts';
import { datedOf, dateOf } from '../format.ts';
import { Dialog } from './dialog.tsx';
import { Field, Select } from './field.tsx';
import type { Rights } from './person-rights.tsx';
import { NO_RIGHTS, RightsFields, rightsText } from './person-rights.tsx';
import { Empty, Loading, ProblemNote } from './problem.tsx';
import { DialogFoot, SureDialog } from './sure.tsx';
import type { Column } from './table.tsx';
import { Table } from './table.tsx';
import { ToldOnce } from './told-once.tsx';
import { useDoing } from './use-doing.ts';
import { useLoad } from './use-load.ts';
import type { Names } from './use-titles.ts';

interface TokensProps {
  readonly names: Names;
  readonly onChange: () => void;
}

/** The access of programs. A token's secret is told once. */
export function Tokens({ names, onChange }: TokensProps) {
  const { data, problem, reload } = useLoad('tokens', (signal) =>
    get<Listing<TokenAnswer>>('/v1/tokens', { limit: 1_000 }, signal),
  );
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<TokenAnswer | null>(null);
  const changed = (): void => {
    reload();
    onChange();
  };
  return (
    <section class="people-part" aria-labelledby="tokens">
      <header>
        <h2 id="tokens">Tokens of programs</h2>
        <button type="button" onClick={() => setAdding(true)}>
          Add a token …
        </button>
      </header>
      {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
      {data === null && problem === null ? <Loading what="the tokens" /> : null}
      {data === null ? null : data.items.length === 0 ? (
        <Empty title="No program has a token">A program sends one with each request: Authorization: Bearer …</Empty>
      ) : (
        <Table
          caption="Tokens"
          columns={columnsOf(names, setRemoved)}
          rows={data.items}
          rowKey={({ tokenId }) => tokenId}
        />
      )}
      {isAdding ? <TokenDialog names={names} onClose={() => setAdding(false)} onDone={changed} /> : null}
      {removed === null ? null : (
        <SureDialog
          title={`Remove the token “${printable(removed.name)}”`}
          says="Its program is refused at once. It cannot be taken back."
          button="Remove"
          isFinal
          work={() => ask('DELETE', `/v1/tokens/${encodeURIComponent(removed.tokenId)}`)}
          onClose={() => setRemoved(null)}
          onDone={() => {
            setRemoved(null);
            changed();
          }}
        />
      )}
    </section>
  );
}

const columnsOf = (names: Names, remove: (token: TokenAnswer) => void): readonly Column<TokenAnswer>[] => [
  { key: 'name', title: 'Program', isHead: true, sort: ({ name }) => name, cell: ({ name }) => printable(name) },
  { key: 'role', title: 'Role', sort: ({ role }) => role, cell: ({ role }) => role },
  { key: 'scope', title: 'May touch', cell: (token) => rightsText(token, names) },
  {
    ...{ key: 'used', title: 'Last used', sort: ({ lastUsedMs }) => lastUsedMs },
    cell: ({ lastUsedMs }) => (lastUsedMs === null ? <span class="muted">never</span> : datedOf(lastUsedMs)),
  },
  {
    ...{ key: 'expires', title: 'Ends', sort: ({ expiresAtMs }) => expiresAtMs },
    cell: ({ expiresAtMs }) => (expiresAtMs === null ? <span class="muted">never</span> : dateOf(expiresAtMs)),
  },
  { key: 'by', title: 'Added by', cell: ({ createdBy }) => printable(createdBy) },
  {
    ...{ key: 'actions', title: 'Actions' },
    cell: (token) => (
      <button type="button" class="quiet" aria-label={`Remove ${printable(token.name)}`} onClick={() => remove(token)}>
        Remove
      </button>
    ),
  },
];

const LASTS = [
  { value: '', title: 'until it is removed' },
  { value: '30', title: '30 days' },
  { value: '90', title: '90 days' },
  { value: '365', title: 'a year' },
];

interface DialogProps {
  readonly names: Names;
  readonly onClose: () => void;
  /** It is there; the dialog stays open with its secret. */
  readonly onDone: () => void;
}

function TokenDialog({ names, onClose, onDone }: DialogProps) {
  const [name, setName] = useState('');
  const [days, setDays] = useState('');
  const [rights, setRights] = useState<Rights>(NO_RIGHTS);
  const [secret, setSecret] = useState<string | null>(null);
  const { isBusy, problem, start } = useDoing();
  const submit = (event: Event): void => {
    event.preventDefault();
    const expiresAtMs = days === '' ? null : Math.round(serverNowMs() + Number(days) * 86_400_000);
    start(
      () => ask<{ readonly secret: string }>('POST', '/v1/tokens', { name: name.trim(), ...rights, expiresAtMs }),
      (came) => {
        setSecret(came.secret);
        onDone();
      },
    );
  };
  if (secret !== null)
    return <ToldOnce title={`The token “${printable(name.trim())}”`} label="Token" secret={secret} onClose={onClose} />;
  return (
    <Dialog title="Add a token" onClose={onClose}>
      <form class="dialog-form" onSubmit={submit}>
        <Field label="Program" hint="What it is for." required maxLength={100} value={name} onValue={setName} />
        <RightsFields rights={rights} names={names} onRights={setRights} />
        <Select label="Lasts" value={days} onValue={setDays} choices={LASTS} />
        {problem === null ? null : <ProblemNote problem={problem} />}
        <DialogFoot button="Add" isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
