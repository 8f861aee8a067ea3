/** What the pages say is true of the program: tables, commands, keys, links. Samples of settings are held by tidy.test.ts. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { ERRORS } from '../../src/core/errors.ts';
import { parseArguments } from '../../src/core/routing/arguments.ts';
import { readRouting, readSettings } from '../../src/settings/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'src/README.md',
  'test/README.md',
  'docker/README.md',
  'dialplan/README.md',
];
const SAMPLES = ['config/ipnt.example.yaml', 'config/routing.example.yaml', 'config/ipnt.service'];

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const readme = text('README.md');
const manifest = JSON.parse(text('package.json')) as {
  scripts: Record<string, string>;
  files: string[];
  overrides: Record<string, unknown>;
  bundleDependencies: string[];
};

async function helpOf(...command: string[]): Promise<string> {
  let said = '';
  const out = (part: string): void => void (said += part);
  await main([...command, '--help'], { out, err: out, env: {}, isScreen: false });
  return said;
}

/** Command to the options that it has. */
const commands = new Map<string, readonly string[]>();
beforeAll(async () => {
  const global = await helpOf();
  for (const [, name = ''] of global.matchAll(/^ {2}([a-z]+)(?= )/gm)) {
    const options = [...`${global}${name === 'help' ? '' : await helpOf(name)}`.matchAll(/--?[a-z]+/g)].map(([o]) => o);
    commands.set(name, options);
  }
});

/** Code of a page: fences and spans; all of a file that is no page. */
const codeOf = (file: string): string =>
  file.endsWith('.md')
    ? [...text(file).matchAll(/```[a-z]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map((m) => m[1] ?? m[2] ?? '').join('\n')
    : text(file);

describe('pages', () => {
  it('has the tables that follow from the code', () => {
    const args = ['--import', 'tsx', 'scripts/readme.mjs', '--check'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each([...PAGES, ...SAMPLES])('%s names commands and options that there are', (file) => {
    const wrong = [...codeOf(file).matchAll(/(?:^|[\s$/])ipnt ([a-z]+)([^\n`|#&]*)/gm)].flatMap(
      ([whole, name, rest]) => {
        const options = commands.get(name ?? '');
        if (options === undefined) return [`no command: ${whole.trim()}`];
        const used = [...(rest ?? '').matchAll(/(?<=\s)--?[a-z]+/g)].map(([option]) => option);
        return used.filter((option) => !options.includes(option)).map((option) => `${name} has no ${option}`);
      },
    );
    expect(wrong).toEqual([]);
  });

  it('names npm scripts that there are', () => {
    const named = PAGES.flatMap((file) => [...codeOf(file).matchAll(/npm run (?:--silent )?([a-z:]+)/g)]);
    expect(named.map(([, name = '']) => name).filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  it.each(PAGES)('%s links to what is there', (file) => {
    const links = [...text(file).matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g)];
    const missing = links.filter(([, path = '']) => path !== '' && !existsSync(join(ROOT, dirname(file), path)));
    expect(missing.map(([whole]) => whole)).toEqual([]);
    const anchors = [...text(file).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slug(title));
    const inPage = links.filter(([, path]) => path === '').map(([, , anchor = '']) => anchor.slice(1));
    expect(inPage.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it('has each section of the README that an error or a sample names', () => {
    const cures = Object.values(ERRORS).map(({ cure }) => cure);
    const named = [...cures, ...SAMPLES.map(text), text('src/settings/routing.ts')].flatMap((said) => [
      ...said.matchAll(/README, "([^"]+)"/g),
    ]);
    const titles = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter(([, name = '']) => !titles.some((title) => title.startsWith(name)))).toEqual([]);
  });
});

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

/** Rows of the table below a heading: the code of their first cells. */
function firstCells(heading: string): string {
  const section = readme.split(`### ${heading}\n`)[1]?.split('\n### ')[0] ?? '';
  return [...section.matchAll(/^\| ([^|]*) \|/gm)].map(([, cell]) => cell).join('\n');
}

/** The keys that a schema knows are what it tells who slips. */
const knownIn = (faults: readonly { cure: string }[]): string[] =>
  faults.flatMap(({ cure }) => /^known here: (.*)$/.exec(cure)?.[1]?.split(', ') ?? []);

describe('reference', () => {
  it('has every key of the settings', () => {
    const odd = 'zzzzzzzzzzzzzzz: 1';
    const { faults } = readSettings(`${odd}\nsites: { a: { ${odd} } }\nedges: { e: { ${odd} } }\n`, 'x.yaml', {});
    const keys = knownIn(faults);
    expect(keys).toContain('trunks');
    const cells = firstCells('Settings');
    expect(keys.filter((key) => !new RegExp(`[.\`]${key}\``).test(cells) && !cells.includes(`\`${key}.`))).toEqual([]);
  });

  it('has every key of the routing', () => {
    const keys = knownIn(readRouting('services: { a: { zzzzzzzzzzzzzzz: 1 } }\n', 'x.yaml').faults);
    expect(keys).toContain('max_wait');
    expect(keys.filter((key) => !firstCells('Routing keys').includes(`\`${key}\``))).toEqual([]);
  });

  it('has every argument of the dialplan', () => {
    let known: string[] = [];
    try {
      parseArguments(['zzz=1']);
    } catch (error) {
      known = /there are (.*)$/.exec((error as Error).message)?.[1]?.split(', ') ?? [];
    }
    expect(known).toContain('service');
    // What the shipped dialplan adds by itself is for nobody to write.
    const written = known.filter((key) => key !== 'report' && key !== 'call');
    expect(written.filter((key) => !firstCells('The dialplan').includes(`\`${key}\``))).toEqual([]);
  });
});

describe('the package', () => {
  it('has the files that it names', () => {
    // What is built, and what is there while it is packed.
    const made = ['dist', 'npm-shrinkwrap.json'];
    const wanted = manifest.files.filter((file) => !file.startsWith('!') && !made.includes(file));
    expect(wanted.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('carries every package whose parts are overridden: npm obeys overrides in the root alone', () => {
    expect(Object.keys(manifest.overrides).filter((name) => !manifest.bundleDependencies.includes(name))).toEqual([]);
  });
});
