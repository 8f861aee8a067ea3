/** Who changed what. */
import { z } from 'zod';
import type { AuditEntry } from '../../../ports/people.ts';
import { cursorAt, pageOf, paging, placeOf } from '../paging.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

const AuditShape = z
  .object({
    auditId: z.string(),
    atMs: z.number().int(),
    by: z.string().describe('A user or a token.'),
    via: z.enum(['login', 'token', 'cli']),
    address: z.string().describe("Where the request came from; '' on the command line."),
    action: z.string().meta({ examples: ['service.close', 'login.failed'] }),
    target: z.string().describe('What was changed: a service, an agent, a user.'),
    detail: z.string().describe('What was asked for and came of it, without secrets.'),
  })
  .meta({ id: 'AuditEntry' });

const filter = z.string().min(1).max(255).optional();
const Query = z.strictObject({
  by: filter.describe('By this user or token alone.'),
  action: filter,
  target: filter,
  ...paging,
});

const place = z.object({ atMs: z.number(), auditId: z.string() });

const placeIn = ({ atMs, auditId }: AuditEntry) => ({ atMs, auditId });

export const AUDIT_ROUTES: readonly Route[] = [
  route({
    ...{ method: 'get', path: '/v1/audit', tag: 'Users and tokens', right: 'administer' },
    summary: 'Who changed what, newest first; logins, too, and those that failed.',
    query: Query,
    answer: pageOf(AuditShape),
    run: async ({ query }, { store }) => {
      const { limit, cursor, by, action, target } = query;
      const found = await store.audits({
        limit: limit + 1,
        ...(cursor !== undefined && { before: placeOf('audit', cursor, place, query) }),
        ...(by !== undefined && { by }),
        ...(action !== undefined && { action }),
        ...(target !== undefined && { target }),
      });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const next = found.length > limit && last !== undefined ? cursorAt('audit', placeIn(last), query) : null;
      return { items: [...items], next };
    },
  }),
];
