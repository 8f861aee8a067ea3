/** What the audit says of changes over REST reads as what it says of the same on the command line. */
import { afterEach, expect, it } from 'vitest';
import { openWorld } from './api-world.ts';
import type { World } from './api-world.ts';

let world: World;
afterEach(() => world.close());

const [SECRET, NEXT] = ['correct horse battery', 'staple battery horse'];

it.each<[string, string, unknown, string]>([
  ['POST', '/v1/users', { name: 'maria', password: SECRET, role: 'viewer' }, 'user.add maria: viewer'],
  [
    ...(['POST', '/v1/users'] as const),
    { name: 'jean', password: SECRET, role: 'supervisor', sites: ['berlin'], services: ['*'] },
    'user.add jean: supervisor of sites berlin; services *',
  ],
  [
    ...(['PATCH', '/v1/users/viewer'] as const),
    { role: 'supervisor', sites: ['*'], services: ['sales'] },
    'user.change viewer: supervisor of sites *; services sales',
  ],
  ['PATCH', '/v1/users/viewer', { role: 'admin', password: NEXT }, 'user.change viewer: admin; a new password'],
  ['PATCH', '/v1/users/viewer', { password: NEXT }, 'user.password viewer: '],
  ['PATCH', '/v1/users/viewer', { isDisabled: true }, 'user.disable viewer: '],
  ['PATCH', '/v1/users/viewer', { isDisabled: false }, 'user.enable viewer: '],
  ['PUT', '/v1/me/password', { old: SECRET, new: NEXT }, 'user.password admin: '],
])('%s %s %j', async (method, path, body, says) => {
  world = await openWorld();
  await world.asks(await world.session('admin'), method, path, body);
  const [entry] = await world.store.audits({ limit: 1 });
  expect(`${entry?.action} ${entry?.target}: ${entry?.detail}`).toBe(says);
});
