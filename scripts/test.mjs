#!/usr/bin/env node
/**
 * `npm test`: everything that CI asks for, from a fresh clone on. Each stage says how long it took; the last line counts tests.
 * `--long` plays more seeds of what is true by chance only (queueing theory against the simulator): some six minutes more.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name, file) => join(root, 'node_modules', name, file);
const long = process.argv.includes('--long');
const report = mkdtempSync(join(tmpdir(), 'ipnt-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
/** What only computes gives way to what has to keep time with a telephone network. */
const ASIDE = process.platform === 'win32' ? [] : ['nice', '-n', '19'];

/**
 * Runs a Node program to its end; true when it ended well. What it prints is shown at once, or, where it runs aside, in one
 * piece when it has ended.
 */
async function stage(name, args, { aside = false, env = {} } = {}) {
  const started = Date.now();
  if (!aside) console.log(`--- ${name}`);
  const [program, ...rest] = [...(aside ? ASIDE : []), process.execPath, ...args];
  const stdio = aside ? ['ignore', 'pipe', 'pipe'] : 'inherit';
  const child = spawn(program, rest, { cwd: root, stdio, env: { ...process.env, ...env } });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => said.push(text));
  const end = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  if (aside) process.stdout.write(`--- ${name}\n${said.join('')}`);
  const outcome = end === 0 ? 'ok' : `FAILED (${end})`;
  console.log(`--- ${name}: ${outcome}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (end !== 0) failures.push(name);
  return end === 0;
}

/** Runs the vitest projects whose names begin so, and adds up what its own report says. */
async function vitest(project, aside) {
  const out = join(report, `${project}.json`);
  const args = [bin('vitest', 'vitest.mjs'), 'run', '--project', `${project}*`, '--passWithNoTests'];
  await stage(`tests: ${project}`, [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${out}`], {
    ...{ aside, env: long ? { IPNT_LONG: '1' } : {} },
  });
  try {
    const result = JSON.parse(readFileSync(out, 'utf8'));
    totals.passed += result.numPassedTests;
    // A file that could not even be loaded has no tests to count, and is a failure all the same.
    const brokenFiles = result.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    totals.failed += result.numFailedTests + brokenFiles;
    totals.skipped += result.numPendingTests;
  } catch {
    totals.failed += 1;
    failures.push(`tests: ${project} left no report`);
  }
}

/** What needs no running part: it only computes, in the time that the real parts leave. */
async function computed() {
  const aside = { aside: true };
  await stage('types', [bin('typescript', 'bin/tsc'), '--noEmit', '-p', '.'], aside);
  await stage('types of the pages', [bin('typescript', 'bin/tsc'), '--noEmit', '-p', join('src', 'web')], aside);
  await stage('lint', [bin('eslint', 'bin/eslint.js'), '.'], aside);
  await stage('format', [bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'], aside);
  await vitest('fast', true);
}

try {
  console.log(`--- packages: ${install()}`);
  if (await stage('build', [join('scripts', 'build.mjs')])) await Promise.all([vitest('real', false), computed()]);
  else totals.failed += 1;
} catch (error) {
  console.error(error.message);
  failures.push('packages');
} finally {
  rmSync(report, { recursive: true, force: true });
}
if (!long) console.log('NOT RUN: more seeds of the simulator against theory (npm run test:long)');
if (totals.skipped > 0) console.log(`NOT RUN: ${totals.skipped} tests (each says why above)`);
// A check that failed counts as one: the last line alone must tell whether all is well.
const failedChecks = failures.filter((name) => !name.startsWith('tests:')).length;
if (failures.length > 0) console.log(`failed: ${failures.join(', ')}`);
console.log(`${totals.passed} passed, ${totals.failed + failedChecks} failed`);
process.exit(failures.length > 0 || totals.failed > 0 ? 1 : 0);
