import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** So many at first, and so many more each time the end comes near. */
const PORTION = 120;

interface Growing {
  /** How many to show now. */
  readonly limit: number;
  /** Stands at the end of the list: coming near it shows more. Null when all are shown. */
  readonly end: VNode | null;
}

/** A list that shows its beginning at once and grows as it is scrolled; `key` is what it is a list of: another starts anew. */
export function useGrowing(total: number, key: string): Growing {
  const [grown, setGrown] = useState({ key, limit: PORTION });
  const limit = grown.key === key ? grown.limit : PORTION;
  const end = useRef<HTMLDivElement>(null);
  const isAll = limit >= total;
  useEffect(() => {
    const at = end.current;
    if (isAll || at === null) return undefined;
    const more = (): void => setGrown({ key, limit: limit + PORTION });
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && more(), {
      rootMargin: '1000px',
    });
    watch.observe(at);
    return () => watch.disconnect();
  }, [isAll, key, limit]);
  return { limit, end: isAll ? null : <div ref={end} class="more-end" /> };
}
