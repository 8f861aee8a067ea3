/** Holds the layout, the import rule, the sizes and the samples: what a review would otherwise have to look for each time. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { readRouting, readSettings } from '../src/settings/index.ts';

const ROOT = resolve(import.meta.dirname, '..');
const MOST_LINES = 300;
const MOST_FUNCTION_LINES = 70;

const TOP_LEVEL = new Set(
  [
    'package.json src config dialplan test docker README.md scripts bench CHANGELOG.md LICENSE package-lock.json',
    'npm-shrinkwrap.json tsconfig.json tsconfig.build.json eslint.config.js vitest.config.ts knip.json CONTRIBUTING.md',
    'node_modules dist data coverage',
  ]
    .join(' ')
    .split(' '),
);

function walk(folder: string): string[] {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(node_modules|data|\.cache)\//.test(file));
}

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const isCode = (file: string): boolean => ['.ts', '.tsx', '.mjs', '.js'].includes(extname(file));
const src = walk('src').filter(isCode);
const tests = walk('test').filter(isCode);
const scripts = [...walk('scripts'), ...walk('bench')].filter(isCode);

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import of a file: relative ones as paths from the root, others as they stand. */
function importsOf(file: string): Import[] {
  const pattern =
    /^\s*(?:import|export)\s[^;'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...text(file).matchAll(pattern)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    return { from: file, to: name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), name)) : name };
  });
}

const imports = src.flatMap(importsOf);
const isOurs = (to: string): boolean => to.startsWith('src/');

/** `src/apps/edge/run.ts` is of layer apps, part apps/edge. */
const layerOf = (file: string): string => file.split('/')[1] ?? '';
const partOf = (file: string): string => file.split('/').slice(1, 3).join('/');
const isCommon = (file: string): boolean => partOf(file).endsWith('/common');

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  settings: ['ports', 'core'],
  runtime: ['ports', 'core'],
  pbx: ['ports', 'core', 'runtime'],
  store: ['ports', 'core', 'runtime'],
  apps: ['settings', 'runtime', 'ports', 'core'],
  web: ['core'],
  cli: ['apps', 'settings', 'runtime', 'ports', 'core', 'pbx', 'store'],
};

/** Null when the import is allowed, else the rule that it breaks. */
function broken({ from, to }: Import): string | null {
  const layer = layerOf(from);
  if (!isOurs(to))
    return layer === 'core' || layer === 'ports' ? 'core and ports import no package and no node:' : null;
  const other = layerOf(to);
  if (other === layer) {
    const parted = ['pbx', 'store', 'apps'].includes(layer);
    return parted && partOf(from) !== partOf(to) && !isCommon(to) ? `${layer} never import each other` : null;
  }
  if (/^src\/apps\/[^/]+\/run\.ts$/.test(from) && ['pbx', 'store'].includes(other)) return null;
  return (MAY_IMPORT[layer] ?? []).includes(other) ? null : `${layer} may not import ${other}`;
}

describe('layout', () => {
  it('has nothing at the top that the design does not name', () => {
    const strange = readdirSync(ROOT).filter(
      (name) => !name.startsWith('.') && !name.endsWith('.log') && !TOP_LEVEL.has(name),
    );
    expect(strange).toEqual([]);
  });

  it('has only layers that the import rule knows', () => {
    expect([...new Set(src.map(layerOf))].filter((layer) => !(layer in MAY_IMPORT))).toEqual([]);
  });
});

