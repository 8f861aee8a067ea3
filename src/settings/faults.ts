import { IpntError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';

/** One thing wrong in a file that a person wrote: where, what, and what to do. Lines and columns count from 1. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `sites.berlin.port`; '' for the document itself. */
  readonly path: string;
  readonly message: string;
  readonly cure: string;
}

/** All faults of a file at once. Its message lists them, one a line. */
export class FaultsError extends IpntError {
  readonly faults: readonly Fault[];

  constructor(code: ErrorCode, file: string, faults: readonly Fault[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super(code, `${count}\n${faults.map(faultLine).join('\n')}`, file);
    this.name = 'FaultsError';
    this.faults = faults;
  }
}

/** `ipnt.yaml:7:11 sites.berlin.port: must be a port from 1 to 65535; write e.g. 5038` */
export function faultLine(fault: Fault): string {
  const place = `${fault.file}:${fault.line}:${fault.column}${fault.path ? ` ${fault.path}` : ''}`;
  return `${place}: ${fault.message}${fault.cure ? `; ${fault.cure}` : ''}`;
}

export const byPlace = (a: Fault, b: Fault): number =>
  a.line - b.line || a.column - b.column || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
