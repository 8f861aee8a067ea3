import type { Board, BoardChange, BoardSnapshot } from '../../core/model/board.ts';
import { applyChange } from '../../core/board/apply.ts';
import type { StreamEvent } from './frames.ts';

/** What the stream has told so far. */
export interface Followed {
  readonly seq: number;
  readonly nowMs: number;
  readonly staleSinceMs: number | null;
  readonly board: Board;
}

/**
 * The board after one more event of the stream; `gap`: a change is missing, so a snapshot must be asked for anew. A change that is
 * known already changes nothing; events of kinds to come are passed over.
 */
export function follow(now: Followed | null, { event, data }: StreamEvent): Followed | null | 'gap' {
  if (event === 'snapshot') {
    const { seq, nowMs, staleSinceMs, board } = JSON.parse(data) as BoardSnapshot;
    return { seq, nowMs, staleSinceMs, board };
  }
  if (event !== 'change') return now;
  const change = JSON.parse(data) as BoardChange;
  if (now === null || change.seq > now.seq + 1) return 'gap';
  if (change.seq <= now.seq) return now;
  const { seq, nowMs, staleSinceMs } = change;
  return { seq, nowMs, staleSinceMs, board: applyChange(now.board, change) };
}

/** The first try comes at once, the next after 0.5 s, 1 s, 2 s ... 10 s, each up to half sooner, so that a hall of screens does not come as one. */
export function backoffMs(tries: number, chance: number): number {
  if (tries === 0) return 0;
  return Math.min(10_000, 250 * 2 ** tries) * (1 - chance / 2);
}
