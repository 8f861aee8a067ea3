#!/usr/bin/env node
/** `npm run demo`: installs and builds what is missing, then plays the demonstration. Plain Node until everything is there. */
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { install } from './install.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const started = Date.now();
const say = (line) => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

say('packages ...');
say(`packages: ${install()}`);
say('build ...');
const build = spawnSync(process.execPath, [join(here, 'build.mjs')], { encoding: 'utf8' });
if (build.status !== 0) {
  console.error(build.stdout + build.stderr);
  process.exit(1);
}
say((build.stdout.trim().split('\n').pop() || 'build: done').trim());

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const demo = spawn(process.execPath, ['--import', tsx, join(here, 'demo/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, IPNT_DEMO_STARTED_MS: String(started) },
});
// The demo cleans up by itself; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
demo.on('exit', (code) => process.exit(code ?? 1));
