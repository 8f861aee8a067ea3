/** Logins: who somebody is, for how long, and his own password. */
import { z } from 'zod';
import { IpntError } from '../../../core/errors.ts';
import { ROLES, rightsOf } from '../../../core/model/person.ts';
import type { Person, Right } from '../../../core/model/person.ts';
import { assertStrong, hashPassword, PASSWORD_LENGTH, verifyPassword } from '../../../runtime/password.ts';
import { record } from '../audit.ts';
import { RequestInvalid } from '../problems.ts';
import { route } from '../route.ts';
import type { ApiParts, Asked, Route } from '../route.ts';
import { hashOf, newSecret } from '../../../runtime/secrets.ts';
import { NOBODY, sessionLastsMs } from '../who.ts';

const RIGHTS: readonly Right[] = ['look', 'see_callers', 'see_self', 'command_agent', 'change_service', 'administer'];

/** How strong it is tells `assertStrong`. */
export const newPassword = z.string().max(1_000).describe(`${PASSWORD_LENGTH.min} characters at least.`);

const MeShape = z
  .object({
    name: z.string(),
    role: z.enum(ROLES),
    sites: z.array(z.string()).describe('Sites that he may change; `*`: all.'),
    services: z.array(z.string()).describe('Services that he may change; `*`: all.'),
    agentId: z.string().describe("Whose agent he is; '' for none."),
    rights: z.array(z.enum(RIGHTS)),
  })
  .meta({ id: 'Me', description: 'Who is logged in, and what he may.' });

const meOf = ({ name, role, sites, services, agentId }: Person): z.output<typeof MeShape> => ({
  ...{ name, role, agentId, rights: [...rightsOf(role)] },
  sites: [...sites],
  services: [...services],
});

const Login = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(64)
    .meta({ examples: ['anna'] }),
  password: z.string().min(1).max(PASSWORD_LENGTH.max),
});

/** Compared with where there is no user of that name: the time that an answer takes tells nobody which names there are. */
let decoy: Promise<string> | null = null;

async function logIn({ address, body, cookie }: Asked<unknown, unknown, z.output<typeof Login>>, parts: ApiParts) {
  const { store } = parts;
  const { name, password } = body;
  const user = await store.user(name);
  const isRight = await verifyPassword(password, user?.passwordHash ?? (await (decoy ??= hashPassword(newSecret()))));
  const by = { person: { ...NOBODY, name }, via: 'login', address } as const;
  if (user === null || !isRight || user.isDisabled) {
    const why = user === null ? 'no such user' : user.isDisabled ? 'disabled' : 'wrong password';
    await record(by, parts, 'login.failed', name, why);
    throw new IpntError('LOGIN_REFUSED');
  }
  const secret = newSecret();
  const lastsMs = sessionLastsMs(user);
  if (cookie !== undefined && cookie.secretHash !== '') await store.endSession(cookie.secretHash);
  await store.openSession({ secretHash: hashOf(secret), user: user.name, lastsMs });
  // A password that was changed while this one was compared lets nobody in any more; from here on a change ends the session.
  if ((await store.user(name))?.passwordHash !== user.passwordHash) {
    await store.endSession(hashOf(secret));
    throw new IpntError('LOGIN_REFUSED');
  }
  cookie?.set(secret, lastsMs);
  await record({ ...by, person: user }, parts, 'login', user.name, '');
  return meOf(user);
}

async function changePassword(
  { person, body, cookie }: Asked<unknown, unknown, { readonly old: string; readonly new: string }>,
  { store }: ApiParts,
): Promise<undefined> {
  const user = await store.user(person.name);
  // Tokens have no password.
  if (user === null || cookie === undefined) throw new IpntError('NOT_ALLOWED', 'a token has no password');
  if (!(await verifyPassword(body.old, user.passwordHash))) throw new IpntError('PASSWORD_WRONG');
  if (body.old === body.new)
    throw new RequestInvalid([{ path: 'body.new', message: 'is the old one', cure: 'choose another' }]);
  assertStrong(body.new);
  await store.changeUser(user.name, { passwordHash: await hashPassword(body.new) });
  // That ended all his sessions: this one goes on as a new one.
  const secret = newSecret();
  const lastsMs = sessionLastsMs(user);
  await store.openSession({ secretHash: hashOf(secret), user: user.name, lastsMs });
  cookie.set(secret, lastsMs);
}

export const LOGIN_ROUTES: readonly Route[] = [
  route({
    ...{ method: 'post', path: '/v1/login', tag: 'Logins', right: null, isOpen: true, isGuessable: true },
    summary: 'Logs in with a name and a password; the answer sets a cookie. Programs use a token instead.',
    body: Login,
    answer: MeShape,
    errors: ['LOGIN_REFUSED', 'TOO_MANY_LOGINS'],
    run: logIn,
  }),
  route({
    ...{ method: 'post', path: '/v1/logout', tag: 'Logins', right: null, isOpen: true },
    summary: 'Ends this login.',
    answer: null,
    run: async ({ cookie }, { store }) => {
      if (cookie !== undefined && cookie.secretHash !== '') await store.endSession(cookie.secretHash);
      cookie?.clear();
    },
  }),
  route({
    ...{ method: 'get', path: '/v1/me', tag: 'Logins', right: null },
    summary: 'Who is logged in, and what he may.',
    answer: MeShape,
    run: ({ person }) => Promise.resolve(meOf(person)),
  }),
  route({
    ...{ method: 'put', path: '/v1/me/password', tag: 'Logins', right: null, isGuessable: true },
    summary: 'Changes his own password; his other logins end.',
    body: z.strictObject({ old: z.string().min(1).max(PASSWORD_LENGTH.max), new: newPassword }),
    answer: null,
    errors: ['PASSWORD_WRONG', 'PASSWORD_WEAK', 'TOO_MANY_LOGINS', 'NOT_ALLOWED'],
    audit: { action: 'user.password', target: ({ person }) => person.name, detail: () => '' },
    run: changePassword,
  }),
];
