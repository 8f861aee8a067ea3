#!/usr/bin/env node
/** Installs what package-lock.json says, when it is not there yet. Plain Node: it runs before anything is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.ipnt-installed');

/** What the stamp holds when node_modules is what the lock says. Times do not do: a checkout touches them. */
function wanted() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} node ${process.versions.modules}\n`;
}

/** Whether node_modules is what the lock says: by our own stamp, or, where somebody ran npm by hand, by npm's. */
function isCurrent() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()) return true;
  const installed = join(root, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** Makes node_modules current. Returns what it did, for a line of progress. */
export function install() {
  if (isCurrent()) return 'already there';
  const started = Date.now();
  // --prefer-offline: a second clone on this machine takes packages from npm's cache.
  const npm = spawnSync('npm', ['ci', '--prefer-offline', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    rmSync(stamp, { force: true });
    throw new Error(`npm ci ended with ${npm.status ?? npm.signal}: see above; a registry must be in reach once`);
  }
  writeFileSync(stamp, wanted());
  return `installed in ${((Date.now() - started) / 1000).toFixed(1)} s`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`packages: ${install()}`);
