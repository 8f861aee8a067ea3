/** Users and the tokens of programs. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { IpntError } from '../../../core/errors.ts';
import { personText } from '../../../core/explain/person.ts';
import type { AuditAction } from '../../../core/model/audit.ts';
import { isAgentFitting, isScopeLacking, ROLES, USER_NAME, usualScope } from '../../../core/model/person.ts';
import type { Person, Role, Scope } from '../../../core/model/person.ts';
import type { TokenRecord, UserRecord } from '../../../ports/people.ts';
import { assertStrong, hashPassword } from '../../../runtime/password.ts';
import { pageFrom, pageOf, paging } from '../paging.ts';
import { RequestInvalid } from '../problems.ts';
import { route } from '../route.ts';
import type { ApiParts, Asked, Route } from '../route.ts';
import { hashOf, newTokenSecret } from '../../../runtime/secrets.ts';
import { newPassword } from './login.ts';

const loginName = z
  .string()
  .regex(USER_NAME, 'must be letters, digits and . _ @ - (64 at most)')
  .meta({ examples: ['anna'] });
const tokenName = z
  .string()
  .min(1)
  .max(100)
  .describe('What it is for.')
  .meta({ examples: ['crm'] });

/** As sites and services are called; all together fit the column of 64 KB. */
const NAME = /^(?:\*|[A-Za-z0-9][A-Za-z0-9_-]{0,63})$/;

const names = (what: string) =>
  z
    .array(z.string().regex(NAME, 'must be * or a name of letters, digits, _ and - (64 at most)'))
    .max(500)
    .describe(`Names of ${what}; \`*\`: all. It binds supervisors alone.`);

/** What a user and a token have in common. */
const rights = {
  role: z.enum(ROLES),
  sites: names('sites'),
  services: names('services'),
  agentId: z.string().max(255).describe("Whose agent he is, where the role is `agent`; else ''."),
};

const UserShape = z
  .object({
    name: z.string(),
    ...rights,
    isDisabled: z.boolean().describe('He cannot log in.'),
    createdAtMs: z.number().int(),
    changedAtMs: z.number().int().describe('When his password was set.'),
  })
  .meta({ id: 'User' });

const TokenShape = z
  .object({
    tokenId: z.string(),
    name: z.string(),
    ...rights,
    createdBy: z.string(),
    createdAtMs: z.number().int(),
    expiresAtMs: z.number().int().nullable().describe('Null: never.'),
    lastUsedMs: z.number().int().nullable(),
  })
  .meta({ id: 'Token', description: 'A program and what it may.' });

const withUsual = {
  ...rights,
  sites: rights.sites.optional(),
  services: rights.services.optional(),
  agentId: rights.agentId.default(''),
};

const NewUser = z.strictObject({ name: loginName, password: newPassword, ...withUsual });
const ChangedUser = z
  .strictObject({ ...rights, password: newPassword, isDisabled: z.boolean() })
  .partial()
  .describe('What is left out stays. His logins end.');
const NewToken = z.strictObject({
  name: tokenName,
  ...withUsual,
  expiresAtMs: z.number().int().positive().nullable().default(null).describe('Null: never.'),
});

const userOf = ({ passwordHash: _hash, ...user }: UserRecord): z.output<typeof UserShape> => ({
  ...user,
  sites: [...user.sites],
  services: [...user.services],
});

const tokenOf = ({ secretHash: _hash, ...token }: TokenRecord): z.output<typeof TokenShape> => ({
  ...token,
  sites: [...token.sites],
  services: [...token.services],
});

/** A role and an agent belong together, or neither does. Throws RequestInvalid. */
function checkAgent(person: Pick<Person, 'role' | 'agentId'>): void {
  if (isAgentFitting(person)) return;
  const { role } = person;
  const message = role === 'agent' ? 'is missing: the role is agent' : `belongs to the role agent, and not to ${role}`;
  const cure = role === 'agent' ? 'write the id of his agent' : 'leave it empty';
  throw new RequestInvalid([{ path: 'body.agentId', message, cure }]);
}

