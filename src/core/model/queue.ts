/** One waiting line on a site's PBX, with its figures over the rolling window. Written by the site's adapter alone. */
export interface QueueState {
  /** `<site>/<name>` */
  readonly queueId: string;
  readonly siteId: string;
  readonly name: string;
  /** Callers waiting now. */
  readonly waiting: number;
  /** Arrival of the caller who waits longest; null when nobody waits. */
  readonly longestSinceMs: number | null;
  readonly loggedIn: number;
  readonly ready: number;
  readonly onCalls: number;
  /** Counts and means below are over the last `windowMs`. */
  readonly windowMs: number;
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly meanWaitMs: number | null;
  readonly meanHandleMs: number | null;
  /** answered within T / (answered + abandoned after T), 0 to 1; null when there was no call. */
  readonly serviceLevel: number | null;
}

export const queueIdOf = (siteId: string, name: string): string => `${siteId}/${name}`;
