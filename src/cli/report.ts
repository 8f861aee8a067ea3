import { IpntError } from '../core/errors.ts';
import { redact } from '../runtime/log.ts';
import { FaultsError, faultLine } from '../settings/index.ts';
import { EXIT } from './io.ts';
import type { ExitCode } from './io.ts';

/** Errors that are about what a person wrote, whatever their kind. */
const WRITTEN: ReadonlySet<string> = new Set([
  'ROUTING_INVALID',
  'CASES_INVALID',
  'SCENARIO_INVALID',
  'IMPORT_INVALID',
  'REQUIREMENT_INVALID',
  'ARGUMENT_INVALID',
  'AGENT_UNKNOWN',
  'USER_UNKNOWN',
  'USER_EXISTS',
  'PASSWORD_WEAK',
  'TOKEN_UNKNOWN',
]);

/** The exit code of an error: 2 when settings, files or arguments must be changed, else 1. */
export const exitCodeOf = (error: unknown): ExitCode =>
  error instanceof IpntError && (error.kind === 'config' || WRITTEN.has(error.code)) ? EXIT.usage : EXIT.failed;

/** What, where, cure: an error as a person reads it. */
export function errorText(error: unknown): string {
  if (error instanceof FaultsError)
    return `${error.faults.map(faultLine).join('\n')}\n${countOf(error.faults.length)}\n`;
  if (error instanceof IpntError) {
    const lines = [`ipnt: ${error.detail || sentenceOf(error)}`];
    if (error.where) lines.push(`  where: ${error.where}`);
    lines.push(`  cure:  ${error.cure}`, '');
    return redact(lines.join('\n'));
  }
  // A part that is missing says in one line what, why and how to get it.
  if (error instanceof Error && error.name === 'PartMissing') return `ipnt: ${error.message}\n`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return redact(`ipnt: a bug: ${detail}\n  cure:  report it with this text\n`);
}

const sentenceOf = (error: IpntError): string => error.message.replace(`${error.where}: `, '');
const countOf = (count: number): string => (count === 1 ? '1 fault' : `${count} faults`);
