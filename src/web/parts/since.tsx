import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { serverNowMs, tick } from '../clock.ts';
import { clockSpan } from '../format.ts';

interface SinceProps {
  /** Of the database's clock. */
  readonly sinceMs: number;
  readonly format?: (ms: number) => string;
  /** It stands still there: nobody knows what came after. Null, as usual: it counts on. */
  readonly untilMs?: number | null;
}

/** How long ago something was, counting on. Only its text changes each second; nothing around it is drawn again. */
export function Since({ sinceMs, format = clockSpan, untilMs = null }: SinceProps) {
  const text = useMemo(
    () => computed(() => format((untilMs ?? serverNowMs(tick.value)) - sinceMs)),
    [sinceMs, format, untilMs],
  );
  return <span class="figure">{text}</span>;
}
