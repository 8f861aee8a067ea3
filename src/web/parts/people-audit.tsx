import { useState } from 'preact/hooks';
import { printable } from '../../core/explain/text.ts';
import { AUDIT_ACTIONS } from '../../core/model/audit.ts';
import type { AuditAnswer } from '../answers.ts';
import { datedOf } from '../format.ts';
import { Field, Select } from './field.tsx';
import { ListingFoot, usePaged } from './listing.tsx';
import { Empty, Loading, ProblemNote } from './problem.tsx';
import type { Column } from './table.tsx';
import { Table } from './table.tsx';

interface Filter {
  readonly by: string;
  readonly action: string;
  readonly target: string;
}

const NO_FILTER: Filter = { by: '', action: '', target: '' };

const ACTIONS = [{ value: '', title: 'Any' }, ...[...AUDIT_ACTIONS].sort().map((value) => ({ value, title: value }))];

/** Who changed what. `changes` counts what was changed on this page: each makes a row. */
export function Audit({ changes }: { readonly changes: number }) {
  const [typed, setTyped] = useState(NO_FILTER);
  const [filter, setFilter] = useState(NO_FILTER);
  const isFiltered = Object.values(filter).some((value) => value !== '');
  const set = (more: Partial<Filter>): void => setTyped((old) => ({ ...old, ...more }));
  return (
    <section class="people-part" aria-labelledby="audit">
      <header>
        <h2 id="audit">Who changed what</h2>
      </header>
      <form
        class="toolbar"
        aria-label="Filter"
        onSubmit={(event) => {
          event.preventDefault();
          setFilter({ by: typed.by.trim(), action: typed.action.trim(), target: typed.target.trim() });
        }}
      >
        <Field label="By" placeholder="maria" value={typed.by} onValue={(by) => set({ by })} />
        <Select label="What" value={typed.action} onValue={(action) => set({ action })} choices={ACTIONS} />
        <Field label="Target" placeholder="support" value={typed.target} onValue={(target) => set({ target })} />
        <button type="submit">Filter</button>
        {isFiltered ? (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setTyped(NO_FILTER);
              setFilter(NO_FILTER);
            }}
          >
            Clear
          </button>
        ) : null}
      </form>
      <Entries key={JSON.stringify([filter, changes])} filter={filter} isFiltered={isFiltered} />
    </section>
  );
}

function Entries({ filter, isFiltered }: { readonly filter: Filter; readonly isFiltered: boolean }) {
  const paged = usePaged<AuditAnswer>('/v1/audit', { ...filter, limit: 25 });
  const { items, problem, reload } = paged;
  if (items === null)
    return problem === null ? <Loading what="the audit" /> : <ProblemNote problem={problem} again={reload} />;
  if (items.length === 0)
    return <Empty title={isFiltered ? 'Nothing is recorded that fits' : 'Nothing was changed yet'} />;
  return (
    <>
      <Table caption="Who changed what" columns={COLUMNS} rows={items} rowKey={({ auditId }) => auditId} />
      <ListingFoot paged={paged} title="Earlier changes" />
    </>
  );
}

const VIA: Readonly<Record<string, string>> = { login: 'page', token: 'token', cli: 'command line' };

const COLUMNS: readonly Column<AuditAnswer>[] = [
  { key: 'at', title: 'When', isHead: true, cell: ({ atMs }) => <span class="figure">{datedOf(atMs)}</span> },
  { key: 'by', title: 'By', cell: ({ by }) => <span class="breaks short">{printable(by)}</span> },
  { key: 'action', title: 'What', cell: ({ action }) => <code class="breaks">{printable(action)}</code> },
  { key: 'target', title: 'Target', cell: ({ target }) => <span class="breaks">{printable(target)}</span> },
  { key: 'detail', title: 'Detail', cell: ({ detail }) => <span class="breaks">{printable(detail)}</span> },
  {
    ...{ key: 'via', title: 'From' },
    cell: ({ via, address }) => (
      <span class="muted">
        {VIA[via] ?? via} {printable(address)}
      </span>
    ),
  },
];
