/**
 * `npm run bench:pages`: how much each page sends over the wire when a browser that has never seen it opens it, and when its first figures
 * are there; beside it the same for a page with nothing on it, which is what the browser and the machine take by themselves. On call
 * centres of its own with calls that come and go, or with --url, --user and --password on what runs already. Bounded: ten loads a page.
 *   --write   put the figures into bench/README.md
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Cookie } from 'playwright-core';
import { LOOK_OPTIONS, lookedAt } from '../scripts/demo/looked-at.ts';
import { openBrowser, openPage } from '../test/lab/browser/browser.ts';
import { agentLogin, enter, ready, WEB_PAGES } from '../test/lab/browser/pages.ts';
import type { Shown, WebPage } from '../test/lab/browser/pages.ts';
import { table, taken, writeBetween } from './report.ts';
import { quantile } from './stats.ts';

const LOADS = 10;
const CALLS_FOR_S = 20;
/** What answers with a few bytes and needs nothing: the floor. */
const EMPTY = '/health/live';

interface Load {
  readonly bytes: number;
  readonly ms: number;
}

interface Looked {
  readonly browser: Browser;
  readonly url: string;
  /** One login for all: its password's hash costs more than a page. */
  readonly cookies: readonly Cookie[];
  /** The same, of an agent. */
  readonly agentCookies: readonly Cookie[];
  readonly shown: Shown;
}

async function look(browser: Browser, url: string, login: Parameters<typeof enter>[2]): Promise<Looked> {
  const { page } = await openPage(browser);
  await enter(page, url, login);
  const answer = await page.request.get(`${url}/v1/calls?outcome=answered&limit=1`);
  const { items } = (await answer.json()) as { items: Shown[] };
  const [call] = items;
  if (!call) throw new Error('there is no call to show yet');
  const cookies = await page.context().cookies();
  // In a browser of his own: a login in the place of another ends that one.
  const { page: agents } = await openPage(browser);
  await enter(agents, url, await agentLogin(page, url));
  const agentCookies = await agents.context().cookies();
  for (const one of [page, agents]) await one.context().close();
  return { browser, url, cookies, agentCookies, shown: call };
}

/** One load in a browser context without a cache: bytes as they came, compressed, and ms from the address to the first figures. */
async function load({ browser, url, cookies, agentCookies, shown }: Looked, one: WebPage | null): Promise<Load> {
  const { page } = await openPage(browser);
  try {
    if (one?.isOpen !== true) await page.context().addCookies([...(one?.isAgents ? agentCookies : cookies)]);
    let bytes = 0;
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    network.on('Network.dataReceived', ({ encodedDataLength }) => void (bytes += encodedDataLength));
    const startedMs = performance.now();
    await page.goto(`${url}${one?.path(shown) ?? EMPTY}`);
    if (one !== null) await ready(page, one.page);
    return { bytes, ms: performance.now() - startedMs };
  } finally {
    await page.context().close();
  }
}

async function figures(looked: Looked): Promise<string> {
  const rows: string[][] = [];
  let floorMs = 0;
  for (const one of [null, ...WEB_PAGES]) {
    const loads: Load[] = [];
    for (let i = 0; i < LOADS; i += 1) loads.push(await load(looked, one));
    const times = loads.map(({ ms }) => ms);
    const [p50Ms, mostMs] = [quantile(times, 0.5), Math.max(...times)];
    if (one === null) floorMs = p50Ms;
    const kilobytes = Math.max(...loads.map(({ bytes }) => bytes)) / 1_000;
    rows.push([
      ...[one?.name ?? '(nothing)', kilobytes.toFixed(0), p50Ms.toFixed(0), mostMs.toFixed(0)],
      (p50Ms / floorMs).toFixed(1),
    ]);
  }
  return table(['page', 'kB over the wire', 'first figures, ms: p50', 'most', 'ratio'], rows);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { ...LOOK_OPTIONS, write: { type: 'boolean', default: false } },
  });
  const loadBefore = loadavg()[0] ?? 0;
  const browser = await openBrowser(console.log);
  const target = await lookedAt(values, CALLS_FOR_S);
  try {
    const text = await figures(await look(browser, target.url, target.login));
    console.log(text);
    if (values.write) {
      const [begin, end] = ['<!-- pages: npm run bench:pages -- --write -->', '<!-- end of pages -->'];
      writeBetween(join(import.meta.dirname, 'README.md'), begin, end, `${taken(loadBefore)}\n\n${text}`);
    }
  } finally {
    await browser.close();
    await target.stop();
  }
}

await main();
