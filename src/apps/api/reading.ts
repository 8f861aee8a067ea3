import type { BoardSnapshot } from '../../core/model/board.ts';
import type { ApiReading, Check } from '../../ports/metrics.ts';
import { boardSamples } from './board-metrics.ts';

export interface ApiStanding {
  /** Null while there is no board yet. */
  readonly snapshot: BoardSnapshot | null;
  readonly streamClients: number;
  /** Since the start: those that were behind or did not read. */
  readonly droppedStreamClients: number;
}

/** What the API knows of itself as monitoring wants it. Pure. */
export function apiReading({ snapshot, streamClients, droppedStreamClients }: ApiStanding): ApiReading {
  const databaseAnswers = snapshot !== null && snapshot.staleSinceMs === null;
  return {
    checks: [boardCheck(snapshot), databaseCheck(snapshot)],
    ...{ databaseAnswers, streamClients, droppedStreamClients },
    board: snapshot === null ? [] : boardSamples(snapshot),
  };
}

const boardCheck = (snapshot: BoardSnapshot | null): Check => ({
  ...{ check: 'board', isOk: snapshot !== null },
  detail: snapshot === null ? 'the state has not been read yet' : `frame ${snapshot.seq}`,
});

const databaseCheck = (snapshot: BoardSnapshot | null): Check =>
  snapshot !== null && snapshot.staleSinceMs === null
    ? { check: 'database', isOk: true, detail: 'it answers' }
    : { check: 'database', isOk: false, detail: 'the database does not answer: the figures stand still' };
