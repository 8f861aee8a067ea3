import { useState } from 'preact/hooks';
import type { Problem } from '../api.ts';
import { problemOf } from '../api.ts';

export interface Doing {
  readonly isBusy: boolean;
  /** Of the last try. */
  readonly problem: Problem | null;
  /** Does something once, and tells what came of it. */
  readonly start: <T>(work: () => Promise<T>, then: (came: T) => void) => void;
}

/** For a button that asks the API to do something. */
export function useDoing(): Doing {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const start: Doing['start'] = (work, then) => {
    setBusy(true);
    setProblem(null);
    work()
      .then(then, (error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  return { isBusy, problem, start };
}
