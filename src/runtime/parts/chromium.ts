/** What an unpacked Chromium needs besides its packages: its libraries, and to know where its fonts are. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FONTS_CONF = 'fonts.conf';

/** The libraries come before the machine's own, and only the unpacked fonts are seen: pages look the same everywhere. */
export function chromiumEnv(root: string, libraryFolders: readonly string[]): Record<string, string> {
  // libpulse finds its other half by an absolute path, which is not there.
  const pulse = libraryFolders.map((folder) => join(folder, 'pulseaudio')).filter((folder) => existsSync(folder));
  return {
    LD_LIBRARY_PATH: [...libraryFolders, ...pulse].join(':'),
    FONTCONFIG_FILE: join(root, FONTS_CONF),
    // A module of the machine's may be of libraries that are newer or older than these.
    GIO_MODULE_DIR: join(root, 'no-modules'),
  };
}

/** Fontconfig's own settings hold absolute paths. These are relative to the file, so the folder may be moved. */
export function writeFontsConf(root: string): void {
  const prefer = (generic: string, ...fonts: string[]): string =>
    `  <alias><family>${generic}</family><prefer>${fonts.map((font) => `<family>${font}</family>`).join('')}</prefer></alias>`;
  const lines = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
    '<fontconfig>',
    '  <dir prefix="relative">usr/share/fonts</dir>',
    '  <cachedir prefix="xdg">fontconfig</cachedir>',
    prefer('sans-serif', 'Liberation Sans', 'DejaVu Sans'),
    prefer('system-ui', 'Liberation Sans', 'DejaVu Sans'),
    prefer('serif', 'Liberation Serif', 'DejaVu Serif'),
    prefer('monospace', 'Liberation Mono', 'DejaVu Sans Mono'),
    '</fontconfig>',
  ];
  writeFileSync(join(root, FONTS_CONF), `${lines.join('\n')}\n`);
}
