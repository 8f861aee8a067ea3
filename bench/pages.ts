/**
 * `npm run bench:pages -- --url URL --password PASSWORD`: how much each page of a running installation (`npm run demo` prints its login) sends
 * over the wire when a browser that has never seen it opens it, and when its first figures are there. Bounded: ten loads a page.
 */
import { parseArgs } from 'node:util';
import { openBrowser, openPage } from '../test/lab/browser/browser.ts';
import { agentLogin, enter, ready, WEB_PAGES } from '../test/lab/browser/pages.ts';
import type { WebPage } from '../test/lab/browser/pages.ts';
import { quantile } from './stats.ts';

const LOADS = 10;
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    user: { type: 'string', default: 'demo' },
    password: { type: 'string', default: '' },
  },
});
const url = values.url.replace(/\/$/, '');
const login = { name: values.user, password: values.password };
const browser = await openBrowser();
/** One login for all, and one for pages of agents: a password's hash costs more than a page. */
const { page: first } = await openPage(browser);
await enter(first, url, login);
const cookies = await first.context().cookies();
const newest = (await (await first.request.get(`${url}/v1/calls?outcome=answered&limit=1`)).json()) as {
  readonly items: readonly { readonly callId: string; readonly service: string }[];
};
await enter(first, url, await agentLogin(first, url));
const agentCookies = await first.context().cookies();
await first.context().close();
const shown = { callId: newest.items[0]?.callId ?? 'none', service: newest.items[0]?.service ?? 'none' };

/** One load in a browser context without a cache: bytes as they came, compressed, and ms from the address to the first figures. */
async function load(one: WebPage): Promise<{ readonly bytes: number; readonly ms: number }> {
  const { page } = await openPage(browser);
  try {
    if (!one.isOpen) await page.context().addCookies(one.isAgents ? agentCookies : cookies);
    let bytes = 0;
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    network.on('Network.dataReceived', ({ encodedDataLength }) => void (bytes += encodedDataLength));
    const startedMs = performance.now();
    await page.goto(`${url}${one.path(shown)}`);
    await ready(page, one.page);
    return { bytes, ms: performance.now() - startedMs };
  } finally {
    await page.context().close();
  }
}

console.log('| page | kB over the wire | first figures, ms: p50 | most |\n| --- | --- | --- | --- |');
for (const one of WEB_PAGES) {
  const loads: Awaited<ReturnType<typeof load>>[] = [];
  for (let i = 0; i < LOADS; i += 1) loads.push(await load(one));
  const times = loads.map(({ ms }) => ms).sort((a, b) => a - b);
  const kilobytes = Math.max(...loads.map(({ bytes }) => bytes)) / 1_000;
  const cells = [one.name, kilobytes.toFixed(0), quantile(times, 0.5).toFixed(0), (times.at(-1) ?? 0).toFixed(0)];
  console.log(`| ${cells.join(' | ')} |`);
}
await browser.close();
