import { row } from './error-row.ts';
import type { ErrorRow } from './error-row.ts';

/** What the API answers beside the errors that the command line knows, too. */
export const API_ERRORS = {
  NOT_LOGGED_IN: row(
    'input',
    401,
    false,
    'nobody is logged in',
    'log in, or send a token: `Authorization: Bearer ipnt_...`',
  ),
  LOGIN_REFUSED: row(
    'input',
    401,
    false,
    'the name or the password is wrong',
    'try again, or ask an administrator for a new password',
  ),
  PASSWORD_WRONG: row('input', 403, false, 'the old password is wrong', 'try again; nothing was changed'),
  TOO_MANY_LOGINS: row(
    'input',
    429,
    true,
    'too many logins have failed',
    'wait some minutes, then try again; an administrator can give a new password',
  ),
  STREAM_FULL: row(
    'unavailable',
    503,
    true,
    'as many clients follow the board as this process serves',
    'end some, or run another `ipnt api` beside it',
  ),
  NOT_ALLOWED: row(
    'input',
    403,
    false,
    'you may not do this',
    'ask an administrator for the role, the site or the service',
  ),
  ORIGIN_REFUSED: row(
    'input',
    403,
    false,
    'the request does not come from our own pages',
    'programs use a token in place of a cookie; a proxy must pass on Host',
  ),
  ROUTE_UNKNOWN: row('input', 404, false, 'there is no such address', 'see /v1/openapi.json'),
  METHOD_UNKNOWN: row(
    'input',
    405,
    false,
    'this address does not take that method',
    'see the header Allow, and /v1/openapi.json',
  ),
  REQUEST_INVALID: row('input', 400, false, 'the request has faults', 'mend each place named; nothing was done'),
  CURSOR_INVALID: row(
    'input',
    400,
    false,
    'the cursor belongs to another query',
    'ask without a cursor; `next` of an answer goes with the same filter and sort',
  ),
  BODY_TOO_LARGE: row('input', 413, false, 'the request is too large', 'send 1 MB at most, and 16 KB to log in'),
  BODY_NOT_JSON: row('input', 415, false, 'the body is not JSON', 'send `Content-Type: application/json` in UTF-8'),
  ANSWER_LATE: row(
    'unavailable',
    503,
    true,
    'the answer takes too long',
    'try again; what was asked for may have been done',
  ),
  API_PORT_TAKEN: row(
    'config',
    500,
    false,
    'the API cannot listen there',
    'choose another address with `api.listen` or --listen, or end the program that has it',
  ),
  TLS_INVALID: row(
    'config',
    500,
    false,
    'certificate and key of the API cannot be used',
    'name a PEM certificate and its key in `api.tls`, readable for this user',
  ),
} as const satisfies Record<string, ErrorRow>;
