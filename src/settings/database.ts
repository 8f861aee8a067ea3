import { z } from 'zod';
import { say } from './document.ts';
import { Secret } from './secret.ts';
import { issuesOf, object, secret } from './values.ts';
import type { Surroundings } from './values.ts';

/** The shared database. `url` holds the password; `shown` is for people. */
export type DatabaseSettings =
  { readonly kind: 'embedded' } | { readonly kind: 'mysql'; readonly url: Secret; readonly shown: string };

const EXAMPLE = 'mysql://ipnt:secret@10.0.0.5/ipnt';

/** mysql://user[:password]@host[:port][,host2[:port]]/database[?options]; URL() takes one host only. */
const SHAPE = /^(mysql|mariadb):\/\/([^:@/]+)(?::([^@/]*))?@([^/@?#\s]+)\/([A-Za-z0-9_$-]+)(\?\S*)?$/;
const HOST = /^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** `embedded`, a URL, or `{url, password}`. */
export function database(around: Surroundings) {
  const apart = object({ url: z.unknown(), password: secret(around) }, `{url: ${EXAMPLE}}`);
  return z.unknown().transform((input, context): DatabaseSettings => {
    if (input === undefined || input === 'embedded') return { kind: 'embedded' };
    if (typeof input === 'string') return orIssue(databaseOf(input), [], context);
    const issues = issuesOf(apart, input);
    for (const issue of issues) context.addIssue(issue);
    if (issues.length > 0) return z.NEVER;
    const { url, password } = apart.parse(input);
    return orIssue(databaseOf(url, password), ['url'], context);
  });
}

function orIssue(found: DatabaseSettings | string, path: string[], context: z.RefinementCtx): DatabaseSettings {
  if (typeof found !== 'string') return found;
  context.addIssue({ code: 'custom', path, message: found });
  return z.NEVER;
}

/** The settings, or what is wrong with the address. */
export function databaseOf(
  url: unknown,
  password?: Secret,
  what = '"embedded" or an address of a MySQL or MariaDB',
): DatabaseSettings | string {
  const match = typeof url === 'string' ? SHAPE.exec(url) : null;
  if (!match) return say(`must be ${what}`, `write e.g. ${EXAMPLE}`);
  const [, , user = '', inline, hosts = '', name = '', options = ''] = match;
  const wrong = hosts.split(',').find((one) => !HOST.test(one));
  if (wrong !== undefined) return say(`"${wrong}" is no host`, 'write host, host:port, or several with commas between');
  if (inline !== undefined && password)
    return say('there are two passwords', 'keep the one of `password`, take it out of the url');
  const pass = password ? encodeURIComponent(password.reveal()) : inline;
  const whole = `mysql://${user}${pass === undefined ? '' : `:${pass}`}@${hosts}/${name}${options}`;
  return { kind: 'mysql', url: new Secret(whole), shown: `mysql://${user}@${hosts}/${name}` };
}
