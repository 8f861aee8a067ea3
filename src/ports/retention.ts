/** How long what is over is kept, ms from the call's arrival (`audit`: from the change). */
export interface Retention {
  /** Records of calls. */
  readonly callsMs: number;
  /** Their decisions, by far the largest part; never longer than the calls. */
  readonly decisionsMs: number;
  /** Numbers and names of callers in the records; after that the records stay without them. Never longer than the calls. */
  readonly numbersMs: number;
  /** Counts by service and quarter of an hour. */
  readonly intervalsMs: number;
  readonly auditMs: number;
}

const DAY_MS = 86_400_000;

export const RETENTION: Retention = {
  callsMs: 90 * DAY_MS,
  decisionsMs: 30 * DAY_MS,
  numbersMs: 90 * DAY_MS,
  intervalsMs: 730 * DAY_MS,
  auditMs: 365 * DAY_MS,
};
