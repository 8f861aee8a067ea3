import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  lstatSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { chromiumEnv } from './chromium.ts';
import { PartMissing, SPECS } from './part.ts';
import type { Part, PartName } from './part.ts';

const TRIPLET = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const PROGRAM_FOLDERS = ['usr/sbin', 'usr/bin', 'sbin', 'bin'];
const LIBRARY_FOLDERS = [`usr/lib/${TRIPLET}`, `lib/${TRIPLET}`, 'usr/lib', 'lib', 'usr/lib64', 'lib64'];

/** A part that was unpacked below `root`. Undefined where the folder lacks its loader or main program. */
export function unpackedPart(name: PartName, version: string, root: string, source: Part['source']): Part | undefined {
  const { loader, mainProgram, mainFolder } = SPECS[name];
  const prefix = loader === 'machine' ? [] : loaderPrefix(root);
  if (prefix === undefined) return undefined;
  const folders = [...(mainFolder === undefined ? [] : [mainFolder]), ...PROGRAM_FOLDERS];
  const program = (wanted: string) => {
    const file = folders.map((folder) => join(root, folder, wanted)).find((path) => existsSync(path));
    if (file === undefined) throw new PartMissing(name, `its packages have no ${wanted}`);
    return isElf(file) ? [...prefix, file] : [...interpreter(file), file];
  };
  try {
    const command = program(mainProgram);
    const env = name === 'chromium' ? chromiumEnv(root, libraryFolders(root)) : {};
    return { name, version, source, root, command, program, env, ...asteriskFolders(name, root) };
  } catch {
    return undefined;
  }
}

/** A part of the machine's own. Undefined where it lacks one of the programs. */
export function machinePart(name: PartName, version: string): Part | undefined {
  const program = (wanted: string) => {
    const file = onMachine(wanted);
    if (file === undefined) throw new PartMissing(name, `this machine has no ${wanted}`);
    return [file];
  };
  const { mainProgram, alsoNeeded } = SPECS[name];
  if ([mainProgram, ...alsoNeeded].some((wanted) => onMachine(wanted) === undefined)) return undefined;
  const folders = asteriskFolders(name, '/');
  return { name, version, source: 'machine', root: '', command: program(mainProgram), program, env: {}, ...folders };
}

/** Looks along PATH, and where servers live although PATH seldom has it. */
export function onMachine(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file) && statSync(file).isFile());
}

/**
 * MariaDB's `--basedir`. Its install script starts mariadbd by path, which in an unpacked folder would run it with the
 * machine's C library: there the base is a folder of small scripts that go through the folder's own loader.
 */
export function mariadbBaseDir(part: Part): string {
  if (part.root !== '') return join(part.root, 'base');
  return dirname(dirname(realpathSync(part.command[0] ?? '/usr/sbin/mariadbd')));
}

/** Makes the folder of mariadbBaseDir() in `root`, for a root that will be known as `finalRoot`. */
export function makeMariadbBase(root: string, finalRoot: string): void {
  const prefix = loaderPrefix(root)?.map((word) => word.replaceAll(root, finalRoot));
  for (const folder of ['bin', 'sbin']) {
    mkdirSync(join(root, 'base', folder), { recursive: true });
    for (const name of readdirSync(join(root, 'usr', folder))) {
      const file = join(root, 'usr', folder, name);
      const argv =
        !existsSync(file) || !isElf(file) ? undefined : [...(prefix ?? []), join(finalRoot, 'usr', folder, name)];
      if (argv === undefined) continue;
      const script = join(root, 'base', folder, name);
      writeFileSync(script, `#!/bin/sh\nexec ${argv.map((word) => `'${word}'`).join(' ')} "$@"\n`);
      chmodSync(script, 0o755);
    }
  }
  for (const folder of ['share', 'lib']) symlinkSync(join('..', 'usr', folder), join(root, 'base', folder));
}

function libraryFolders(root: string): string[] {
  return LIBRARY_FOLDERS.map((folder) => join(root, folder)).filter((folder) => existsSync(folder));
}

/** The loader of the unpacked C library and its options. The machine's list of libraries is not asked. */
function loaderPrefix(root: string): string[] | undefined {
  const folders = libraryFolders(root);
  const loaders = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => /^ld-linux.*\.so\.\d+$/.test(file))
      .map((file) => inside(root, join(folder, file)))
      .filter((file) => existsSync(file)),
  );
  return loaders[0] === undefined ? undefined : [loaders[0], '--inhibit-cache', '--library-path', folders.join(':')];
}

/** Asterisk's folders below `root`; '' for each that is not there, and all for the other parts. */
function asteriskFolders(name: PartName, root: string): Pick<Part, 'modulesDir' | 'documentationDir' | 'soundsDir'> {
  if (name !== 'asterisk') return { modulesDir: '', documentationDir: '', soundsDir: '' };
  const first = (...paths: string[]) =>
    paths
      .map((path) => inside(root, join(root, path)))
      .find((path) => existsSync(path) && statSync(path).isDirectory()) ?? '';
  const libraries = [...LIBRARY_FOLDERS, 'usr/local/lib'];
  const data = ['usr/share/asterisk', 'var/lib/asterisk', 'usr/local/share/asterisk'];
  return {
    modulesDir: first(...libraries.map((folder) => `${folder}/asterisk/modules`)),
    documentationDir: first(...data.map((folder) => `${folder}/documentation`)),
    soundsDir: first(...data.flatMap((folder) => [`${folder}/sounds/en`, `${folder}/sounds/en_US_f_Allison`])),
  };
}

/** Follows links as they would be followed with `root` as '/'. */
export function inside(root: string, path: string): string {
  let followed = root;
  const names = relative(root, path).split('/').filter(Boolean);
  for (let hops = 0; names.length > 0;) {
    const next = resolve(followed, names.shift() ?? '');
    if (!lstatSync(next, { throwIfNoEntry: false })?.isSymbolicLink() || hops++ > 40) {
      followed = next.startsWith(root) ? next : root;
      continue;
    }
    const target = readlinkSync(next);
    if (isAbsolute(target)) followed = root;
    names.unshift(...target.split('/').filter(Boolean));
  }
  return followed;
}

function isElf(file: string): boolean {
  return firstBytes(file, 4) === '\x7fELF';
}

function interpreter(file: string): string[] {
  const line = /^#!\s*([^\n]+)/.exec(firstBytes(file, 200))?.[1] ?? '/bin/sh';
  return line.trim().split(/\s+/);
}

function firstBytes(file: string, count: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(count);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, count, 0)).toString('latin1');
  } finally {
    closeSync(descriptor);
  }
}