describe('imports', () => {
  it('point one way', () => {
    const faults = imports.flatMap((one) => {
      const why = broken(one);
      return why === null ? [] : [`${one.from} imports ${one.to}: ${why}`];
    });
    expect(faults).toEqual([]);
  });

  it('tells a wrong one (the rule itself works)', () => {
    expect(broken({ from: 'src/core/a.ts', to: 'node:fs' })).not.toBeNull();
    expect(broken({ from: 'src/core/a.ts', to: 'src/ports/b.ts' })).not.toBeNull();
    expect(broken({ from: 'src/settings/a.ts', to: 'src/runtime/b.ts' })).not.toBeNull();
    expect(broken({ from: 'src/store/mysql/a.ts', to: 'src/store/memory/b.ts' })).not.toBeNull();
    expect(broken({ from: 'src/apps/edge/a.ts', to: 'src/pbx/asterisk-ari/b.ts' })).not.toBeNull();
    expect(broken({ from: 'src/apps/edge/run.ts', to: 'src/pbx/asterisk-ari/b.ts' })).toBeNull();
  });

  it('name files with their ending, and files that are there', () => {
    const missing = imports.filter(({ to }) => isOurs(to) && !existsSync(join(ROOT, to)));
    expect(missing).toEqual([]);
  });

  it('make no cycles', () => {
    const graph = new Map(
      src.map((file) => [
        file,
        importsOf(file)
          .map(({ to }) => to)
          .filter(isOurs),
      ]),
    );
    expect(findCycle(graph)).toEqual([]);
  });
});

function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  return [...graph.keys()].map((file) => visit(file, [])).find((cycle) => cycle.length > 0) ?? [];
}

describe('sizes', () => {
  it(`keeps files within ${MOST_LINES} lines`, () => {
    const long = [...src, ...tests, ...scripts]
      .map((file) => ({ file, lines: text(file).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > MOST_LINES);
    expect(long).toEqual([]);
  });

  it(`keeps functions within ${MOST_FUNCTION_LINES} lines`, () => {
    expect([...src, ...scripts].flatMap(longFunctions)).toEqual([]);
  });
});

function longFunctions(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    text(file),
    ts.ScriptTarget.Latest,
    true,
    extname(file) === '.tsx' ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const lines = source.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1;
      if (lines > MOST_FUNCTION_LINES) found.push(`${file}:${first + 1} has ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('habits', () => {
  it('never sleeps in a test: it waits for an event, with a deadline', () => {
    const sleeping = tests
      .filter((file) => !file.startsWith('test/lab/') && file !== 'test/tidy.test.ts')
      .filter((file) => /await[^;]*\bsetTimeout\(|await (?:delay|sleep)\(/.test(text(file)));
    expect(sleeping).toEqual([]);
  });

  it('names no path of one machine', () => {
    const pattern = new RegExp(['/wo', 'rk/(main|shared)|/ho', 'me/[a-z]+/|/ro', 'ot/'].join(''));
    const files = ['src', 'test', 'scripts', 'bench', 'config', 'dialplan', 'docker'].flatMap(walk);
    const named = [...files, 'package.json', 'README.md'].filter(
      (file) => existsSync(join(ROOT, file)) && pattern.test(text(file)),
    );
    expect(named).toEqual([]);
  });
});

/** Samples name secrets that are nowhere on this machine: that alone is no fault of a sample. */
function faultsOfSample(kind: string, sample: string, file: string): string[] {
  const { faults } = kind === 'settings' ? readSettings(sample, file, {}) : readRouting(sample, file);
  return faults
    .filter(({ message }) => !/^the file .* (is not there|may not be read)|^the environment has no/.test(message))
    .map((fault) => `${file}:${fault.line} ${fault.path}: ${fault.message}`);
}

describe('samples', () => {
  it.each([
    ['settings', 'config/ipnt.example.yaml'],
    ['routing', 'config/routing.example.yaml'],
  ])('%s: %s is as the program wants it', (kind, file) => expect(faultsOfSample(kind, text(file), file)).toEqual([]));

  it('in Markdown, marked <!-- settings --> or <!-- routing -->, are as the program wants them', () => {
    const pages = ['README.md', ...walk('docker'), ...walk('dialplan')].filter(
      (file) => file.endsWith('.md') && existsSync(join(ROOT, file)),
    );
    const marked = /<!-- (settings|routing) -->\s*```yaml\n([\s\S]*?)```/g;
    const faults = pages.flatMap((page) =>
      [...text(page).matchAll(marked)].flatMap(([, kind = '', sample = '']) => faultsOfSample(kind, sample, page)),
    );
    expect(faults).toEqual([]);
  });
});
