import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartName } from './part.ts';

/** What the cache holds of one part. Written last: where it exists, everything that it names was complete. */
export interface Manifest {
  readonly format: 1;
  readonly name: PartName;
  readonly version: string;
  readonly arch: string;
  /** Folder below the cache. Kept relative: the cache may be moved or mounted elsewhere. */
  readonly root: string;
  /** The packages' file names below `debs`, to unpack them again without a network. */
  readonly debs: readonly string[];
}

export function manifestFile(cacheDir: string, name: PartName): string {
  return join(cacheDir, 'parts', `${name}-${process.arch}.json`);
}

/** Undefined where there is none, or one that this version does not understand. */
export function readManifest(cacheDir: string, name: PartName): Manifest | undefined {
  try {
    return parseManifest(readFileSync(manifestFile(cacheDir, name), 'utf8'), name);
  } catch {
    return undefined;
  }
}

/** Throws on anything but a manifest of this part for this processor. */
export function parseManifest(text: string, name: PartName): Manifest {
  const value = JSON.parse(text) as Partial<Manifest> | null;
  const isPath = (path: unknown) => typeof path === 'string' && /^[\w%.+~:/-]+$/.test(path) && !path.includes('..');
  if (
    value?.format !== 1 ||
    value.name !== name ||
    value.arch !== process.arch ||
    typeof value.version !== 'string' ||
    !isPath(value.root) ||
    !Array.isArray(value.debs) ||
    !value.debs.every(isPath)
  )
    throw new Error('not a manifest of this part');
  return value as Manifest;
}

export function writeManifest(cacheDir: string, manifest: Manifest): void {
  const file = manifestFile(cacheDir, manifest.name);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(manifest, undefined, 2)}\n`);
  renameSync(draft, file);
}
