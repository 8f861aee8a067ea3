import { BOARD_PARTS } from '../model/board.ts';
import type { Board, BoardChange, BoardPart } from '../model/board.ts';
import type { RowOf } from './order.ts';

export type RowChanges = Pick<BoardChange, 'changed' | 'gone'>;

/**
 * The rows that are new or others than before, and the ids of those that are gone. Rows are compared by identity: who makes boards
 * keeps the objects of rows that say the same. Null: nothing changed.
 */
export function boardChange(before: Board, after: Board): RowChanges | null {
  const changed: { -readonly [P in BoardPart]?: readonly RowOf<P>[] } = {};
  const gone: { [P in BoardPart]?: readonly string[] } = {};
  const compare = <P extends BoardPart>(part: P): void => {
    const [old, now]: [readonly RowOf<P>[], readonly RowOf<P>[]] = [before[part], after[part]];
    if (old === now) return;
    const { news, lost } = differences(old, now);
    if (news.length > 0) (changed as Record<string, readonly RowOf<P>[]>)[part] = news;
    if (lost.length > 0) gone[part] = lost;
  };
  BOARD_PARTS.forEach(compare);
  return Object.keys(changed).length + Object.keys(gone).length === 0 ? null : ({ changed, gone } as RowChanges);
}

function differences<T extends { readonly id: string }>(
  old: readonly T[],
  now: readonly T[],
): { news: T[]; lost: string[] } {
  // Mostly the same rows stand in the same places.
  const isSteady = old.length === now.length && old.every(({ id }, index) => id === now[index]?.id);
  if (isSteady) return { news: now.filter((row, index) => row !== old[index]), lost: [] };
  const known = new Map(old.map((row) => [row.id, row]));
  const news = now.filter((row) => known.get(row.id) !== row);
  for (const { id } of now) known.delete(id);
  return { news, lost: [...known.keys()] };
}
