import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../api.ts';
import { problemOf } from '../api.ts';
import { whileSeen } from './while-seen.ts';

export interface Loaded<T> {
  /** The last answer; it stays while a newer one is asked for. */
  readonly data: T | null;
  readonly problem: Problem | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/**
 * Loads when `key` changes, and again each `everyMs`, if given: while the page is in sight, and only once the answer before has come. What was
 * asked for before is given up.
 */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ data: null, problem: null, isLoading: true });
  const [turn, setTurn] = useState(0);
  const isUnderWay = useRef(false);
  useEffect(() => {
    const gone = new AbortController();
    isUnderWay.current = true;
    setState((old) => ({ ...old, isLoading: true }));
    const came = (next: (old: Omit<Loaded<T>, 'reload'>) => Omit<Loaded<T>, 'reload'>): void => {
      if (gone.signal.aborted) return;
      isUnderWay.current = false;
      setState(next);
    };
    load(gone.signal).then(
      (data) => came(() => ({ data, problem: null, isLoading: false })),
      (error: unknown) => came((old) => ({ ...old, problem: problemOf(error), isLoading: false })),
    );
    return () => gone.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((old) => old + 1), []);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    return whileSeen(everyMs, () => {
      if (!isUnderWay.current) reload();
    });
  }, [everyMs, reload]);
  return { ...state, reload };
}
