import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { inParallel, run } from './run.ts';
import { formatDeb822, ownSources, parseOsRelease, readMachineSources, testingSources } from './sources.ts';
import type { SuiteName } from './part.ts';

/** One package to download. `file` is apt's own name for it: NAME_VERSION_ARCH.deb, with %3a for a colon. */
export interface Deb {
  readonly file: string;
  readonly bytes: number;
}

/** An apt of our own for one suite: its state, cache and sources lie below `folder`, and the machine's stay as they are. */
export interface PrivateApt {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

const LISTS_FRESH_MS = 3_600_000;
const PARALLEL_DOWNLOADS = 4;

/**
 * Packages that only maintainer scripts, tools or documentation need. They come with the closure and hold no library that
 * our programs load, so a quarter of the download is saved.
 */
const NOT_NEEDED =
  /^(python3|libpython3|perl|gnupg|gpg|dirmngr|pinentry|passwd|login\.defs|adduser|base-passwd|debconf|debianutils|coreutils|dpkg|tar|sed|bash|dash|snmp|libsnmp-base|pci\.ids|tzdata|ucf|lsof|psmisc|procps|galera|mariadb-common|mysql-common|init-system|sensible|iproute2|cdebconf)/;

/** Prepares apt for a suite and brings its package lists. Returns undefined where the machine has no such suite. */
export async function privateApt(cacheDir: string, suite: SuiteName): Promise<PrivateApt | undefined> {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const { distribution, codename } = parseOsRelease(release);
  const own = ownSources(readMachineSources(), codename);
  const sources = suite === 'own' ? own : testingSources(own, distribution);
  if (sources.length === 0) return undefined;
  const folder = join(cacheDir, 'apt', `${distribution}-${codename}-${suite}`);
  const apt = { folder, env: { APT_CONFIG: join(folder, 'apt.conf') } };
  await withLock(join(cacheDir, 'locks', `apt-${suite}.lock`), 180_000, async () => {
    if (!(await listsAreFresh(folder))) await update(apt, formatDeb822(sources));
  });
  return apt;
}

function listsAreFresh(folder: string): Promise<boolean> {
  const stamp = join(folder, 'updated');
  return Promise.resolve(existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < LISTS_FRESH_MS);
}

async function update(apt: PrivateApt, sources: string): Promise<void> {
  // Updated in place: another process may be downloading with it.
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'sources', 'log'])
    mkdirSync(join(apt.folder, name), { recursive: true });
  writeFileSync(join(apt.folder, 'sources', 'ipnt.sources'), sources);
  // With nothing installed apt resolves down to the C library and its loader: the result runs on any release.
  writeFileSync(join(apt.folder, 'state', 'status'), '');
  writeFileSync(join(apt.folder, 'apt.conf'), `${await networkSettings()}\n${settings(apt.folder)}`);
  const ran = await run(['apt-get', '-q', 'update'], { env: apt.env, timeoutMs: 150_000 });
  // apt-get ends with 0 although a list could not be had, as long as it has (even empty) older ones.
  const failed = ran.code !== 0 || /^(E|Err|W: Failed)\b/m.test(ran.stdout + ran.stderr);
  if (failed) throw new Error(`no package lists: ${firstFault(ran.stderr) || firstFault(ran.stdout)}`);
  writeFileSync(join(apt.folder, 'updated'), '');
}

/** How the machine reaches its mirrors (proxies and the like). Its hooks and cleaning rules are not ours to run. */
async function networkSettings(): Promise<string> {
  const { stdout } = await run(['apt-config', 'dump', 'Acquire']);
  return stdout
    .split('\n')
    .filter((line) => /^Acquire::(http|https|ftp|Force|mirror)\b/i.test(line) && !line.endsWith('"";'))
    .join('\n');
}

function settings(folder: string): string {
  return `
Dir::State "${folder}/state";
Dir::State::status "${folder}/state/status";
Dir::Cache "${folder}/cache";
Dir::Cache::srcpkgcache "";
Dir::Log "${folder}/log";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "${folder}/sources";
APT::Sandbox::User "";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
Acquire::Check-Valid-Until "false";
Acquire::Check-Date "false";
Acquire::Retries "1";
Acquire::http::Timeout "15";
Acquire::https::Timeout "15";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Debug::NoLocking "true";
`;
}

/** The packages that `names` need, themselves included. Empty where the suite does not have them. */
export async function resolvePackages(apt: PrivateApt, names: readonly string[]): Promise<Deb[]> {
  const argv = ['apt-get', '-qq', '-y', '--no-install-recommends', '--print-uris', 'install', ...names];
  const ran = await run(argv, { env: apt.env });
  return ran.code === 0 ? parsePrintedUris(ran.stdout) : [];
}

/** Reads `apt-get --print-uris`: `'URI' FILE BYTES HASH` a line. */
export function parsePrintedUris(text: string): Deb[] {
  return [...text.matchAll(/^'[^']*' (\S+\.deb) (\d+)/gm)]
    .map(([, file = '', bytes]) => ({ file, bytes: Number(bytes) }))
    .filter(({ file }) => !NOT_NEEDED.test(file));
}

/** Downloads into `folder` what is not there yet. apt checks size and hash. Forgets the lists if one is gone from the mirror. */
export async function downloadDebs(apt: PrivateApt, debs: readonly Deb[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const bySize = debs.filter((deb) => !existsSync(join(folder, deb.file))).sort((a, b) => b.bytes - a.bytes);
  const lanes: Deb[][] = Array.from({ length: Math.min(PARALLEL_DOWNLOADS, bySize.length) }, () => []);
  bySize.forEach((deb, i) => lanes[i % lanes.length]?.push(deb));
  await inParallel(lanes, PARALLEL_DOWNLOADS, async (lane) => {
    const temporary = mkdtempSync(join(folder, 'getting-'));
    try {
      const argv = ['apt-get', '-q', 'download', ...lane.map((deb) => nameAndVersion(deb.file))];
      const ran = await run(argv, { cwd: temporary, env: apt.env, timeoutMs: 300_000 });
      if (ran.code !== 0) {
        rmSync(join(apt.folder, 'updated'), { force: true });
        throw new Error(`download failed: ${firstFault(ran.stderr)}`);
      }
      for (const file of readdirSync(temporary)) renameSync(join(temporary, file), join(folder, file));
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
}

/** 'libcap2_1%3a2.78-1_amd64.deb' -> 'libcap2=1:2.78-1' */
export function nameAndVersion(file: string): string {
  const [name = '', version = ''] = file.split('_');
  return `${name}=${version.replaceAll('%3a', ':')}`;
}

/** Unpacks packages over each other, as dpkg would, without running any of their scripts. */
export async function unpackDebs(folder: string, files: readonly string[], into: string): Promise<void> {
  await inParallel(files, PARALLEL_DOWNLOADS, async (file) => {
    const ran = await run(['dpkg-deb', '-x', join(folder, file), into]);
    if (ran.code !== 0) throw new Error(`${file} cannot be unpacked: ${firstFault(ran.stderr)}`);
  });
  for (const name of ['doc', 'man', 'info', 'locale', 'lintian'])
    rmSync(join(into, 'usr/share', name), { recursive: true, force: true });
}

function firstFault(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^(E|Err|W|dpkg)\b/.test(line)) ?? lines[0] ?? 'no message').slice(0, 300);
}
