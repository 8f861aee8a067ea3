/** Building blocks of the schemas: each with a message that says what is wrong and what to write instead. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { nearest, say } from './document.ts';
import { Secret } from './secret.ts';

/** Where files and variables that settings name are looked up. */
export interface Surroundings {
  /** Folder of the settings file: relative paths start here. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `20s`, `30m`, `1.5h` in milliseconds; null when it is none. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const ms = match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN) : Number.NaN;
  return Number.isSafeInteger(Math.round(ms)) ? Math.round(ms) : null;
}

/** The shortest way to write a duration that reads back as the same. */
export function formatDuration(ms: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    const size = UNITS[unit] ?? 1;

    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return ms === 0 ? '0s' : `${ms}ms`;
}

/** An object that refuses unknown keys and tells the known ones. */
export function object<S extends z.ZodRawShape>(shape: S, example: string) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return Object.keys(shape).join(' ');
      return issue.input === undefined
        ? say('is missing', `write e.g. ${example}`)
        : say('must be a group of keys', `write e.g. ${example}`);
    },
  });
}

/**
 * A group of named things: each key is checked by `key`, each value by `value`. z.record() would skip the value of a key that it
 * refuses, and all faults are to be told at once.
 */
export function groups<V extends z.ZodType>(key: z.ZodType<string>, value: V, message: string, cure: string) {
  return z.unknown().transform((input, context): Record<string, z.output<V>> => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      context.addIssue({ code: 'custom', message: input === undefined ? say('is missing', cure) : say(message, cure) });
      return z.NEVER;
    }
    const entries = Object.entries(input).map(([name, inner]): [string, z.output<V>] => {
      const issues = [...issuesOf(key, name), ...issuesOf(value, inner)];
      for (const issue of issues) context.addIssue({ ...issue, path: [name, ...issue.path] });
      return [name, issues.length === 0 ? value.parse(inner) : z.NEVER];
    });
    return Object.fromEntries(entries);
  });
}

/** What a schema says of a value, in the shape that a transform may hand on. */
export function issuesOf(schema: z.ZodType, input: unknown): (z.core.$ZodRawIssue & { path: PropertyKey[] })[] {
  const result = schema.safeParse(input);
  // A finished issue is a raw one that has its message and path; zod's types keep the two apart.
  return result.success ? [] : (result.error.issues as unknown as (z.core.$ZodRawIssue & { path: PropertyKey[] })[]);
}

/** A text on one line. `pattern` where only some will do. */
export function text(example: string, pattern?: RegExp, what = 'a text') {
  const base = z.string({
    error: (issue) =>
      issue.input === undefined
        ? say('is missing', `write e.g. ${example}`)
        : say(`must be ${what}`, `write e.g. ${example}${typeof issue.input === 'number' ? ', in quotes' : ''}`),
  });
  // CR, LF and NUL never reach a PBX; a settings file is the wrong place to begin with.
  const safe = base.refine((value) => !hasControls(value), say('holds a control character', 'keep it on one line'));
  return pattern ? safe.refine((value) => pattern.test(value), say(`must be ${what}`, `write e.g. ${example}`)) : safe;
}

export const hasControls = (value: string): boolean => {
  for (const char of value) if (char < ' ' || char === '\u007f') return true;
  return false;
};

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number, example: number) {
  const wrong = say(`must be a whole number from ${min} to ${max}`, `write e.g. ${example}`);
  return z.int({ error: wrong }).min(min, wrong).max(max, wrong);
}

export const flag = () => z.boolean({ error: say('must be true or false', 'write true or false') });

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, {
    error: (issue) =>
      say(
        issue.input === undefined ? 'is missing' : `"${shown(issue.input)}" is not known`,
        didYouMean(values, issue.input) ?? `write ${values.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`,
      ),
  });
}

const didYouMean = (values: readonly string[], input: unknown): string | undefined => {
  const near = typeof input === 'string' ? nearest(values, input) : undefined;
  return near && `did you mean "${near}"?`;
};

const shown = (input: unknown): string => (typeof input === 'object' ? 'a group' : String(input).slice(0, 40));

/** A duration in ms, from `min` to `max`. */
export function duration(minMs: number, maxMs: number, example: string) {
  return z.unknown().transform((input, context): number => {
    const ms = typeof input === 'string' ? parseDuration(input) : null;
    if (ms === null) {
      const cure =
        typeof input === 'number' ? `give the unit: ${input}s or ${input}ms` : `write e.g. ${example} (ms, s, m, h)`;
      context.addIssue({ code: 'custom', message: say('must be a duration', cure) });
      return z.NEVER;
    }
    if (ms < minMs || ms > maxMs) {
      const range = `must be from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
      context.addIssue({ code: 'custom', message: say(range, `write e.g. ${example}`) });
      return z.NEVER;
    }
    return ms;
  });
}

/** `host`, an address or a name; IPv6 without brackets. */
export const host = () => text('10.0.0.11', /^[A-Za-z0-9_.:-]+$/, 'a host name or an address');

export const port = (usual: number) => whole(1, 65_535, usual).default(usual);

/** A secret: inline, `{file: ...}` or `{env: ...}`. Read here, so that a missing one is a fault beside all others. */
export function secret(around: Surroundings) {
  return z.unknown().transform((input, context): Secret => {
    const found = readSecret(input, around);
    if (found instanceof Secret) return found;
    context.addIssue({ code: 'custom', message: say(found.message, found.cure) });
    return z.NEVER;
  });
}

interface Why {
  readonly message: string;
  readonly cure: string;
}

function readSecret(input: unknown, around: Surroundings): Secret | Why {
  const ways = 'write {file: /etc/ipnt/secret}, {env: NAME} or the text in quotes';
  if (input === undefined || input === null) return { message: 'is missing', cure: ways };
  if (typeof input === 'string') return checked(input, 'is empty', ways);
  if (typeof input !== 'object' || Array.isArray(input)) return { message: 'must be a text', cure: ways };
  const [[key, value] = ['', undefined], ...more] = Object.entries(input);
  if (more.length > 0 || typeof value !== 'string') return { message: 'must be {file: ...} or {env: ...}', cure: ways };
  if (key === 'env')
    return checked(around.env[value] ?? '', `the environment has no ${value}`, `set ${value} where ipnt is started`);
  if (key === 'file') return secretFile(resolve(around.dir, value));
  return { message: `"${key}" is no source of secrets`, cure: ways };
}

function secretFile(path: string): Secret | Why {
  try {
    return checked(
      readFileSync(path, 'utf8').trimEnd(),
      `the file ${path} is empty`,
      'put the secret on its first line',
    );
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    const why =
      code === 'ENOENT'
        ? 'is not there'
        : code === 'EACCES'
          ? 'may not be read by this user'
          : `cannot be read (${code})`;
    return {
      message: `the file ${path} ${why}`,
      cure: 'make it, readable by the user who runs ipnt and by nobody else',
    };
  }
}

function checked(value: string, emptyMessage: string, cure: string): Secret | Why {
  if (value === '') return { message: emptyMessage, cure };
  if (hasControls(value))
    return { message: 'the secret holds a control character or several lines', cure: 'keep it on one line' };
  return new Secret(value);
}
