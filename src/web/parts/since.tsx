import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { serverNowMs, tick } from '../clock.ts';
import { clockSpan } from '../format.ts';

interface SinceProps {
  /** Of the database's clock. */
  readonly sinceMs: number;
  readonly format?: (ms: number) => string;
}

/** How long ago something was, counting on. Only its text changes each second; nothing around it is drawn again. */
export function Since({ sinceMs, format = clockSpan }: SinceProps) {
  const text = useMemo(() => computed(() => format(serverNowMs(tick.value) - sinceMs)), [sinceMs, format]);
  return <span class="figure">{text}</span>;
}
