import { IpntError } from '../../core/errors.ts';

/** Where the database is. `hosts` in order of preference: all use the first that serves. */
export interface DatabaseAddress {
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** `verify`: TLS with the certificate checked. */
  readonly tls: 'off' | 'verify';
  /** Raise both for a site far away: a connection needs about four round trips. */
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
}

const FORM = /^(?:mysql|mariadb):\/\/([^:@/]+)(?::([^@/]*))?@([^/?]+)\/([^/?#]+)(?:\?(.*))?$/;
const HOST = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/;

/**
 * Parses `mysql://user:password@h1:3306,h2:3306/db?tls=verify&connectTimeoutMs=400&timeoutMs=1000`. Parts are percent-decoded.
 * Throws SETTINGS_INVALID; its text never holds the password.
 */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  const fault = (detail: string) => new IpntError('SETTINGS_INVALID', detail, 'database.url');
  const match = FORM.exec(url);
  if (!match) throw fault('must look like mysql://user:password@host:3306,host2:3306/database');
  const [, user = '', password = '', hostList = '', database = '', rest = ''] = match;
  const hosts = hostList.split(',').map((text) => {
    const [, host, port = '3306'] = HOST.exec(text.trim()) ?? [];
    if (host === undefined || Number(port) < 1 || Number(port) > 65_535) throw fault(`"${text}" is no host:port`);
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  });
  const options = new URLSearchParams(rest);
  for (const name of options.keys())
    if (!['tls', 'connectTimeoutMs', 'timeoutMs'].includes(name)) throw fault(`unknown option "${name}"`);
  const tls = options.get('tls') ?? 'off';
  if (tls !== 'off' && tls !== 'verify') throw fault('tls must be off or verify');
  const ms = (name: string, otherwise: number) => {
    const value = Number(options.get(name) ?? otherwise);
    if (!Number.isInteger(value) || value < 50 || value > 60_000) throw fault(`${name} must be 50 to 60000`);
    return value;
  };
  const plain = (text: string) => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw fault('a % in it is not followed by two digits');
    }
  };
  return {
    ...{ hosts, tls, user: plain(user), password: plain(password), database: plain(database) },
    ...{ connectTimeoutMs: ms('connectTimeoutMs', 400), timeoutMs: ms('timeoutMs', 1_000) },
  };
}