/** What somebody of a role may touch. Throws RequestInvalid where it is left open what a supervisor may. */
function scopeOf(role: Role, { sites, services }: { readonly [K in keyof Scope]?: Scope[K] | undefined }): Scope {
  if (isScopeLacking({ role, sites, services }))
    throw new RequestInvalid([
      {
        ...{ path: 'body.sites', message: 'and `services`: what a supervisor may change must be said' },
        cure: 'name some, or write ["*"] for all',
      },
    ]);
  const usual = usualScope(role);
  return { sites: sites ?? usual.sites, services: services ?? usual.services };
}

async function userNamed(name: string, { store }: ApiParts): Promise<UserRecord> {
  const user = await store.user(name);
  if (user === null) throw new IpntError('USER_UNKNOWN', `there is no user "${name}"`);
  return user;
}

type Named<B = unknown> = Asked<{ readonly name: string }, unknown, B>;

/** Nobody shuts himself out: so one administrator always stays. */
function notHimself({ person, via, params }: Named, what: string): void {
  if (via === 'login' && person.name === params.name)
    throw new IpntError('NOT_ALLOWED', `you cannot ${what} yourself: another administrator can`);
}

async function addUser({ body }: Asked<unknown, unknown, z.output<typeof NewUser>>, parts: ApiParts) {
  checkAgent(body);
  const { password, ...rest } = body;
  const user = { ...rest, ...scopeOf(body.role, body) };
  assertStrong(password);
  const isNew = await parts.store.addUser({ ...user, passwordHash: await hashPassword(password), isDisabled: false });
  if (!isNew) throw new IpntError('USER_EXISTS', `there is a user "${user.name}" already`);
  return userOf(await userNamed(user.name, parts));
}

type Changed = Named<z.output<typeof ChangedUser>>;

/** As the command line calls it, which changes one thing at a time. */
function changeOf({ body }: Changed): AuditAction {
  const keys = Object.entries(body).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  if (keys.join() === 'password') return 'user.password';
  return keys.join() === 'isDisabled' ? (body.isDisabled === true ? 'user.disable' : 'user.enable') : 'user.change';
}

/** What he is now; of a password or being shut out alone the action says all. */
function changeText(asked: Changed, user: z.output<typeof UserShape>): string {
  const { password, isDisabled } = asked.body;
  if (changeOf(asked) !== 'user.change') return '';
  const disabled = isDisabled === undefined ? [] : [isDisabled ? 'disabled' : 'enabled'];
  return [personText(user), ...(password === undefined ? [] : ['a new password']), ...disabled].join('; ');
}

async function changeUser(asked: Changed, parts: ApiParts) {
  const { params, body } = asked;
  const user = await userNamed(params.name, parts);
  const { password, ...rest } = body;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  // What bound him to nothing before must not let him do everything now.
  const isPromoted = body.role === 'supervisor' && user.role !== 'supervisor';
  const change = { ...given, ...(isPromoted && scopeOf('supervisor', body)) };
  if (body.isDisabled === true) notHimself(asked, 'disable');
  if (body.role !== undefined && body.role !== user.role) notHimself(asked, 'give another role to');
  checkAgent({ ...user, ...change });
  if (password !== undefined) assertStrong(password);
  const passwordHash = password === undefined ? {} : { passwordHash: await hashPassword(password) };
  await parts.store.changeUser(params.name, { ...change, ...passwordHash });
  return userOf(await userNamed(params.name, parts));
}

async function removeUser(asked: Named, { store }: ApiParts): Promise<undefined> {
  notHimself(asked, 'remove');
  const { name } = asked.params;
  if (!(await store.removeUser(name))) throw new IpntError('USER_UNKNOWN', `there is no user "${name}"`);
}

