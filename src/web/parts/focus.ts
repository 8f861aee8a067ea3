/** Where the keyboard is: pages give it a place to go on from, so that nobody has to begin again at the top. */

/** Where a dialog's keyboard begins: what is marked, the first field, else the first action; never the ✕, which an Enter would press. */
const FIRST = [
  '[data-first]',
  ':is(input, select, textarea):not(:disabled)',
  '.dialog-body > header ~ button, .dialog-body > header ~ * button',
];

export function focusFirst(dialog: HTMLElement): void {
  const first = FIRST.map((selector) => dialog.querySelector<HTMLElement>(selector)).find((one) => one !== null);
  first?.focus();
}

/** What stands around an element, the nearest first. */
function around(element: Element | null): readonly HTMLElement[] {
  const places: HTMLElement[] = [];
  for (let place = element?.parentElement ?? null; place !== null; place = place.parentElement) places.push(place);
  return places;
}

/** For so long after a dialog its opener may go with what was changed: the row of a user who was removed, say. */
const WATCHED_MS = 5_000;

/**
 * Remembers what has the focus now; the function it gives brings it back there. Where that is gone, or goes soon after, the focus stands
 * in the part of the page that it stood in.
 */
export function rememberFocus(): () => void {
  const opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const places = around(opener).filter((place) => place.matches('section, main'));
  const back = (): void => {
    const place = opener?.isConnected === true && opener !== document.body ? opener : standIn(places);
    place?.focus({ preventScroll: true });
  };
  return () => {
    back();
    // Whoever went on by himself is left alone.
    const watch = new MutationObserver(() => {
      if (opener?.isConnected === true || document.activeElement !== document.body) return;
      watch.disconnect();
      back();
    });
    watch.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => watch.disconnect(), WATCHED_MS);
  };
}

function standIn(places: readonly HTMLElement[]): HTMLElement | null {
  const place = places.find(({ isConnected }) => isConnected) ?? document.querySelector<HTMLElement>('main');
  if (place !== null && place.tabIndex < 0) place.tabIndex = -1;
  return place;
}
