#!/usr/bin/env node
/**
 * Before and after `npm pack`. npm obeys `overrides` in the root package alone, so what is packaged carries the overridden
 * packages themselves (`bundleDependencies`) and, for the others, the lock as npm-shrinkwrap.json. That goes afterwards: in a
 * checkout it would hide package-lock.json.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const shrinkwrap = join(root, 'npm-shrinkwrap.json');

if (process.argv[2] === 'after') rmSync(shrinkwrap, { force: true });
else {
  // npm's standard output is the name of the tarball: what is said here goes to the other one.
  const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: ['ignore', 2, 2] });
  if (build.status !== 0) process.exit(1);
  copyFileSync(join(root, 'package-lock.json'), shrinkwrap);
}
