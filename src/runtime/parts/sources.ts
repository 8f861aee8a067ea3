import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One apt source, in either of apt's two notations. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** A keyring's path, or the key itself (then with line breaks); '' where apt's defaults apply. */
  readonly signedBy: string;
}

/** Reads a deb822 file (`*.sources`). Disabled stanzas and those without binary packages are left out. */
export function parseDeb822(text: string): AptSource[] {
  const stanzas = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const field of stanza.split(/\n(?=\S)/)) {
      const colon = field.indexOf(':');
      if (colon > 0) fields.set(field.slice(0, colon).trim().toLowerCase(), field.slice(colon + 1).trim());
    }
    const words = (name: string) => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
    if (!words('types').includes('deb') || /^(no|false|0|off)$/i.test(fields.get('enabled') ?? 'yes')) return [];
    const source = { uris: words('uris'), suites: words('suites'), components: words('components') };
    return [{ ...source, signedBy: fields.get('signed-by') ?? '' }];
  });
}

/** Reads the one-line notation (`sources.list`, `*.list`). */
export function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] ?? '';
    return [{ uris: [uri], suites: [suite], components: components.split(/\s+/).filter(Boolean), signedBy }];
  });
}

/** Writes sources in deb822 notation. */
export function formatDeb822(sources: readonly AptSource[]): string {
  return sources
    .map((s) => {
      const key = s.signedBy === '' ? '' : `Signed-By: ${s.signedBy}\n`;
      const components = s.components.length === 0 ? '' : `Components: ${s.components.join(' ')}\n`;
      return `Types: deb\nURIs: ${s.uris.join(' ')}\nSuites: ${s.suites.join(' ')}\n${components}${key}`;
    })
    .join('\n');
}

/** The machine's sources, empty where there is no apt. */
export function readMachineSources(folder = '/etc/apt'): AptSource[] {
  const read = (file: string, parse: (text: string) => AptSource[]) =>
    existsSync(file) ? parse(readFileSync(file, 'utf8')) : [];
  const parts = join(folder, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  return [
    ...read(join(folder, 'sources.list'), parseOneLine),
    ...names.flatMap((name) => {
      if (name.endsWith('.sources')) return read(join(parts, name), parseDeb822);
      return name.endsWith('.list') ? read(join(parts, name), parseOneLine) : [];
    }),
  ];
}

/**
 * The sources of the distribution's own release: those with a suite named after it ('bookworm', 'bookworm-updates').
 * Third parties' are left out: they cost time, and what they replace is not what we tested with.
 */
export function ownSources(sources: readonly AptSource[], codename: string): AptSource[] {
  const rolling = new Set(['stable', 'testing', 'unstable', 'sid', 'rc-buggy']);
  const mine = (suite: string) =>
    (codename !== '' && (suite === codename || suite.startsWith(`${codename}-`) || suite.startsWith(`${codename}/`))) ||
    rolling.has(suite);
  return sources.flatMap((s) => {
    const suites = s.suites.filter(mine);
    return suites.length === 0 || s.components.length === 0 ? [] : [{ ...s, suites }];
  });
}

/** The suite of Debian that has Asterisk 22. Named, since 'testing' will one day be another. */
const DEBIAN_TESTING = 'forky';

/** Debian's next release, on the mirror (and with the keys) that this Debian machine uses; empty elsewhere. */
export function testingSources(own: readonly AptSource[], distribution: string): AptSource[] {
  if (distribution !== 'debian') return [];
  // The security and update suites live under paths that the next release may not have yet.
  const base = own.find((s) => s.components.includes('main') && s.suites.some((suite) => !/[-/]/.test(suite)));
  return base === undefined ? [] : [{ ...base, suites: [DEBIAN_TESTING], components: ['main'] }];
}

/** `ID` and `VERSION_CODENAME` of an os-release file, '' where it has none. */
export function parseOsRelease(text: string): { distribution: string; codename: string } {
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { distribution: value('ID'), codename: value('VERSION_CODENAME') };
}
