/** Whether people with a screen reader, a keyboard or weak eyes can use a page, as far as axe-core can tell. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe calls serious or critical on the page as it is now: a line for each place, empty where all is well. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's Content-Security-Policy stays in force and does not apply to it.
  await page.evaluate(SOURCE);
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, help, nodes }) =>
      nodes.map((node) => `${impact} ${id}: ${help}: ${node.target.join(' ')} ${node.html.slice(0, 200)}`),
    );
}
