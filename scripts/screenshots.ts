/**
 * `npm run screenshots`: each page of the web application on a wall, a laptop and a phone, light and dark, while real calls come and go.
 * With --url, --user and --password it looks at what runs already (`npm run demo` prints them).
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { seriousFaults } from '../test/lab/browser/axe.ts';
import { openBrowser, openPage } from '../test/lab/browser/browser.ts';
import { agentLogin, enter, show, WEB_PAGES } from '../test/lab/browser/pages.ts';
import type { Shown } from '../test/lab/browser/pages.ts';
import { ROUTING } from './demo/centres.ts';
import { LOOK_OPTIONS, lookedAt } from './demo/looked-at.ts';
import type { LookedAt } from './demo/looked-at.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
];
const COLORS = ['light', 'dark'] as const;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(ROOT, 'data/screenshots') },
    ...LOOK_OPTIONS,
    /** How long calls come and go before the first picture, in seconds. */
    after: { type: 'string', default: '60' },
  },
});

/** The newest call that was answered after a wait, else the newest. */
async function lookAround(page: Page, url: string): Promise<Shown> {
  const answer = await page.request.get(`${url}/v1/calls?outcome=answered&limit=100`);
  if (!answer.ok()) throw new Error(`calls: ${answer.status()} ${await answer.text()}`);
  const { items } = (await answer.json()) as { items: { callId: string; waitMs: number | null; offers: number }[] };
  const best = items.find(({ offers }) => offers > 1) ?? items[0];
  return { callId: best?.callId ?? 'none', service: Object.keys(ROUTING.services)[0] ?? 'none' };
}

/** Takes one look's pictures; returns what was wrong, a line each. */
async function shoot(
  browser: Browser,
  target: LookedAt,
  look: Parameters<typeof openPage>[1] & object,
): Promise<string[]> {
  const { page, faults } = await openPage(browser, look);
  const name = `${look.width}x${look.height}-${look.colors}`;
  const wrong: string[] = [];
  let seen = 0;
  let shown: Shown | undefined;
  for (const one of WEB_PAGES) {
    if (!one.isOpen && !shown) {
      await enter(page, target.url, target.login);
      shown = await lookAround(page, target.url);
    }
    // The last in the table: nobody comes back from it.
    if (one.isAgents) await enter(page, target.url, await agentLogin(page, target.url));
    try {
      await show(page, target.url, one, shown ?? { callId: '', service: '' });
      wrong.push(...(await seriousFaults(page)).map((fault) => `${one.name} ${name}: ${fault}`));
    } catch (error) {
      wrong.push(`${one.name} ${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
    // The wall has no scroll bar: there, what does not fit is not seen.
    await page.screenshot({
      path: join(resolve(values.out), `${one.name}-${name}.png`),
      fullPage: look.width !== 1920,
    });
    wrong.push(...faults.slice(seen).map((fault) => `${one.name} ${name}: ${fault}`));
    seen = faults.length;
  }
  await page.context().close();
  return wrong;
}

async function main(): Promise<number> {
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  const browser = await openBrowser(console.log);
  const target = await lookedAt(values, Number(values.after));
  const wrong: string[] = [];
  try {
    for (const size of SIZES)
      for (const colors of COLORS) wrong.push(...(await shoot(browser, target, { ...size, colors })));
  } finally {
    await browser.close();
    await target.stop();
  }
  console.log(`${WEB_PAGES.length * SIZES.length * COLORS.length} pictures in ${out}`);
  for (const line of new Set(wrong)) console.log(`wrong  ${line}`);
  return wrong.length > 0 ? 1 : 0;
}

process.exit(await main());
