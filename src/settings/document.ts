/**
 * YAML with places: reads a document, checks it with a zod schema, and turns every fault of either into line, column,
 * path and cure.
 */
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { byPlace } from './faults.ts';
import type { Fault } from './faults.ts';

type Path = readonly (string | number)[];

const SEPARATOR = '\u0000';

/** In a cure: stands for the value as the file has it. YAML has made something else of it (`0301` a number). */
export const AS_WRITTEN = '\u0001';

/** A message of a schema together with its cure: zod carries one text only. */
export const say = (message: string, cure: string): string => `${message}${SEPARATOR}${cure}`;

/** A document as it is written: what could be read of it, and where everything is. */
export interface OpenDocument {
  /** Null where nothing can be read: `syntax` says why. */
  readonly raw: unknown;
  /** Faults of the YAML itself. */
  readonly syntax: readonly Fault[];
  /** A fault at a path: where the schema cannot see it (duplicates, what another file says). */
  faultAt(path: Path, message: string, cure: string): Fault;
  /** Whether the YAML is broken within the entry of `section`: what was read of it need not be what was meant. */
  isBroken(section: string, entry: string): boolean;
  /** A part of it against a schema. Null where there are faults. */
  check<S extends z.ZodType>(schema: S, input: unknown, path: Path): Checked<z.output<S>>;
}

interface Checked<T> {
  readonly value: T | null;
  readonly faults: readonly Fault[];
}

/** What a document held, or why not; where a place is in it, for checks that come after the schema. */
export interface ReadDocument<T> extends Checked<T> {
  faultAt(path: Path, message: string, cure: string): Fault;
}

/** Opens a text that a person wrote. Never throws on it. */
export function openDocument(text: string, file: string): OpenDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number, path: Path, message: string, cure: string): Fault => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path: pathText(path), message, cure };
  };
  const faultAt = (path: Path, message: string, cure: string): Fault =>
    place(
      offsetOf(document, path),
      path,
      message,
      cure.replaceAll(AS_WRITTEN, () => writtenAt(document, path)),
    );
  const wrong = [
    ...document.errors.map(({ pos, message, code }) => ({
      at: pos[0],
      message: plain(message),
      cure: syntaxCure(code),
    })),
    ...lostAliases(document),
  ];
  const raw = rawOf(document);
  if (raw === undefined && wrong.length === 0)
    wrong.push({ at: 0, message: 'cannot be read', cure: 'write things out instead of repeating them with * and &' });
  const lineOf = ({ at }: { readonly at: number }): { at: number; lineEnd: number } => {
    const end = text.indexOf('\n', at);
    return { at, lineEnd: end < 0 ? text.length : end };
  };
  const broken = new Map<string, ReadonlySet<string>>();
  return {
    raw: raw ?? null,
    syntax: wrong.map(({ at, message, cure }) => place(at, [], message, cure)).sort(byPlace),
    faultAt,
    isBroken(section, entry) {
      if (wrong.length === 0) return false;
      const entries = broken.get(section) ?? brokenEntries(document, section, wrong.map(lineOf));
      broken.set(section, entries);
      return entries.has(entry);
    },
    check(schema, input, path) {
      const result = schema.safeParse(input);
      if (result.success) return { value: result.data, faults: [] };
      const below = (inner: Path, message: string, cure: string): Fault => faultAt([...path, ...inner], message, cure);
      return { value: null, faults: result.error.issues.flatMap((issue) => faultsOf(issue, below)).sort(byPlace) };
    },
  };
}

/** Checks `text` against `schema`. Never throws on what a person wrote. */
export function readDocument<S extends z.ZodType>(text: string, file: string, schema: S): ReadDocument<z.output<S>> {
  const document = openDocument(text, file);
  const { faultAt, syntax, raw } = document;
  // What the schema would say of a broken document is mostly noise.
  if (syntax.length > 0) return { value: null, faults: syntax, faultAt };
  return { ...document.check(schema, raw ?? {}, []), faultAt };
}

