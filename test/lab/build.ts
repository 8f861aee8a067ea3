import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, '../../scripts/build.mjs');

/** Builds program and pages where they are out of date. Throws with what the build said. */
export function built(): void {
  const build = spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8' });
  if (build.status !== 0) throw new Error(`the build failed:\n${build.stdout}${build.stderr}`);
}
