import { BOARD_PARTS } from '../model/board.ts';
import type { Board, BoardPart } from '../model/board.ts';
import type { RowChanges } from './change.ts';
import { BOARD_ORDER } from './order.ts';
import type { RowOf } from './order.ts';

/**
 * The board after a change: what a page does with each `change` event. Parts and rows that the change does not name stay the same objects.
 * A change may come again, or tell of rows that are there already: it says what they are now, not what became of them.
 */
export function applyChange(board: Board, { changed, gone }: RowChanges): Board {
  const after: { -readonly [P in BoardPart]: Board[P] } = { ...board };
  const apply = <P extends BoardPart>(part: P): void => {
    const rows: readonly RowOf<P>[] = changed[part] ?? [];
    const lost = gone[part] ?? [];
    if (rows.length > 0 || lost.length > 0) after[part] = applyRows(part, board[part], rows, lost) as Board[P];
  };
  BOARD_PARTS.forEach(apply);
  return after;
}

function applyRows<P extends BoardPart>(
  part: P,
  before: readonly RowOf<P>[],
  changed: readonly RowOf<P>[],
  gone: readonly string[],
): readonly RowOf<P>[] {
  const news = new Map(changed.map((row) => [row.id, row]));
  const lost = new Set(gone);
  const rows: RowOf<P>[] = [];
  for (const row of before) {
    const now = news.get(row.id);
    news.delete(row.id);
    if (!lost.has(row.id)) rows.push(now ?? row);
  }
  return [...rows, ...news.values()].sort(BOARD_ORDER[part]);
}
