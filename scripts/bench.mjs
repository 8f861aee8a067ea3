#!/usr/bin/env node
/** `npm run bench`, `bench:state`, `bench:board` and `bench:pages`: installs and builds what is missing, then measures. Plain Node until everything is there. */
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { install } from './install.mjs';

const here = dirname(fileURLToPath(import.meta.url));
install();
const build = spawnSync(process.execPath, [join(here, 'build.mjs')], { encoding: 'utf8' });
if (build.status !== 0) {
  console.error(build.stdout + build.stderr);
  process.exit(1);
}
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const [, , first = '', ...others] = process.argv;
const [main, args] = first.endsWith('.ts') ? [first, others] : ['main.ts', process.argv.slice(2)];
const path = join(dirname(here), 'bench', main);
const bench = spawn(process.execPath, ['--import', tsx, path, ...args], { stdio: 'inherit' });
// The bench cleans up by itself; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bench.kill(signal));
bench.on('exit', (code) => process.exit(code ?? 1));
