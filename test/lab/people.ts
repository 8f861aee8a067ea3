/** Who may log in to a lab's pages. */
import type { Role } from '../../src/core/model/person.ts';
import { hashPassword, newPassword } from '../../src/runtime/password.ts';
import type { Login } from './browser/pages.ts';
import type { Stack } from './stack.ts';

/** Adds a user who may touch every site and service, or of role `agent` is this agent, with a password of its own. */
export async function addUser({ store }: Stack, name: string, role: Role, agentId = ''): Promise<Login> {
  const password = newPassword();
  const passwordHash = await hashPassword(password);
  const added = await store.addUser({
    name,
    role,
    agentId,
    sites: ['*'],
    services: ['*'],
    passwordHash,
    isDisabled: false,
  });
  if (!added) throw new Error(`there is a user ${name} already`);
  return { name, password };
}
