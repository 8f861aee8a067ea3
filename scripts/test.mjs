#!/usr/bin/env node
/**
 * `npm test`: everything that CI asks for, from a fresh clone on. Each stage says how long it took; the last line counts tests.
 * `--long` plays more seeds of what is true by chance only (queueing theory against the simulator): some six minutes more.
 */
import { spawnSync } from 'node:child_process';
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

/** Runs a Node program to its end; true when it ended well. */
function stage(name, args, env = {}) {
  const started = Date.now();
  console.log(`--- ${name}`);
  const ran = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  const ok = ran.status === 0;
  console.log(
    `--- ${name}: ${ok ? 'ok' : `FAILED (${ran.status ?? ran.signal})`}, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  if (!ok) failures.push(name);
  return ok;
}

/** Runs a vitest project and adds up what its own report says. */
function vitest(project) {
  const out = join(report, `${project}.json`);
  const args = [bin('vitest', 'vitest.mjs'), 'run', '--project', project, '--passWithNoTests'];
  stage(
    `tests: ${project}`,
    [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${out}`],
    long ? { IPNT_LONG: '1' } : {},
  );
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

/** The checks that need no running part. */
function checks() {
  stage('types', [bin('typescript', 'bin/tsc'), '--noEmit', '-p', '.']);
  stage('types of the pages', [bin('typescript', 'bin/tsc'), '--noEmit', '-p', join('src', 'web')]);
  stage('lint', [bin('eslint', 'bin/eslint.js'), '.']);
  stage('format', [bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']);
}

try {
  console.log(`--- packages: ${install()}`);
  if (stage('build', [join('scripts', 'build.mjs')])) {
    checks();
    vitest('fast');
    vitest('real');
  } else totals.failed += 1;
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
