#!/usr/bin/env node
/** Builds dist/: TypeScript compiled, the pages bundled, other files of src/ copied, the command made executable. Does nothing when up to date. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const started = Date.now();
const web = join(root, 'src', 'web');

/** Every file of src/, with what tells one version of it from another. */
function sources() {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .concat(['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name)));
  return files.sort();
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** What was built from a source that is gone must not be found by an import. */
function removeOrphans(files) {
  const known = new Set(files.map((file) => relative(join(root, 'src'), file).replace(/\.ts$/, '')));
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const name = relative(dist, file);
    if (name.startsWith('.') || name.startsWith('web/')) continue;
    if (!known.has(name) && !known.has(name.replace(/\.js(\.map)?$/, ''))) rmSync(file);
  }
}

function build() {
  const files = sources();
  const wanted = fingerprint(files);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return 'up to date';
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  mkdirSync(dist, { recursive: true });
  const args = [tsc, '-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'];
  const compiled = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (compiled.status !== 0) throw new Error('tsc found faults: see above');
  const vite = [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'];
  const bundle = [...vite, '--config', join(web, 'vite.config.ts')];
  if (spawnSync(process.execPath, bundle, { cwd: root, stdio: 'inherit' }).status !== 0)
    throw new Error('vite found faults: see above');
  for (const file of files.filter(
    (name) => name.startsWith(join(root, 'src')) && !name.startsWith(web) && !['.ts', '.md'].includes(extname(name)),
  )) {
    const target = join(dist, relative(join(root, 'src'), file));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
  removeOrphans(files);
  const command = join(dist, 'cli', 'main.js');
  if (existsSync(command)) chmodSync(command, statSync(command).mode | 0o111);
  writeFileSync(stamp, wanted);
  return `built in ${((Date.now() - started) / 1000).toFixed(1)} s`;
}

try {
  console.log(`build: ${build()}`);
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exit(1);
}
