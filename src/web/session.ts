import { signal } from '@preact/signals';
import type { Person, Right, Touched } from '../core/model/person.ts';
import { refusal } from '../core/model/person.ts';
import type { Problem } from './api.ts';
import { ask, get, onLoggedOut, ProblemError, problemOf } from './api.ts';
import { tellTabs } from './tabs.ts';

export interface Me extends Person {
  readonly rights: readonly Right[];
}

/** Who looks: undefined until the server has told, null: nobody is logged in. */
export const me = signal<Me | null | undefined>(undefined);
/** Why the server could not tell. */
export const sessionProblem = signal<Problem | null>(null);
/** The session ended while somebody worked: the login page says so. */
export const sessionEnded = signal(false);

export async function loadSession(): Promise<void> {
  sessionProblem.value = null;
  onLoggedOut(() => {
    if (me.peek()) {
      sessionEnded.value = true;
      tellTabs(null);
    }
    me.value = null;
  });
  try {
    me.value = await get<Me>('/v1/me');
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 401) me.value = null;
    else sessionProblem.value = problemOf(error);
  }
}

/** Throws ProblemError. */
export async function logIn(name: string, password: string): Promise<void> {
  me.value = await ask<Me>('POST', '/v1/login', { name, password });
  sessionEnded.value = false;
  tellTabs(name);
}

/** Another tab has logged in or out. What somebody else must not see is gone at once. */
export function changedElsewhere(name: string | null): void {
  if (name === null) {
    me.value = null;
    return;
  }
  if (me.peek()?.name !== name) me.value = undefined;
  sessionEnded.value = false;
  void loadSession();
}

/** Throws ProblemError. */
export async function logOut(): Promise<void> {
  await ask('POST', '/v1/logout');
  me.value = null;
  tellTabs(null);
}

/** Whether to show what needs a right. The API judges for itself; this only spares people a refusal. */
export const may = (right: Right, touched?: Touched): boolean => {
  const who = me.value;
  return Boolean(who) && who!.rights.includes(right) && refusal(who!, right, touched) === null;
};