async function addToken(
  { person, body }: Asked<unknown, unknown, z.output<typeof NewToken>>,
  { store, clock }: ApiParts,
) {
  checkAgent(body);
  if (body.expiresAtMs !== null && body.expiresAtMs <= clock.nowMs())
    throw new RequestInvalid([{ path: 'body.expiresAtMs', message: 'is over', cure: 'write a time to come, or null' }]);
  const [tokenId, secret] = [randomUUID(), newTokenSecret()];
  await store.addToken({
    ...body,
    ...scopeOf(body.role, body),
    tokenId,
    secretHash: hashOf(secret),
    createdBy: person.name,
  });
  const token = (await store.tokens()).find((one) => one.tokenId === tokenId);
  if (token === undefined) throw new IpntError('TOKEN_UNKNOWN', 'somebody has removed it already');
  return { token: tokenOf(token), secret };
}

const userParams = z.object({ name: z.string().max(190) });
const administered = { tag: 'Users and tokens', right: 'administer' } as const;

const users: readonly Route[] = [
  route({
    ...{ method: 'get', path: '/v1/users', ...administered },
    summary: 'All users, by name.',
    query: z.strictObject(paging),
    answer: pageOf(UserShape),
    run: async ({ query }, { store }) => {
      const page = pageFrom('users', await store.users(), query, ({ name }) => [name]);
      return { items: page.items.map(userOf), next: page.next };
    },
  }),
  route({
    ...{ method: 'post', path: '/v1/users', ...administered },
    summary: 'Adds a user.',
    body: NewUser,
    answer: UserShape,
    errors: ['USER_EXISTS', 'USER_UNKNOWN', 'PASSWORD_WEAK'],
    audit: { action: 'user.add', target: ({ body }) => body.name, detail: (_, user) => personText(user) },
    run: addUser,
  }),
  route({
    ...{ method: 'patch', path: '/v1/users/{name}', ...administered },
    summary: 'Changes a user: role, sites, services, password, or that he is disabled. He must log in again.',
    params: userParams,
    body: ChangedUser,
    answer: UserShape,
    errors: ['USER_UNKNOWN', 'PASSWORD_WEAK'],
    audit: { action: changeOf, target: ({ params }) => params.name, detail: changeText },
    run: changeUser,
  }),
  route({
    ...{ method: 'delete', path: '/v1/users/{name}', ...administered },
    summary: 'Removes a user. He is out at once.',
    params: userParams,
    answer: null,
    errors: ['USER_UNKNOWN'],
    audit: { action: 'user.remove', target: ({ params }) => params.name },
    run: removeUser,
  }),
];

const tokens: readonly Route[] = [
  route({
    ...{ method: 'get', path: '/v1/tokens', ...administered },
    summary: 'All tokens, by name. Their secrets are not kept.',
    query: z.strictObject(paging),
    answer: pageOf(TokenShape),
    run: async ({ query }, { store }) => {
      const page = pageFrom('tokens', await store.tokens(), query, ({ name, tokenId }) => [name, tokenId]);
      return { items: page.items.map(tokenOf), next: page.next };
    },
  }),
  route({
    ...{ method: 'post', path: '/v1/tokens', ...administered },
    summary: 'Adds a token for a program. Its secret is told now and never again.',
    body: NewToken,
    answer: z.object({
      token: TokenShape,
      secret: z.string().describe('To be sent as `Authorization: Bearer ...`. Told once.'),
    }),
    errors: ['TOKEN_UNKNOWN'],
    audit: {
      action: 'token.add',
      target: ({ body }) => body.name,
      detail: (_, { token }) => `${personText(token)}; ${token.tokenId}`,
    },
    run: addToken,
  }),
  route({
    ...{ method: 'delete', path: '/v1/tokens/{tokenId}', ...administered },
    summary: 'Removes a token: its program is out at once.',
    params: z.object({ tokenId: z.string().max(64) }),
    answer: null,
    errors: ['TOKEN_UNKNOWN'],
    audit: { action: 'token.remove', target: ({ params }) => params.tokenId },
    run: async ({ params }, { store }) => {
      if (!(await store.removeToken(params.tokenId))) throw new IpntError('TOKEN_UNKNOWN');
    },
  }),
];

export const PEOPLE_ROUTES: readonly Route[] = [...users, ...tokens];
