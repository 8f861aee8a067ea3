/**
 * YAML with places: reads a document, checks it with a zod schema, and turns every fault of either into line, column,
 * path and cure.
 */
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { byPlace } from './faults.ts';
import type { Fault } from './faults.ts';

type Path = readonly (string | number)[];

const SEPARATOR = '\u0000';

/** A message of a schema together with its cure: zod carries one text only. */
export const say = (message: string, cure: string): string => `${message}${SEPARATOR}${cure}`;

/** What a document held, or why not; where a place is in it, for checks that come after the schema. */
export interface ReadDocument<T> {
  readonly value: T | null;
  readonly faults: readonly Fault[];
  /** A fault at a path: where the schema cannot see it (duplicates, what another file says). */
  faultAt(path: Path, message: string, cure: string): Fault;
}

/** Checks `text` against `schema`. Never throws on what a person wrote. */
export function readDocument<S extends z.ZodType>(text: string, file: string, schema: S): ReadDocument<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const faultAt = (path: Path, message: string, cure: string): Fault => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path: pathText(path), message, cure };
  };
  const syntax = document.errors.map((error): Fault => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { file, line, column: col, path: '', message: plain(error.message), cure: syntaxCure(error.code) };
  });
  // Aliases of an unparsable document may throw: what the schema would say of it is noise anyway.
  if (syntax.length > 0) return { value: null, faults: syntax.sort(byPlace), faultAt };
  // maxAliasCount: a file of ours has no use for bombs.
  const result = schema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (result.success) return { value: result.data, faults: [], faultAt };
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, faultAt));
  return { value: null, faults: faults.sort(byPlace), faultAt };
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
  const near = known.find((name) => distance(name, key) <= 2);
  return near ? `did you mean "${near}"?` : `known here: ${known.join(', ')}`;
}

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

const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${part}`)).join('');

const plain = (message: string): string => message.replaceAll(/\s+/g, ' ').trim();

function syntaxCure(code: string): string {
  if (code === 'DUPLICATE_KEY') return 'keep one of them';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  return 'mend the YAML here (indentation, quotes, colons)';
}
