/** A wall stays open for weeks. When the server was updated meanwhile, it is loaded again: old scripts do not read a newer board. */

/** Whether `page`, as the server gives it now, has other scripts than the one that runs here. What is no page of ours tells nothing. */
export const isOutdated = (page: string, script: string): boolean =>
  script !== '' && page.includes('type="module"') && !page.includes(script);

const ownScript = (): string =>
  document.querySelector<HTMLScriptElement>('script[type=module][src]')?.src.split('/').at(-1) ?? '';

/** Asked when the server is there again after it was away. Whoever is about to do something in a dialog is not disturbed. */
export async function reloadIfOutdated(): Promise<void> {
  const page = await fetch('./', { cache: 'no-store' })
    .then((answer) => (answer.ok ? answer.text() : ''))
    .catch(() => '');
  if (isOutdated(page, ownScript()) && document.querySelector('dialog[open]') === null) location.reload();
}
