/**
 * Brings the real programs that the tests and the demo run against, without root, a container or a prompt: the machine's
 * own where it has them, else Debian packages from the mirror that the machine already uses, unpacked into a cache.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { writeFontsConf } from './chromium.ts';
import { downloadDebs, privateApt, resolvePackages, unpackDebs } from './apt.ts';
import { machinePart, makeMariadbBase, onMachine, unpackedPart } from './layout.ts';
import { withLock } from './lock.ts';
import { manifestFile, readManifest, writeManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { isNewEnough, PartMissing, SPECS, upstreamVersion } from './part.ts';
import type { Part, PartName } from './part.ts';
import { run } from './run.ts';

export { mariadbBaseDir } from './layout.ts';
export { PartMissing } from './part.ts';
export type { Part, PartName } from './part.ts';

export interface ProvideOptions {
  cacheDir?: string;
  report?: (line: string) => void;
  /** Ignore the machine's own. */
  ignoreMachine?: boolean;
}

/** Where packages and unpacked parts are kept: `$IPNT_CACHE`, else below the user's cache folder. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env['IPNT_CACHE']) return env['IPNT_CACHE'];
  const xdg = env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'ipnt');
}

/**
 * Finds the part on the machine, else in the cache, else downloads it (not with IPNT_OFFLINE=1). Several processes may ask
 * at once: one works, the others wait. Throws PartMissing, whose message is one line.
 */
export async function providePart(name: PartName, options: ProvideOptions = {}): Promise<Part> {
  const own = options.ignoreMachine ? undefined : await findOnMachine(name);
  if (own !== undefined) return own;
  const cacheDir = resolve(options.cacheDir ?? defaultCacheDir());
  const cached = fromCache(name, cacheDir);
  if (cached !== undefined) return cached;
  try {
    return await withLock(join(cacheDir, 'locks', `${name}.lock`), 600_000, async () => {
      return fromCache(name, cacheDir) ?? (await build(name, cacheDir, options.report ?? (() => undefined)));
    });
  } catch (error) {
    if (error instanceof PartMissing) throw error;
    throw new PartMissing(name, error instanceof Error ? error.message : String(error));
  }
}

async function findOnMachine(name: PartName): Promise<Part | undefined> {
  const spec = SPECS[name];
  const file = onMachine(spec.mainProgram);
  if (file === undefined) return undefined;
  // SIPp prints its version and ends with 99: the text counts, not the code.
  const ran = await run([file, ...spec.versionArgs], { timeoutMs: 10_000 });
  const version = upstreamVersion(ran.stdout + ran.stderr);
  return isNewEnough(spec, version) ? machinePart(name, version) : undefined;
}

function fromCache(name: PartName, cacheDir: string): Part | undefined {
  const manifest = readManifest(cacheDir, name);
  return manifest && unpackedPart(name, manifest.version, join(cacheDir, manifest.root), 'cache');
}

async function build(name: PartName, cacheDir: string, report: (line: string) => void): Promise<Part> {
  const started = Date.now();
  mkdirSync(join(cacheDir, 'parts'), { recursive: true });
  const debsDir = join(cacheDir, 'debs');
  const known = readManifest(cacheDir, name);
  const haveAll = known !== undefined && known.debs.every((file) => existsSync(join(debsDir, file)));
  const { debs, version } = haveAll ? known : await download(name, cacheDir, debsDir, report);
  const digest = createHash('sha256').update(debs.join('\n')).digest('hex').slice(0, 8);
  const manifest: Manifest = {
    ...{ format: 1, name, version, arch: process.arch, debs },
    root: join('parts', `${name}-${version}-${digest}`),
  };
  report(`${name}: unpacking ${debs.length} packages`);
  await unpack(manifest, cacheDir, debsDir);
  const part = unpackedPart(name, version, join(cacheDir, manifest.root), haveAll ? 'cache' : 'downloaded');
  if (part === undefined) {
    rmSync(manifestFile(cacheDir, name), { force: true });
    throw new PartMissing(name, `its packages lack ${SPECS[name].mainProgram} or a loader`);
  }
  writeManifest(cacheDir, manifest);
  report(`${name}: ready in ${Math.round((Date.now() - started) / 100) / 10} s (${version})`);
  return part;
}

async function download(
  name: PartName,
  cacheDir: string,
  debsDir: string,
  report: (line: string) => void,
): Promise<{ debs: string[]; version: string }> {
  if (process.env['IPNT_OFFLINE'] === '1') throw new PartMissing(name, 'not in the cache, and IPNT_OFFLINE=1');
  if (onMachine('apt-get') === undefined || onMachine('dpkg-deb') === undefined)
    throw new PartMissing(name, 'not in the cache, and no apt to fetch it with');
  const spec = SPECS[name];
  const refusals: string[] = [];
  for (const suite of spec.suites) {
    try {
      const apt = await privateApt(cacheDir, suite);
      if (apt === undefined) continue;
      const closure = await resolvePackages(apt, spec.packages);
      const debs = closure.filter((deb) => !spec.without?.test(deb.file));
      const main = debs.find((deb) => deb.file.startsWith(`${spec.packages[0]}_`));
      const version = upstreamVersion(main?.file.split('_')[1] ?? '');
      if (main === undefined || !isNewEnough(spec, version)) continue;
      const megabytes = Math.round(debs.reduce((sum, deb) => sum + deb.bytes, 0) / 1e6);
      report(`${name}: downloading ${debs.length} packages, ${megabytes} MB`);
      await downloadDebs(apt, debs, debsDir);
      return { debs: debs.map((deb) => deb.file), version };
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new PartMissing(name, refusals.join('; ') || "the machine's package sources do not have it");
}

/** Unpacks beside the final folder and renames, so nobody ever sees half a part. */
async function unpack(manifest: Manifest, cacheDir: string, debsDir: string): Promise<void> {
  const finalRoot = join(cacheDir, manifest.root);
  const prefix = `unpacking-${manifest.name}-`;
  // We hold the part's lock: what is there was left by a process that was killed.
  for (const left of readdirSync(join(cacheDir, 'parts')).filter((entry) => entry.startsWith(prefix)))
    rmSync(join(cacheDir, 'parts', left), { recursive: true, force: true });
  const temporary = mkdtempSync(join(cacheDir, 'parts', prefix));
  try {
    await unpackDebs(debsDir, manifest.debs, temporary);
    if (manifest.name === 'mariadb') makeMariadbBase(temporary, finalRoot);
    if (manifest.name === 'chromium') writeFontsConf(temporary);
    rmSync(finalRoot, { recursive: true, force: true });
    renameSync(temporary, finalRoot);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
