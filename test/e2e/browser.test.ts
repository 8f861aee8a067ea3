/** The lab's browser really opens pages, sees what is wrong with them, and finds what people with weak eyes would stumble over. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../lab/browser/axe.ts';
import { noChromium, openBrowser, openPage } from '../lab/browser/browser.ts';

const page = (body: string): string =>
  `<!doctype html><html lang="en"><head><link rel="icon" href="data:,"><title>A page</title></head><body><main><h1>A page</h1>${body}</main></body></html>`;

const PAGES: Readonly<Record<string, string>> = {
  '/good': page('<p>Waiting: <output>3</output></p><script src="/script.js"></script>'),
  '/faint': page('<p style="color: #999">Faint</p><button></button>'),
  '/letters': page('<p><span>iiii</span> <span>MMMM</span></p><p><code>iiii</code> <code>MMMM</code></p>'),
  '/inline': page('<script>document.title = "ran"</script>'),
  '/broken': page('<script src="/throws.js"></script><script src="/fails.js"></script>'),
  '/script.js': 'document.querySelector("output").textContent = "4";',
  '/throws.js': 'throw new Error("planted");',
};

const missing = await noChromium(console.log);
if (missing !== undefined) test('NOT RUN', ({ skip }) => skip(`NOT RUN: ${missing}`));

describe.skipIf(missing !== undefined)("the lab's browser", () => {
  let server: Server;
  let browser: Browser;
  let base = '';

  beforeAll(async () => {
    server = createServer((request, response) => {
      const body = PAGES[request.url ?? ''];
      response.writeHead(request.url === '/fails.js' ? 500 : body === undefined ? 404 : 200, {
        'content-type': request.url?.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'self'; img-src data:; style-src 'self' 'unsafe-inline'",
      });
      response.end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  test('a good page: its script has run, axe and the console are silent', async () => {
    const { page, faults } = await openPage(browser);
    await page.goto(`${base}/good`);
    expect(await page.getByRole('status').textContent()).toBe('4');
    expect(await seriousFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('there are fonts: letters have widths of their own', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${base}/letters`);
    const widthsOf = async (tag: string): Promise<number[]> =>
      Promise.all((await page.locator(tag).all()).map(async (place) => (await place.boundingBox())?.width ?? 0));
    const [narrow = 0, wide = 0] = await widthsOf('span');
    expect(narrow).toBeGreaterThan(0);
    expect(wide).toBeGreaterThan(2 * narrow);
    const [first = 0, second = -1] = await widthsOf('code');
    expect(second).toBeCloseTo(first, 0);
  });

  test('axe finds faint text and a nameless button', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${base}/faint`);
    const found = await seriousFaults(page);
    expect(found.map((line) => line.split(':')[0]).sort()).toEqual(['critical button-name', 'serious color-contrast']);
    expect(found.join('\n')).toContain('Faint');
  });

  test.each([
    ['an error of a script', '/broken', /^uncaught: planted$/],
    ['an answer of 500', '/broken', /^answer: 500 to .*fails\.js$/],
    ['a script that the policy forbids', '/inline', /^console: .*Content Security Policy/],
  ])('%s is told', async (_, path, pattern) => {
    const { page, faults } = await openPage(browser);
    await page.goto(`${base}${path}`);
    await expect.poll(() => faults.find((fault) => pattern.test(fault))).toBeDefined();
    expect(await page.title()).toBe('A page');
  });

  test.each(['light', 'dark'] as const)('a page may be looked at in %s, at a width of a phone', async (colors) => {
    const { page } = await openPage(browser, { width: 390, height: 844, colors });
    await page.goto(`${base}/good`);
    const seen = await page.evaluate('[innerWidth, matchMedia("(prefers-color-scheme: dark)").matches]');
    expect(seen).toEqual([390, colors === 'dark']);
  });
});
