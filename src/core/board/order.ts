import type { Board, BoardPart } from '../model/board.ts';

export type RowOf<P extends BoardPart> = Board[P][number];

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byId = (a: { readonly id: string }, b: { readonly id: string }): number => byText(a.id, b.id);

/** The order of rows in each part: told by the rows alone, so that whoever applies changes has the same. */
export const BOARD_ORDER: { readonly [P in BoardPart]: (a: RowOf<P>, b: RowOf<P>) => number } = {
  services: (a, b) => byText(a.title, b.title) || byId(a, b),
  sites: byId,
  edges: byId,
  queues: byId,
  agents: byId,
  waiting: (a, b) => a.position - b.position || byId(a, b),
};
