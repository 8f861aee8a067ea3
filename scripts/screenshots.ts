/**
 * `npm run screenshots`: each page of the web application on a wall, a laptop and a phone, light and dark, while real calls come and go.
 * With --url, --user and --password it looks at what runs already (`npm run demo` prints them).
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { seriousFaults } from '../test/lab/browser/axe.ts';
import { openBrowser, openPage } from '../test/lab/browser/browser.ts';
import { agentLogin, enter, show, WEB_PAGES } from '../test/lab/browser/pages.ts';
import type { Login, Shown } from '../test/lab/browser/pages.ts';
import { pastCalls } from '../test/lab/history.ts';
import { addUser } from '../test/lab/people.ts';
import { startFlow } from '../test/lab/flow.ts';
import { startStack } from '../test/lab/stack.ts';
import type { Stack } from '../test/lab/stack.ts';
import { DEMAND, ROUTING, SITES } from './demo/centres.ts';

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
    url: { type: 'string' },
    user: { type: 'string', default: 'demo' },
    password: { type: 'string', default: '' },
    /** How long calls come and go before the first picture, in seconds. */
    after: { type: 'string', default: '60' },
  },
});

interface Target {
  readonly url: string;
  readonly login: Login;
  stop(): Promise<void>;
}

/** So that plots of the last hours have something to plot. */
async function writeHistory({ store }: Stack): Promise<void> {
  const services = Object.entries(ROUTING.services).map(
    (
      [
        name,
        {
          numbers: [dnis = ''],
        },
      ],
      i,
    ) => ({
      ...{ name, dnis, busiestHour: 60 / (i + 1) },
      agents: SITES.flatMap((site) =>
        site.agents.filter(({ queues = {} }) => name in queues).map(({ ext }) => `${site.name}/PJSIP/${ext}`),
      ),
    }),
  );
  const { dbNowMs } = await store.sites();
  const events = pastCalls({ services, edge: 'edge1', hours: 6, untilMs: dbNowMs, seed: 1 });
  for (let i = 0; i < events.length; i += 200) await store.appendCallEvents(events.slice(i, i + 200));
  console.log(`${events.length} facts of calls of the last hours, made up`);
}

/** A stack of our own, with calls. */
async function ownStack(): Promise<Target> {
  const services = Object.keys(ROUTING.services);
  const stack = await startStack(
    { edges: ['edge1'], sites: SITES, services, routing: ROUTING.services, settings: { country: '49' }, api: true },
    console.log,
  );
  try {
    const login = await addUser(stack, 'demo', 'admin');
    await writeHistory(stack);
    const { lab, phones } = stack;
    const server = [...lab.edges.values()][0]?.sip;
    if (!server) throw new Error('the stack has no edge');
    const flow = await startFlow({
      ...{ demand: DEMAND, seed: 5, meanGapMs: 5_000, phones, localAddress: lab.callerAddress, server },
    });
    console.log(`calls come and go for ${values.after} s ...`);
    await delay(Number(values.after) * 1_000);
    return { url: stack.url, login, stop: () => flow.stop().then(() => stack.stop()) };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

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
  target: Target,
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
  const target: Target =
    values.url === undefined
      ? await ownStack()
      : {
          url: values.url.replace(/\/$/, ''),
          login: { name: values.user, password: values.password },
          stop: () => Promise.resolve(),
        };
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
