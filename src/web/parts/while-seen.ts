/** Calls `again` each `everyMs` while the page is in sight, and at once when somebody comes back to it. What it gives back ends it. */
export function whileSeen(everyMs: number, again: () => void): () => void {
  const seen = (): void => {
    if (!document.hidden) again();
  };
  const timer = setInterval(seen, everyMs);
  document.addEventListener('visibilitychange', seen);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', seen);
  };
}
