import { API_ERRORS } from './api-errors.ts';
import { row } from './error-row.ts';
import type { ErrorKind, ErrorRow } from './error-row.ts';

export type { ErrorKind } from './error-row.ts';

/** The one table of errors. The README's table is generated from it. */
export const ERRORS = {
  SETTINGS_INVALID: row(
    'config',
    500,
    false,
    'the settings have faults',
    'mend each place named; `ipnt check` lists them all',
  ),
  SETTINGS_MISSING: row(
    'config',
    500,
    false,
    'there is no settings file',
    'name one with --settings, or write /etc/ipnt/ipnt.yaml (config/ipnt.example.yaml)',
  ),
  ROUTING_INVALID: row(
    'input',
    422,
    false,
    'the routing file has faults',
    'mend each place named; nothing was applied',
  ),
  CASES_INVALID: row(
    'input',
    422,
    false,
    'the file of cases or of a state has faults',
    'mend each place named (config/cases.example.yaml)',
  ),
  SCENARIO_INVALID: row(
    'input',
    422,
    false,
    'the scenario has faults',
    'mend each place named (config/scenario.example.yaml); nothing was simulated',
  ),
  SCHEMA_OLDER: row('config', 503, false, 'the database is older than the program', 'run `ipnt migrate`'),
  SCHEMA_NEWER: row(
    'config',
    503,
    false,
    'the database is newer than the program',
    'update the program; it works with its own schema and the next one',
  ),
  DATABASE_DOWN: row(
    'unavailable',
    503,
    true,
    'the database does not answer',
    'check its address and that it runs; calls take their default route meanwhile',
  ),
  DATABASE_REFUSED: row(
    'config',
    503,
    false,
    'the database refused the login',
    'check user, password and grants (README, "Connect")',
  ),
  FENCED: row('conflict', 409, false, 'another process took over this site or edge', 'nothing: this one stands by'),
  AMI_UNREACHABLE: row(
    'unavailable',
    503,
    true,
    'the AMI port does not answer',
    'check host, port and bindaddr in manager.conf',
  ),
  AMI_LOGIN_REFUSED: row(
    'refused',
    502,
    true,
    'the PBX refused the AMI login',
    'check user, secret and permit lines in manager.conf',
  ),
  AMI_DENIED: row(
    'refused',
    502,
    false,
    'the AMI user may not run this action',
    'give the user write=reporting (dialplan/asterisk/samples/manager.conf)',
  ),
  ESL_UNREACHABLE: row(
    'unavailable',
    503,
    true,
    'the event socket of FreeSWITCH does not answer',
    'check host and port, listen-ip in event_socket.conf.xml, and that FreeSWITCH runs',
  ),
  ESL_LOGIN_REFUSED: row(
    'refused',
    502,
    true,
    'FreeSWITCH refused the login',
    'check password and apply-inbound-acl in event_socket.conf.xml, and the list in acl.conf.xml (fs_cli -x reloadacl)',
  ),
  ESL_REFUSED: row(
    'refused',
    502,
    false,
    'FreeSWITCH refused a command',
    'see the detail; `ipnt doctor` looks at mod_callcenter and its agents',
  ),
  ARI_UNREACHABLE: row('unavailable', 503, true, 'ARI does not answer', 'check host and port, http.conf and ari.conf'),
  ARI_LOGIN_REFUSED: row('refused', 502, false, 'ARI refused the login', 'check user and password in ari.conf'),
  ARI_REFUSED: row(
    'refused',
    502,
    false,
    'ARI refused an operation',
    'see the detail; `ipnt doctor` checks modules and rights',
  ),
  SERVICE_UNKNOWN: row(
    'input',
    404,
    false,
    'there is no such service',
    'name one of `ipnt export`, or apply a routing file that has it',
  ),
  ARGUMENT_INVALID: row('input', 400, false, 'an argument is malformed', 'see dialplan/README.md for the arguments'),
  REQUIREMENT_INVALID: row(
    'input',
    400,
    false,
    'the requirement does not parse',
    'see README, "Requirements"; the mark shows the place',
  ),
  ROUTING_VERSION_UNKNOWN: row(
    'input',
    404,
    false,
    'there is no such version of the routing',
    'list them with `ipnt apply --history`',
  ),
  IMPORT_INVALID: row('input', 422, false, 'the file has faults', 'mend each place named; nothing was imported'),
  CUSTOMER_UNKNOWN: row(
    'input',
    404,
    false,
    'there is no such customer',
    'name an id or a number of the customer tables',
  ),
  AGENT_UNKNOWN: row(
    'input',
    404,
    false,
    'there is no such agent, or more than one is called that',
    'write his whole id, as `ipnt agents` lists it',
  ),
  USER_UNKNOWN: row('input', 404, false, 'there is no such user', 'list them with `ipnt user list`'),
  USER_EXISTS: row(
    'input',
    409,
    false,
    'there is a user of this name already',
    'choose another name, or change him: `ipnt user change`',
  ),
  PASSWORD_WEAK: row(
    'input',
    422,
    false,
    'the password is too weak',
    'choose one of 10 characters at least that is not one character over and over, or let `ipnt user add --generate` make one',
  ),
  TOKEN_UNKNOWN: row('input', 404, false, 'there is no such token', 'list them with `ipnt token list`'),
  SEARCH_TOO_WIDE: row(
    'input',
    422,
    false,
    'the search takes too long',
    'look through a shorter time, or name a service, an agent or a whole number',
  ),
  COMMAND_UNKNOWN: row('input', 404, false, 'there is no such command', 'list them with GET /v1/commands'),
  CALL_UNKNOWN: row('input', 404, false, 'there is no such call', 'list them with `ipnt calls`'),
  SITE_UNKNOWN: row('input', 404, false, 'there is no such site', 'list them with `ipnt status`'),
  CUSTOMER_SOURCE_DOWN: row(
    'unavailable',
    503,
    true,
    'the customer database does not answer in time',
    'check its address, that it runs, and an index for the query; calls go on without a customer meanwhile',
  ),
  CUSTOMER_QUERY_REFUSED: row(
    'config',
    503,
    false,
    'the customer database refused the query or the login',
    'run the query by hand as the user of the source, and mend `customer_sources` in the settings',
  ),
  CUSTOMER_SOURCE_WRITABLE: row(
    'config',
    503,
    false,
    'the login of the customer source can do more than read',
    'give it a user of its own with nothing but `GRANT SELECT ON database.table` (no roles); it is not asked until then',
  ),
  PART_MISSING: row(
    'unavailable',
    503,
    false,
    'a program we need is not on this machine',
    'install it as the message says',
  ),
  ...API_ERRORS,
  MONITORING_ADDRESS: row(
    'unavailable',
    503,
    true,
    'monitoring cannot be served at its address',
    'end who has it, or name another with `monitoring: { listen }` or --monitoring; it is tried again meanwhile',
  ),
  SPOOL_FULL: row('unavailable', 503, true, 'the spool of records is full', 'free disk space below the data folder'),
  BUG: row('bug', 500, false, 'something that cannot be has happened', 'report it with the log; the process restarts'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** Every error that we throw on purpose. `where` names the place (a path and line, a character, a host and port). */
export class IpntError extends Error {
  readonly code: ErrorCode;
  readonly where: string;
  readonly detail: string;

  constructor(code: ErrorCode, detail = '', where = '', options?: { cause?: unknown }) {
    super(`${where ? `${where}: ` : ''}${detail || ERRORS[code].message}`, options);
    this.name = 'IpntError';
    this.code = code;
    this.where = where;
    this.detail = detail;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  get cure(): string {
    return ERRORS[this.code].cure;
  }
}
