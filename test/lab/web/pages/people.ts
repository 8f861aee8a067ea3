/** Users, tokens and the audit, kept in memory. */
import type { Answer, Asked } from './answers.ts';

interface Named {
  readonly [key: string]: unknown;
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const list = (items: readonly unknown[], next: string | null = null): Answer => ok({ items, next });
const scope = { sites: [] as string[], services: [] as string[], agentId: '' };

export function peopleAnswers(startMs: number): (asked: Asked) => Answer | null {
  const made = { createdAtMs: startMs - 40 * 86_400_000, changedAtMs: startMs - 86_400_000, isDisabled: false };
  let users: Named[] = [
    { name: 'maria', role: 'admin', ...scope, ...made },
    { name: 'jean', role: 'supervisor', ...scope, sites: ['lyon'], services: ['french', 'support'], ...made },
    { name: 'wall-berlin', role: 'viewer', ...scope, ...made, isDisabled: true },
    { name: 'anna', role: 'agent', ...scope, agentId: 'berlin/PJSIP/1001', ...made },
    { name: '<script>alert(1)</script>', role: 'viewer', ...scope, ...made },
  ];
  let tokens: Named[] = [
    {
      tokenId: 't1',
      name: 'grafana',
      role: 'viewer',
      ...scope,
      createdBy: 'maria',
      createdAtMs: made.createdAtMs,
      expiresAtMs: null,
      lastUsedMs: startMs - 30_000,
    },
    {
      tokenId: 't2',
      name: 'crm import',
      role: 'admin',
      ...scope,
      createdBy: 'maria',
      createdAtMs: made.createdAtMs,
      expiresAtMs: startMs + 9 * 86_400_000,
      lastUsedMs: null,
    },
  ];
  const actions = ['service.close', 'agent.pause', 'user.add', 'login.failed', 'routing.apply', 'service.auto'];
  const audit = Array.from({ length: 130 }, (_, index) => ({
    ...{
      auditId: `a${index}`,
      atMs: startMs - index * 1_900_000,
      by: index % 3 === 0 ? 'jean' : 'maria',
      via: index % 4 === 0 ? 'token' : 'login',
    },
    ...{
      address: '192.0.2.17',
      action: actions[index % actions.length],
      target: index % 2 ? 'technical' : 'berlin/PJSIP/1004',
      detail: index % 5 ? 'why: fire drill' : '<b>bold</b>',
    },
  }));
  return ({ method, path, query, body }) => {
    const [, kind = '', id = ''] = /^\/v1\/(users|tokens|audit)(?:\/(.+))?$/.exec(path) ?? [];
    if (kind === 'audit') return auditAnswer(audit, query);
    if (kind === 'users' && id === '') {
      if (method === 'GET') return list(users);
      if (users.some(({ name }) => name === body.name))
        return {
          status: 409,
          body: {
            status: 409,
            title: 'there is a user of this name already',
            detail: `there is a user "${String(body.name)}" already`,
            code: 'USER_EXISTS',
            cure: 'choose another name',
          },
        };
      users = [...users, { ...scope, ...made, ...body }];
      return ok(users.at(-1), 201);
    }
    if (kind === 'users') {
      if (method === 'DELETE') users = users.filter(({ name }) => name !== id);
      else users = users.map((user) => (user.name === id ? { ...user, ...body } : user));
      return method === 'DELETE' ? ok(null, 204) : ok(users.find(({ name }) => name === id));
    }
    if (kind === 'tokens' && method === 'GET') return list(tokens);
    if (kind === 'tokens' && method === 'POST') {
      const token = {
        ...scope,
        ...body,
        tokenId: `t${Date.now()}`,
        createdBy: 'maria',
        createdAtMs: Date.now(),
        lastUsedMs: null,
      };
      tokens = [...tokens, token];
      return ok({ token, secret: `ipnt_${'x7Kd'.repeat(10)}` }, 201);
    }
    if (kind === 'tokens' && method === 'DELETE') {
      tokens = tokens.filter(({ tokenId }) => tokenId !== id);
      return ok(null, 204);
    }
    return null;
  };
}

function auditAnswer(all: readonly Named[], query: URLSearchParams): Answer {
  const found = all.filter((entry) =>
    ['by', 'action', 'target'].every((key) => !query.has(key) || entry[key] === query.get(key)),
  );
  const start = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 100);
  return list(found.slice(start, start + limit), start + limit < found.length ? String(start + limit) : null);
}
