import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import type { Sortable, Sorting } from './sorting.ts';
import { sorted } from './sorting.ts';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** What it is sorted by; without one it is not. */
  readonly sort?: (row: T) => Sortable;
  /** Figures stand at the right, one below the other. */
  readonly isNumber?: boolean;
  /** Names the row: a th for screen readers. */
  readonly isHead?: boolean;
}

interface TableProps<T> {
  /** What the table is, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly sorting?: Sorting;
  /** Somebody else sorts (the API): the rows are shown as they come. */
  readonly onSorting?: (sorting: Sorting) => void;
  readonly rowClass?: (row: T) => string;
}

/** A table whose head stays in sight and sorts; on a phone each row becomes a card. */
export function Table<T>({ caption, columns, rows, rowKey, sorting, onSorting, rowClass }: TableProps<T>) {
  const [own, setOwn] = useState<Sorting | null>(null);
  const now = (onSorting === undefined ? own : null) ?? sorting ?? null;
  const by = columns.find((one) => one.key === now?.by)?.sort;
  const shown = onSorting === undefined && by !== undefined && now !== null ? sorted(rows, by, now.isDown) : rows;
  const change = onSorting ?? setOwn;
  return (
    <div class="table-frame">
      <table class="table">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} sorting={now} onSorting={change} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={rowKey(row)} class={rowClass?.(row)}>
              {columns.map((column) => (
                <BodyCell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps<T> {
  readonly column: Column<T>;
  readonly sorting: Sorting | null;
  readonly onSorting: (sorting: Sorting) => void;
}

function HeadCell<T>({ column, sorting, onSorting }: HeadProps<T>) {
  const mine = sorting?.by === column.key ? sorting : null;
  const order = mine === null ? undefined : mine.isDown ? 'descending' : 'ascending';
  return (
    <th scope="col" class={column.isNumber === true ? 'number' : undefined} aria-sort={order}>
      {column.sort === undefined ? (
        column.title
      ) : (
        <button
          type="button"
          class="sort"
          onClick={() => onSorting({ by: column.key, isDown: mine === null ? false : !mine.isDown })}
        >
          {column.title}
          {mine === null ? null : <Icon name={mine.isDown ? 'down' : 'up'} />}
        </button>
      )}
    </th>
  );
}

function BodyCell<T>({ column, row }: { readonly column: Column<T>; readonly row: T }) {
  const props = { class: column.isNumber === true ? 'number' : undefined, 'data-label': column.title };
  return column.isHead === true ? (
    <th scope="row" {...props}>
      {column.cell(row)}
    </th>
  ) : (
    <td {...props}>{column.cell(row)}</td>
  );
}
