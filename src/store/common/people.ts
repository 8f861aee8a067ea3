import type { PeopleStore } from '../../ports/people.ts';

/** A token's use is noted so often at most. */
export const TOKEN_NOTED_MS = 60_000;

/** Whether a session in use is written down to last longer. Not each time: a page asks every second, and a hundredth is nobody's loss. */
export const isRenewed = (expiresAtMs: number, untilMs: number, lastsMs: number): boolean =>
  untilMs - expiresAtMs > lastsMs / 100;

/** Who may do something else from now on, or has another password, logs in again. */
export const endsSessions = (change: Parameters<PeopleStore['changeUser']>[1]): boolean =>
  [change.passwordHash, change.role, change.sites, change.services, change.agentId, change.isDisabled].some(
    (one) => one !== undefined,
  );
