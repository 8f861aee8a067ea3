import { IpntError } from '../../core/errors.ts';

/**
 * What an error of the database means for what was asked:
 *
 * - `contended`: changed nothing; the whole transaction may run again at once.
 * - `down`: never reached a server that can serve; another node may.
 * - `unknown`: may or may not have happened; only what is idempotent may be repeated.
 * - `refused`: login or grants. `schema`: a table or column is missing. `data`: this value will never be taken.
 */
export type Failure = 'contended' | 'down' | 'unknown' | 'refused' | 'schema' | 'data' | 'bug';

/** Server error numbers; the same on MySQL and MariaDB unless two are named. */
const BY_NUMBER: ReadonlyMap<number, Failure> = new Map([
  ...[1213, 1205, 1020].map((errno) => [errno, 'contended'] as const),
  // Galera without a majority; read-only nodes; too many connections; shutting down; disk or table full.
  ...[1047, 1290, 1792, 1836, 1040, 1203, 1226, 1053, 1021, 1114].map((errno) => [errno, 'down'] as const),
  // Galera's failed commit; killed; interrupted; over the statement's time limit.
  ...[1180, 1927, 1317, 1969, 3024].map((errno) => [errno, 'unknown'] as const),
  ...[1044, 1045, 1049, 1142, 1143, 1227, 1698, 1130, 1251, 1524].map((errno) => [errno, 'refused'] as const),
  ...[1146, 1054].map((errno) => [errno, 'schema'] as const),
  // Too long (MySQL: also 1265), not of the character set, out of range, not of the type, CHECK (MySQL, MariaDB), packet too large.
  ...[1406, 1265, 1366, 1264, 1292, 3819, 4025, 1153].map((errno) => [errno, 'data'] as const),
]);

/** Raised by us when a deadline has passed. `sent` tells whether the server may have seen the statement. */
export class DatabaseTimeout extends Error {
  readonly sent: boolean;
  constructor(sent: boolean) {
    super(sent ? 'no answer in time' : 'no connection in time');
    this.sent = sent;
  }
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);

export function failureOf(error: unknown): Failure {
  if (error instanceof DatabaseTimeout) return error.sent ? 'unknown' : 'down';
  if (!(error instanceof Error)) return 'bug';
  const { code, errno, fatal, syscall } = error as Error & {
    code?: string;
    errno?: number;
    fatal?: boolean;
    syscall?: string;
  };
  const known = errno === undefined ? undefined : BY_NUMBER.get(errno);
  if (known !== undefined) return known;
  if (code !== undefined && (NEVER_SENT.has(code) || syscall === 'connect')) return 'down';
  if (/^(?:Queue limit reached|No connections available|Pool is closed)/.test(error.message)) return 'down';
  if (fatal === true || /^(?:PROTOCOL_|ECONN|EPIPE|ETIMEDOUT)/.test(code ?? '')) return 'unknown';
  if (/closed state|Connection lost/.test(error.message)) return 'unknown';
  return 'bug';
}

/** The server's number for what an IpntError came from; undefined where there is none. */
export const errnoOf = (error: unknown): number | undefined =>
  error instanceof IpntError ? (error.cause as { errno?: number } | undefined)?.errno : undefined;

/** The error that apps see. `where` is host and port; the text never holds a statement's values. */
export function toIpntError(error: unknown, where: string): IpntError {
  if (error instanceof IpntError) return error;
  const text = error instanceof Error ? error.message : String(error);
  switch (failureOf(error)) {
    case 'contended':
    case 'down':
    case 'unknown':
      return new IpntError('DATABASE_DOWN', text, where, { cause: error });
    case 'refused':
      return new IpntError('DATABASE_REFUSED', text, where, { cause: error });
    case 'schema':
      return new IpntError('SCHEMA_OLDER', text, where, { cause: error });
    case 'data':
    case 'bug':
      return new IpntError('BUG', text, where, { cause: error });
  }
}
