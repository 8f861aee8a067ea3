import { useEffect, useState } from 'preact/hooks';
import type { CallSummary } from '../../core/model/call-summary.ts';
import type { Listing } from '../api.ts';
import { get } from '../api.ts';
import { liveRange, renewed } from './calls-live.ts';
import { whileSeen } from './while-seen.ts';

const AGAIN_MS = 4_000;
/** Rows in progress are among the newest; of the calls since the oldest of them so many are asked for. */
const MOST = 300;
const NONE: ReadonlyMap<string, CallSummary> = new Map();

/** Rows in progress follow their calls until they end, while the page is in sight. No row comes or goes. */
export function useLiveCalls(rows: readonly CallSummary[] | null): readonly CallSummary[] | null {
  const [news, setNews] = useState(NONE);
  const shown = rows === null ? null : renewed(rows, news);
  const range = liveRange(shown ?? []);
  const key = range === null ? '' : `${range.from} ${range.to}`;
  useEffect(() => {
    if (range === null) return undefined;
    const gone = new AbortController();
    let isUnderWay = false;
    const again = (): void => {
      if (isUnderWay) return;
      isUnderWay = true;
      get<Listing<CallSummary>>('/v1/calls', { ...range, limit: MOST }, gone.signal)
        .then(({ items }) => {
          const more = items.map((call) => [call.callId, call] as const);
          if (!gone.signal.aborted) setNews((old) => new Map([...old, ...more]));
        })
        // The next time may be better; until then the rows are as they were.
        .catch(() => undefined)
        .finally(() => (isUnderWay = false));
    };
    const end = whileSeen(AGAIN_MS, again);
    return () => {
      gone.abort();
      end();
    };
  }, [key]);
  return shown;
}
