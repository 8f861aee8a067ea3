import { signal } from '@preact/signals';

/**
 * The database's clock, as near as frames tell it: all times that the API gives are of that clock, and a browser's may be off by minutes.
 * A frame is always some way behind, so the highest difference seen is the nearest; one far lower means that a clock was set.
 */
let offsetMs = 0;
let isKnown = false;
const JUMP_MS = 5_000;

/** The database's clock was `nowMs` a moment ago. */
export function setServerClock(nowMs: number, localMs = Date.now()): void {
  const seen = nowMs - localMs;
  if (isKnown && seen <= offsetMs && offsetMs - seen < JUMP_MS) return;
  offsetMs = seen;
  isKnown = true;
}

export const serverNowMs = (localMs = Date.now()): number => localMs + offsetMs;

/** Ticks once a second; what shows a time that passes reads it. */
export const tick = signal(Date.now());

/** Durations count on at the same moment all over the page. A hidden page does not tick: browsers wake it late anyway. */
export function startTicking(): void {
  const step = (): void => void (tick.value = Date.now());
  setInterval(() => {
    if (!document.hidden) step();
  }, 1_000);
  document.addEventListener('visibilitychange', step);
}
