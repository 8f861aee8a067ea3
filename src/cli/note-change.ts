import { randomUUID } from 'node:crypto';
import { IpntError } from '../core/errors.ts';
import type { AuditAction } from '../core/model/audit.ts';
import type { PeopleStore } from '../ports/people.ts';
import type { Io } from './io.ts';
import { userName } from './user-name.ts';

/** Writes down in the audit what was changed here, and by whom. A change that was made is not told as failed because of it. */
export async function noteChange(
  store: Pick<PeopleStore, 'audit'>,
  io: Io,
  change: { readonly action: AuditAction; readonly target: string; readonly detail?: string },
): Promise<void> {
  const { action, target, detail = '' } = change;
  try {
    await store.audit({ auditId: randomUUID(), by: userName(), via: 'cli', address: '', action, target, detail });
  } catch (error) {
    if (!(error instanceof IpntError)) throw error;
    io.err(`warning: it is done, and not in the audit: ${error.message}\n`);
  }
}
