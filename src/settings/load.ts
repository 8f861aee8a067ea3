import { existsSync, readFileSync } from 'node:fs';
import { IpntError } from '../core/errors.ts';
import { FaultsError } from './faults.ts';
import type { Fault } from './faults.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';

/** Where settings are looked for when no file is named, in this order; `$IPNT_SETTINGS` comes first. */
export const SETTINGS_PLACES = ['./ipnt.yaml', '/etc/ipnt/ipnt.yaml'] as const;

/** The file that will be read. Throws SETTINGS_MISSING when there is none. */
export function findSettings(named: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const chosen = named ?? (env['IPNT_SETTINGS'] || undefined);
  if (chosen !== undefined) {
    if (existsSync(chosen)) return chosen;
    throw new IpntError('SETTINGS_MISSING', `there is no file ${chosen}`);
  }
  const found = SETTINGS_PLACES.find((place) => existsSync(place));
  if (found === undefined) throw new IpntError('SETTINGS_MISSING', `looked for ${SETTINGS_PLACES.join(' and ')}`);
  return found;
}

/** Reads a settings file. Throws FaultsError SETTINGS_INVALID with every fault in it. */
export function loadSettings(
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): { readonly settings: Settings; readonly warnings: readonly Fault[] } {
  const { settings, faults, warnings } = readSettings(readText(file, 'SETTINGS_MISSING'), file, env);
  if (settings === null) throw new FaultsError('SETTINGS_INVALID', file, faults);
  return { settings, warnings };
}

/** A file's text, or an error that says why not. */
export function readText(file: string, code: 'SETTINGS_MISSING' | 'ROUTING_INVALID' | 'SCENARIO_INVALID'): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    const said =
      why === 'ENOENT'
        ? 'there is no such file'
        : why === 'EACCES'
          ? 'this user may not read it'
          : `cannot be read (${why})`;
    throw new IpntError(code, said, file, { cause: error });
  }
}
