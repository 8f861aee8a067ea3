/** A real browser for our pages: Debian's Chromium, driven by playwright-core. */
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { PartMissing, providePart } from '../../../src/runtime/parts/index.ts';

/** Why there is no Chromium here, for tests that then say NOT RUN; undefined where it is. In CI its lack is a failure. */
export async function noChromium(report?: (line: string) => void): Promise<string | undefined> {
  try {
    await providePart('chromium', report && { report });
    return undefined;
  } catch (error) {
    if (error instanceof PartMissing && !process.env['CI']) return error.message;
    throw error;
  }
}

/**
 * Starts Chromium without a window. Its profile is a fresh folder, which goes when the browser is closed or its owner ends.
 * Throws PartMissing where there is no Chromium to be had.
 */
export async function openBrowser(report?: (line: string) => void): Promise<Browser> {
  const part = await providePart('chromium', report && { report });
  return chromium.launch({
    executablePath: part.command[0] ?? '',
    headless: true,
    // Tests run as root in containers, where the sandbox cannot; only our own pages are opened.
    chromiumSandbox: false,
    args: [
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
    env: { ...process.env, ...part.env },
  });
}

export interface Look {
  /** CSS pixels; 1366 x 768 by default. */
  readonly width?: number;
  readonly height?: number;
  readonly colors?: 'light' | 'dark';
}

export interface WatchedPage {
  readonly page: Page;
  /** What went wrong so far, a line each: uncaught errors, errors on the console, requests that failed or were refused. */
  readonly faults: readonly string[];
}

/** Opens a page in a context of its own: no cookie of another test. Nothing moves, so that screenshots are repeatable. */
export async function openPage(browser: Browser, look: Look = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1366, height: look.height ?? 768 },
    colorScheme: look.colors ?? 'light',
    ...{ reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/Berlin' },
  });
  // Less than a test's own limit: what was waited for is told then.
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  return { page, faults: watchFaults(page) };
}

function watchFaults(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // Answers are watched below.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'no reason';
    // Streams and pictures of a page that is left are aborted by the browser itself.
    if (why !== 'net::ERR_ABORTED') faults.push(`request: ${request.method()} ${request.url()}: ${why}`);
  });
  page.on('response', (response) => {
    // Before the login that is how a page learns that nobody is logged in.
    const isExpected = response.status() === 401 && response.url().endsWith('/v1/me');
    if (response.status() >= 400 && !isExpected) faults.push(`answer: ${response.status()} to ${response.url()}`);
  });
  return faults;
}
