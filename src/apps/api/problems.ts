/** Errors as a client reads them: RFC 9457 problems with our codes. */
import type { z } from 'zod';
import { ERRORS, IpntError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { FaultsError } from '../../settings/faults.ts';

/** One thing wrong in a request: `body.name`, what, and what to do. */
export interface RequestFault {
  readonly path: string;
  readonly message: string;
  readonly cure: string;
}

/** A request with faults: all of them at once. */
export class RequestInvalid extends IpntError {
  readonly faults: readonly RequestFault[];

  constructor(faults: readonly RequestFault[]) {
    super('REQUEST_INVALID', faults.map(({ path, message }) => `${path} ${message}`).join('; '));
    this.name = 'RequestInvalid';
    this.faults = faults;
  }
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly cure: string;
  readonly where?: string;
  readonly faults?: readonly RequestFault[];
}

/** What is told of an error. Of our own troubles (5xx) the code alone: what lies behind is for the log. */
export function problemOf(error: unknown): Problem {
  const known = error instanceof IpntError ? error : new IpntError('BUG');
  const { httpStatus: status, message: title, cure } = ERRORS[known.code];
  const common = { type: `urn:ipnt:problem:${known.code}`, title, status, code: known.code, cure };
  if (status >= 500) return { ...common, detail: title };
  const faults = faultsOf(known);
  const detail = known instanceof FaultsError ? title : known.detail || title;
  return { ...common, detail, ...(known.where && { where: known.where }), ...(faults && { faults }) };
}

function faultsOf(error: IpntError): readonly RequestFault[] | null {
  if (error instanceof RequestInvalid) return error.faults;
  if (!(error instanceof FaultsError)) return null;
  return error.faults.map(({ line, column, path, message, cure }) => ({
    path: path === '' ? `line ${line}, column ${column}` : `${path} (line ${line}, column ${column})`,
    message,
    cure,
  }));
}

/** What body-parser and the router throw: they carry a status and, in part, a type. */
export function asOurs(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof IpntError) return error;
  const { type, status } = error as { readonly type?: string; readonly status?: number };
  switch (type) {
    case 'entity.too.large':
      return new IpntError('BODY_TOO_LARGE');
    case 'entity.parse.failed':
      return new IpntError('REQUEST_INVALID', 'the body is no JSON', 'body', { cause: error });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new IpntError('BODY_NOT_JSON', 'charset or encoding of the body is unknown here');
    default:
      // A path with a broken %, a body that was cut short.
      return status !== undefined && status >= 400 && status < 500
        ? new IpntError('REQUEST_INVALID', 'the request cannot be read', '', { cause: error })
        : error;
  }
}

/** A fault of zod's, in words: where, what, and what to write instead. */
export function faultOf(issue: z.core.$ZodIssue, root: string): readonly RequestFault[] {
  const at = (path: readonly PropertyKey[]): string => [root, ...path.map(String)].join('.');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: at([...issue.path, key]),
        message: 'is not known here',
        cure: 'leave it out; see /v1/openapi.json',
      }));
    case 'invalid_type':
      return [{ path: at(issue.path), message: typeWords(issue), cure: 'see /v1/openapi.json' }];
    case 'invalid_union': {
      // What the best candidate lacks helps more than that none of them fits.
      const best = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
      const inner = best.flatMap((one) => faultOf({ ...one, path: [...issue.path, ...one.path] }, root));
      return inner.length > 0 ? inner : [{ path: at(issue.path), message: issue.message, cure: '' }];
    }
    case 'invalid_value':
      return [
        {
          path: at(issue.path),
          message: 'is none of the values known here',
          cure: `write one of: ${issue.values.map(String).join(', ')}`,
        },
      ];
    default:
      return [{ path: at(issue.path), message: plain(issue.message), cure: 'see /v1/openapi.json' }];
  }
}

const typeWords = ({ expected, input, message }: { expected: string; input?: unknown; message: string }): string =>
  input === undefined && message.endsWith('received undefined') ? 'is missing' : `must be of type ${expected}`;

/** `Too small: expected number to be >=1` -> `too small: expected number to be >=1`. Own messages stay as they are. */
const plain = (message: string): string =>
  message.startsWith('Too ') || message.startsWith('Invalid') ? message[0]?.toLowerCase() + message.slice(1) : message;