/** Undefined: there is no telling. An empty document is null. */
function rawOf(document: Document): unknown {
  try {
    // maxAliasCount: a file of ours has no use for bombs.
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    return undefined;
  }
}

/** A text that begins with * and has no quotes is an alias to YAML. */
function lostAliases(document: Document): { at: number; message: string; cure: string }[] {
  const lost: { at: number; message: string; cure: string }[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      const cure = `if it is a text, write it in quotes: "*${alias.source}"`;
      lost.push({ at: alias.range?.[0] ?? 0, message: `there is no anchor "${alias.source}"`, cure });
    },
  });
  return lost;
}

/** Entries of a section that a mistake of the YAML falls into: the last one that begins before it, and those of its line. */
function brokenEntries(
  document: Document,
  section: string,
  wrong: readonly { at: number; lineEnd: number }[],
): ReadonlySet<string> {
  const starts: { at: number; section: string; entry: string }[] = [];
  for (const { key, value } of isMap(document.contents) ? document.contents.items : []) {
    if (isNode(key)) starts.push({ at: key.range?.[0] ?? 0, section: String(key), entry: '' });
    for (const inner of isMap(value) ? value.items : [])
      if (isNode(inner.key))
        starts.push({ at: inner.key.range?.[0] ?? 0, section: String(key), entry: String(inner.key) });
  }
  const hit = wrong.flatMap(({ at, lineEnd }) => [
    ...starts.filter((one) => one.at <= at).slice(-1),
    ...starts.filter((one) => one.at > at && one.at < lineEnd),
  ]);
  return new Set(hit.flatMap((one) => (one.section === section ? [one.entry] : [])));
}

function faultsOf(issue: z.core.$ZodIssue, faultAt: ReadDocument<unknown>['faultAt']): Fault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const [message = '', cure = ''] = issue.message.split(SEPARATOR);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => faultAt([...path, key], `unknown key "${key}"`, unknownKeyCure(key, message)));
  // A key of a record that does not fit: the reason is one level down.
  if (issue.code === 'invalid_key') {
    const [inner = message, innerCure = ''] = (issue.issues[0]?.message ?? '').split(SEPARATOR);
    return [faultAt(path, inner, innerCure)];
  }
  return [faultAt(path, message, cure)];
}

/** `message` holds the keys that are known here, separated by blanks (see `object` in the schemas). */
function unknownKeyCure(key: string, message: string): string {
  const known = message.split(' ').filter(Boolean);
  const near = nearest(known, key);
  return near ? `did you mean "${near}"?` : `known here: ${known.join(', ')}`;
}

/** The name that was probably meant. */
export const nearest = (known: readonly string[], written: string): string | undefined =>
  known
    .map((name) => ({ name, slips: distance(name.toLowerCase(), written.toLowerCase()) }))
    .filter(({ slips }) => slips <= 2)
    .sort((a, b) => a.slips - b.slips)[0]?.name;

/** Levenshtein's distance: two slips of the finger are forgiven. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Where a path is in the text: its key, where it has one; the nearest parent where it is missing. */
function offsetOf(document: Document, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isNode(item.key) && String(item.key) === String(last));
      if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    } else {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return node.range[0];
    }
  }
  return document.contents?.range?.[0] ?? 0;
}

/** The text of a value, as it stands in the file. */
function writtenAt(document: Document, path: Path): string {
  const node = document.getIn(path, true);
  return isScalar(node) ? (node.source ?? String(node.value)) : '';
}

const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${part}`)).join('');

const plain = (message: string): string => message.replaceAll(/\s+/g, ' ').trim();

function syntaxCure(code: string): string {
  if (code === 'DUPLICATE_KEY') return 'keep one of them';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  return 'mend the YAML here (indentation, quotes, colons)';
}
