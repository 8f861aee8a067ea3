import type { RoleState } from './role-monitor.ts';

/** The answer of `/health/ready`. */
export interface Health {
  readonly ready: boolean;
  readonly roles: readonly {
    readonly role: string;
    readonly name: string;
    readonly ready: boolean;
    readonly checks: readonly { readonly check: string; readonly ok: boolean; readonly detail: string }[];
  }[];
}

/** Ready is who has nothing amiss, of all roles. Pure. */
export function healthOf(states: readonly RoleState[]): Health {
  const roles = states.map(({ role, name, checks }) => ({
    ...{ role, name, ready: checks.every(({ isOk }) => isOk) },
    checks: checks.map(({ check, isOk, detail }) => ({ check, ok: isOk, detail })),
  }));
  return { ready: roles.every(({ ready }) => ready), roles };
}
