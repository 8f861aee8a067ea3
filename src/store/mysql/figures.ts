import type { ServiceFigures } from '../../core/model/figures.ts';
import { FIGURES_WINDOW_MS } from '../../core/model/figures.ts';
import type { Wanted } from '../common/place.ts';
import type { Row } from './node.ts';
import type { Database } from './pool.ts';
import { number, text } from './rows.ts';
import { bind, DB_NOW_MS } from './sql.ts';
import type { Scalar } from './sql.ts';
import { single } from './transaction.ts';

/** In the order of publish-figures.sql. */
export const figuresCells = (one: ServiceFigures): Record<string, Scalar> => ({
  service: one.service,
  answered: one.answered,
  abandoned: one.abandoned,
  answered_in_time: one.answeredInTime,
  abandoned_late: one.abandonedLate,
  wait_ms: Math.round(one.waitMs),
  handled: one.handled,
  handle_ms: Math.round(one.handleMs),
});

const figuresOf = (row: Row): ServiceFigures => ({
  service: text(row, 'service'),
  answered: number(row, 'answered'),
  abandoned: number(row, 'abandoned'),
  answeredInTime: number(row, 'answered_in_time'),
  abandonedLate: number(row, 'abandoned_late'),
  waitMs: number(row, 'wait_ms'),
  handled: number(row, 'handled'),
  handleMs: number(row, 'handle_ms'),
});

const COLUMNS = ['answered', 'abandoned', 'answered_in_time', 'abandoned_late', 'wait_ms', 'handled', 'handle_ms'];

/**
 * Sums over all edges, of the services of which these edges wrote something after a version (KEY(edge_id, version)); null: of all
 * services. What an edge wrote before the window counts no more, and its service says so.
 */
export async function readFigures(db: Database, edges: readonly Wanted[] | null): Promise<readonly ServiceFigures[]> {
  if (edges?.length === 0) return [];
  const since = bind(`${DB_NOW_MS} - :windowMs`, { windowMs: FIGURES_WINDOW_MS });
  const sums = COLUMNS.map((column) => `SUM(IF(f.updated_at_ms > ${since}, f.${column}, 0)) AS ${column}`).join(', ');
  const ranges = (edges ?? []).map(({ id, after }) => bind('(edge_id = :id AND version > :after)', { id, after }));
  const changed = `(SELECT DISTINCT service FROM service_figures WHERE ${ranges.join(' OR ')}) c`;
  const from = edges === null ? 'service_figures f' : `${changed} JOIN service_figures f ON f.service = c.service`;
  return (await single(db, `SELECT f.service, ${sums} FROM ${from} GROUP BY f.service`)).rows.map(figuresOf);
}
