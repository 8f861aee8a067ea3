/** Where mod_callcenter rings an agent: what of it can be dialled over the site's trunk, and how his calls are recognised. */
export interface Contact {
  readonly user: string;
  /** Of `user/1001@dom`; '' where none is named. */
  readonly domain: string;
  /** `sofia/internal/1001@host`: its channels are called so. '' for `user/`. */
  readonly channel: string;
  /** `user/` finds the phone by its registration; a sofia address rings whoever is there. */
  readonly registers: boolean;
}

/** `{...}`, `[...]` and `<...>` before a dial string are variables (FreeSWITCH documentation, "Channel Variables", originate). */
const VARIABLES = /^(?:\{[^{}]*\}|\[[^[\]]*\]|<[^<>]*>)+/;
const USER = /^user\/([A-Za-z0-9][A-Za-z0-9_.-]*)(?:@([A-Za-z0-9][A-Za-z0-9_.-]*))?$/;
const SOFIA = /^sofia\/(?!gateway\/)[A-Za-z0-9_.-]+\/([A-Za-z0-9][A-Za-z0-9_.-]*)@[A-Za-z0-9[][A-Za-z0-9_.:[\]-]*$/;

/** Null for anything that is not one user at one place: gateways, several legs, loopback, `null`. Matched and anchored. */
export function contactOf(text: string): Contact | null {
  const dialled = text.trim().replace(VARIABLES, '');
  const user = USER.exec(dialled);
  if (user !== null) return { user: user[1] ?? '', domain: user[2] ?? '', channel: '', registers: true };
  const sofia = SOFIA.exec(dialled);
  if (sofia === null) return null;
  return { user: sofia[1] ?? '', domain: '', channel: dialled, registers: false };
}

/** An agent of the settings, `1001` or `1001@dom`: an extension of the directory. */
export const contactOfExtension = (name: string): Contact | null => contactOf(`user/${name}`);
