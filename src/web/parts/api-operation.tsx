import { useState } from 'preact/hooks';
import { CopyBox } from './copy.tsx';
import type { FieldRow, Operation } from './openapi.ts';
import { curlText } from './openapi.ts';
import type { Column } from './table.tsx';
import { Table } from './table.tsx';

/** One operation; what it takes and gives is drawn once somebody opens it. */
export function ApiOperation({ operation }: { readonly operation: Operation }) {
  const [isOpen, setOpen] = useState(false);
  const { method, path, summary } = operation;
  return (
    <details class="operation" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class={`method ${method.toLowerCase()}`}>{method}</span>
        <h3>
          <code>{path}</code>
        </h3>
        <span class="muted">
          <Ticked text={summary} />
        </span>
      </summary>
      {isOpen ? <Detail operation={operation} /> : null}
    </details>
  );
}

function Detail({ operation }: { readonly operation: Operation }) {
  const { says, right, isOpen, parameters, body, answer, errors } = operation;
  return (
    <div class="operation-detail">
      <p>
        {isOpen ? (
          'Open to everybody: it needs no login.'
        ) : right === '' ? (
          'For whoever is logged in.'
        ) : (
          <>
            Needs the right <code>{right}</code>.
          </>
        )}{' '}
        <Ticked text={says} />
      </p>
      <h4>With curl</h4>
      <CopyBox text={curlText(operation, location.origin)} label="curl" />
      <Rows title="Parameters" rows={parameters} />
      <Rows title="Body" rows={body} />
      <Rows title="Answer" rows={answer} />
      {errors.length === 0 ? null : (
        <>
          <h4>When it goes wrong</h4>
          <Table caption="Errors" columns={ERROR_COLUMNS} rows={errors} rowKey={({ code }) => code} />
        </>
      )}
    </div>
  );
}

const Rows = ({ title, rows }: { readonly title: string; readonly rows: readonly FieldRow[] }) =>
  rows.length === 0 ? null : (
    <>
      <h4>{title}</h4>
      <Table caption={title} columns={FIELD_COLUMNS} rows={rows} rowKey={({ name }) => name} />
    </>
  );

const FIELD_COLUMNS: readonly Column<FieldRow>[] = [
  {
    ...{ key: 'name', title: 'Name', isHead: true },
    cell: ({ name, isRequired }) => (
      <>
        <code>{name}</code>
        {isRequired ? null : <span class="muted small"> optional</span>}
      </>
    ),
  },
  { key: 'type', title: 'Type', cell: ({ type }) => type },
  { key: 'says', title: 'Meaning', cell: ({ says }) => <Ticked text={says} /> },
];

const ERROR_COLUMNS: readonly Column<Operation['errors'][number]>[] = [
  { key: 'code', title: 'Code', isHead: true, cell: ({ code }) => <code>{code}</code> },
  { key: 'status', title: 'Status', cell: ({ status }) => status },
  { key: 'message', title: 'What happened', cell: ({ message }) => message },
  { key: 'cure', title: 'What to do', cell: ({ cure }) => <Ticked text={cure} /> },
];

/** What stands between backticks is something to write as it is. */
const Ticked = ({ text }: { readonly text: string }) => (
  <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
);
