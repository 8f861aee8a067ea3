/** What one edge saw of one service over the rolling window; those of all edges are added up. */
export interface ServiceFigures {
  readonly service: string;
  /** Calls that left the line: answered and abandoned ones, by their way out. */
  readonly answered: number;
  readonly abandoned: number;
  /** Answered within the service level's T. */
  readonly answeredInTime: number;
  /** Abandoned after T: who gives up sooner counts neither way. */
  readonly abandonedLate: number;
  /** Sum over answered calls, ms; and over the talks that ended: talk and wrap-up. */
  readonly waitMs: number;
  readonly handled: number;
  readonly handleMs: number;
}

/** Figures are over the last so many ms. */
export const FIGURES_WINDOW_MS = 1_800_000;

export const NO_FIGURES: Omit<ServiceFigures, 'service'> = {
  answered: 0,
  abandoned: 0,
  answeredInTime: 0,
  abandonedLate: 0,
  waitMs: 0,
  handled: 0,
  handleMs: 0,
};

/** One row a service, summed. */
export function addFigures(all: readonly ServiceFigures[]): ServiceFigures[] {
  const sums = new Map<string, ServiceFigures>();
  for (const one of all) {
    const sum = sums.get(one.service);
    sums.set(one.service, sum === undefined ? one : plus(sum, one));
  }
  return [...sums.values()];
}

const plus = (a: ServiceFigures, b: ServiceFigures): ServiceFigures => ({
  service: a.service,
  answered: a.answered + b.answered,
  abandoned: a.abandoned + b.abandoned,
  answeredInTime: a.answeredInTime + b.answeredInTime,
  abandonedLate: a.abandonedLate + b.abandonedLate,
  waitMs: a.waitMs + b.waitMs,
  handled: a.handled + b.handled,
  handleMs: a.handleMs + b.handleMs,
});
