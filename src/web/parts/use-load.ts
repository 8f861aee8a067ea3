import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Problem } from '../api.ts';
import { problemOf } from '../api.ts';

export interface Loaded<T> {
  /** The last answer; it stays while a newer one is asked for. */
  readonly data: T | null;
  readonly problem: Problem | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Loads when `key` changes, and again each `everyMs`, if given. What was asked for before is given up. */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ data: null, problem: null, isLoading: true });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    setState((old) => ({ ...old, isLoading: true }));
    load(gone.signal).then(
      (data) => gone.signal.aborted || setState({ data, problem: null, isLoading: false }),
      (error: unknown) =>
        gone.signal.aborted || setState((old) => ({ ...old, problem: problemOf(error), isLoading: false })),
    );
    return () => gone.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((old) => old + 1), []);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => document.hidden || reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  return { ...state, reload };
}
