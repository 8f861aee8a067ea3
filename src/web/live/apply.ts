import type { Board, BoardChange, BoardPart } from '../../core/model/board.ts';
import { BOARD_PARTS } from '../../core/model/board.ts';

/** Stands in until src/core/board/apply.ts is there. */
export function applyChange(board: Board, { changed, gone }: Pick<BoardChange, 'changed' | 'gone'>): Board {
  const after = { ...board } as { -readonly [P in BoardPart]: Board[P] };
  for (const part of BOARD_PARTS) {
    const rows: readonly { readonly id: string }[] = changed[part] ?? [];
    const lost = new Set(gone[part] ?? []);
    if (rows.length === 0 && lost.size === 0) continue;
    const news = new Map(rows.map((row) => [row.id, row]));
    const kept = board[part].filter((row) => !lost.has(row.id)).map((row) => news.get(row.id) ?? row);
    const known = new Set(kept.map((row) => row.id));
    after[part] = [...kept, ...rows.filter((row) => !known.has(row.id))] as never;
  }
  return after;
}
