/** The real programs that tests, the demo and a first try run against. */
export type PartName = 'asterisk' | 'mariadb' | 'sipp' | 'chromium';

/** A real program that is ready to run, wherever it came from. */
export interface Part {
  readonly name: PartName;
  readonly version: string;
  readonly source: 'machine' | 'cache' | 'downloaded';
  /** Folder the packages were unpacked in; '' when the part is the machine's own ('/usr' paths apply). */
  readonly root: string;
  /** How to run its main program: argv prefix (through the folder's own loader where unpacked). */
  readonly command: readonly string[];
  /** Same for any other program of the part, e.g. program('mariadb-install-db'). Throws PartMissing where it has none. */
  program(name: string): readonly string[];
  /** Environment to add when running. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of Asterisk's modules; '' for the other parts. */
  readonly modulesDir: string;
  /** Folder of Asterisk's XML documentation, without which it does not start; '' for the other parts. */
  readonly documentationDir: string;
  /** The real folder behind `sounds/en` (the package's own link dangles outside a root); '' if none. */
  readonly soundsDir: string;
}

/** A part is neither here nor to be had. The message is one line: what is missing, why, and how to get it. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing';
  readonly part: PartName;

  constructor(part: PartName, reason: string) {
    super(`${part} not found (${reason.replaceAll(/\s+/g, ' ').trim()}): ${HOW_TO_GET[part]}`);
    this.part = part;
  }
}

const HOW_TO_GET: Record<PartName, string> = {
  asterisk: 'install it (apt-get install asterisk) or put it on PATH',
  mariadb: 'install it (apt-get install mariadb-server-core mariadb-client-core) or put mariadbd on PATH',
  sipp: 'install it (apt-get install sip-tester) or put sipp on PATH',
  chromium: 'install it (apt-get install chromium fonts-liberation) or put it on PATH',
};

/** What each part is made of. */
export interface PartSpec {
  /** Debian packages; apt adds whatever they need. The first one gives the version. */
  readonly packages: readonly string[];
  /** Packages of their closure that are left out, besides those that no part needs. */
  readonly without?: RegExp;
  readonly mainProgram: string;
  /** Where the main program itself lies below the root, where `usr/bin` has but a script with fixed paths. */
  readonly mainFolder?: string;
  /**
   * Whose C library runs the unpacked programs: the packages' own, through its loader, so that they run on any release; or the
   * machine's, for a program that starts itself again by /proc/self/exe (which would be that loader). That one takes packages
   * of the machine's own release only.
   */
  readonly loader: 'own' | 'machine';
  /** Programs that the machine must have as well before its own part is used. */
  readonly alsoNeeded: readonly string[];
  readonly versionArgs: readonly string[];
  /** Older ones are passed over; 0 takes any. */
  readonly minimumMajor: number;
  /** Where to look first: the machine's own release, or Debian testing. */
  readonly suites: readonly SuiteName[];
}

export type SuiteName = 'own' | 'testing';

export const SPECS: Record<PartName, PartSpec> = {
  asterisk: {
    packages: ['asterisk', 'asterisk-modules'],
    mainProgram: 'asterisk',
    loader: 'own',
    alsoNeeded: [],
    versionArgs: ['-V'],
    minimumMajor: 20,
    suites: ['own', 'testing'],
  },
  mariadb: {
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    mainProgram: 'mariadbd',
    loader: 'own',
    alsoNeeded: ['mariadb-install-db'],
    versionArgs: ['--version'],
    minimumMajor: 10,
    suites: ['own', 'testing'],
  },
  sipp: {
    packages: ['sip-tester'],
    mainProgram: 'sipp',
    loader: 'own',
    alsoNeeded: [],
    versionArgs: ['-v'],
    minimumMajor: 3,
    suites: ['testing', 'own'],
  },
  chromium: {
    packages: ['chromium', 'fonts-liberation', 'fonts-dejavu-core'],
    // What only a window on a screen needs, and the machine's C library: 90 MB of 230 are saved.
    without:
      /^(libc6|libc-bin|libcrypt1|libllvm|libgl1-mesa|libglx-mesa|libz3|libgtk-3|libicu|adwaita|hicolor|dbus|systemd|libsystemd-shared|xdg-|x11-|shared-mime|mount|dmsetup|libcryptsetup)/,
    mainProgram: 'chromium',
    mainFolder: 'usr/lib/chromium',
    loader: 'machine',
    alsoNeeded: [],
    versionArgs: ['--version'],
    minimumMajor: 120,
    suites: ['own'],
  },
};

/** '1:22.10.1+dfsg+~cs6.17-1' -> '22.10.1': what the program calls itself. '' where there is no number. */
export function upstreamVersion(text: string): string {
  return /(?:^|[^\d.])(\d+(?:\.\d+)+)/.exec(` ${text.replace(/^\d+(?::|%3a)/, '')}`)?.[1] ?? '';
}

export function isNewEnough(spec: PartSpec, version: string): boolean {
  return Number.parseInt(version, 10) >= spec.minimumMajor;
}
