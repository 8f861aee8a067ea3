import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Log, LogFields } from '../ports/log.ts';
import { redact } from './mask.ts';

export { maskNumber, redact } from './mask.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent';
const LEVELS: readonly string[] = ['error', 'warn', 'info', 'debug', 'silent'];

/** The fixed keys, in the order in which a person reads them. Anything else is not logged, whatever the types were told. */
const KEYS = [
  ...(['component', 'site', 'edge', 'service', 'call', 'offer', 'agent', 'queue', 'reservation'] as const),
  ...(['event', 'durMs', 'attempt', 'errCode', 'detail'] as const),
] satisfies readonly (keyof LogFields)[];

export interface LogOptions {
  readonly component: string;
  /** Default `$IPNT_LOG`, else info. */
  readonly level?: LogLevel;
  /** Short lines for people instead of JSON. Default: when standard error is a terminal. */
  readonly readable?: boolean;
  /** Default: standard error, so that standard output is a command's result alone. */
  readonly write?: (line: string) => void;
}

/** Opens the log of this process: JSON, one object a line; short lines on a terminal. Secrets and numbers are masked. */
export function openLog(options: LogOptions): Log {
  const readable = options.readable ?? process.stderr.isTTY;
  const write = options.write ?? writeToStderr;
  const logger = pino(
    {
      level: options.level ?? levelOf(process.env['IPNT_LOG']),
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: readable ? (line: string) => write(readableLine(line)) : write },
  );
  return wrap(logger, { component: options.component });
}

let reader: 'unknown' | 'there' | 'gone' = 'unknown';

/**
 * A log that nobody reads any more must neither end a role nor keep it busy: without a listener the failed write would be a bug,
 * which is logged, which fails.
 */
function writeToStderr(line: string): void {
  if (reader === 'gone') return;
  if (reader === 'unknown') process.stderr.on('error', () => (reader = 'gone'));
  reader = 'there';
  process.stderr.write(line);
}

function levelOf(text: string | undefined): LogLevel {
  return LEVELS.includes(text ?? '') ? (text as LogLevel) : 'info';
}

/** Merged here, and not by pino's children: those write a key twice when a line has it, too. */
function wrap(logger: Logger, bound: Fields): Log {
  const merged = (fields?: LogFields): Fields => ({ ...bound, ...clean(fields) });
  return {
    error: (message, fields) => logger.error(merged(fields), redact(message)),
    warn: (message, fields) => logger.warn(merged(fields), redact(message)),
    info: (message, fields) => logger.info(merged(fields), redact(message)),
    debug: (message, fields) => {
      // Frames are many: no work for lines that nobody writes.
      if (logger.isLevelEnabled('debug')) logger.debug(merged(fields), redact(message));
    },
    child: (fields) => wrap(logger, merged(fields)),
  };
}

type Fields = Readonly<Record<string, string | number>>;

function clean(fields: LogFields = {}): Fields {
  const kept: Record<string, string | number> = {};
  for (const key of KEYS) {
    const value = fields[key];
    if (typeof value === 'string') kept[key] = redact(value);
    else if (typeof value === 'number') kept[key] = value;
  }
  return kept;
}

/** `16:48:41.120 warn  edge edge1: the database is slow (call=abc durMs=210)` */
function readableLine(json: string): string {
  const line = JSON.parse(json) as Record<string, string | number>;
  const who = ['component', 'site', 'edge'].map((key) => line[key]).filter((part) => part !== undefined);
  const rest = KEYS.slice(3).flatMap((key) => (line[key] === undefined ? [] : [`${key}=${line[key]}`]));
  const time = String(line['time']).slice(11, 23);
  const tail = rest.length > 0 ? ` (${rest.join(' ')})` : '';
  return `${time} ${String(line['level']).padEnd(5)} ${[...new Set(who)].join(' ')}: ${String(line['msg'])}${tail}\n`;
}

/** Says nothing: for commands whose output is their result, and for tests. */
export const noLog: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => noLog,
};
