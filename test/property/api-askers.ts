/** Everybody who may ask the API: each role, by a login and by a token, and those who are nobody any more. */
import { randomUUID } from 'node:crypto';
import { COOKIE } from '../../src/apps/api/who.ts';
import type { Person, Role } from '../../src/core/model/person.ts';
import { hashPassword } from '../../src/runtime/password.ts';
import { hashOf, newSecret } from '../../src/runtime/secrets.ts';
import { PASSWORD, personOf } from '../unit/apps/api/api-world.ts';
import type { World } from '../unit/apps/api/api-world.ts';

export interface Asker {
  readonly title: string;
  /** Null: nobody who is known. */
  readonly person: Person | null;
  /** From a page of somebody else: changes are refused. */
  readonly isElsewhere?: boolean;
  headers(): Promise<Readonly<Record<string, string>>>;
}

const asker = (role: Role, over: Partial<Person> = {}): Person => personOf(role, { name: `asker-${role}`, ...over });

const PEOPLE: readonly Person[] = [
  ...[asker('viewer'), asker('agent'), asker('supervisor'), asker('admin')],
  asker('supervisor', { name: 'asker-of-lyon', sites: ['lyon'], services: ['french'] }),
];

const HERE = { 'sec-fetch-site': 'same-origin' };
const cookie = (secret: string) => ({ cookie: `${COOKIE}=${secret}` });

export async function openAskers(world: World): Promise<readonly Asker[]> {
  const { store, clock } = world;
  const passwordHash = await hashPassword(PASSWORD);
  const session = async (user: string, lastsMs = 86_400_000): Promise<string> => {
    const secret = newSecret();
    await store.openSession({ secretHash: hashOf(secret), user, lastsMs });
    return secret;
  };
  const gone = { removed: asker('admin', { name: 'removed' }), disabled: asker('admin', { name: 'disabled' }) };
  for (const person of [...PEOPLE, gone.removed, gone.disabled])
    await store.addUser({ ...person, passwordHash, isDisabled: false });
  const old = {
    removed: await session('removed'),
    disabled: await session('disabled'),
    over: await session('asker-admin', 1_000),
  };
  const overToken = await world.token(asker('admin'), clock.nowMs() + 1_000);
  await store.removeUser('removed');
  await store.changeUser('disabled', { isDisabled: true });
  await clock.run(clock.monoMs() + 2_000);
  const nobody = (title: string, headers: Readonly<Record<string, string>>): Asker => ({
    ...{ title, person: null },
    headers: () => Promise.resolve({ ...HERE, ...headers }),
  });
  return [
    nobody('nobody', {}),
    nobody('a login that nobody has', cookie(newSecret())),
    nobody('an odd cookie', { cookie: `${COOKIE}="; DROP; ${COOKIE}=%00; =; ${'x'.repeat(4_000)}` }),
    nobody('a login that is over', cookie(old.over)),
    nobody('a user who was removed', cookie(old.removed)),
    nobody('a user who is disabled', cookie(old.disabled)),
    nobody('a token that nobody has', { authorization: `Bearer ipnt_${randomUUID()}` }),
    nobody('a token that is over', overToken),
    nobody('a password instead of a token', { authorization: `Basic ${btoa(`asker-admin:${PASSWORD}`)}` }),
    ...PEOPLE.map((person) => ({
      ...{ title: `a login of ${person.name}`, person },
      async headers() {
        // His own password may have been changed meanwhile.
        await store.changeUser(person.name, { passwordHash });
        return { ...HERE, ...cookie(await session(person.name)) };
      },
    })),
    ...PEOPLE.map((person) => ({
      ...{ title: `a token of ${person.name}`, person },
      headers: () => world.token({ ...person, name: 'crm' }),
    })),
    ...['cross-site', 'same-site', 'none'].map((from) => ({
      ...{ title: `asker-admin, from ${from}`, person: asker('admin'), isElsewhere: true },
      headers: async () => ({ 'sec-fetch-site': from, ...cookie(await session('asker-admin')) }),
    })),
  ];
}
