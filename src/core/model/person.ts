/** People and programs that use the API, and what they may do. */
export const ROLES = ['viewer', 'agent', 'supervisor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** With what somebody logs in. */
export const USER_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
export const isUserName = (name: string): boolean => USER_NAME.test(name);

/** What somebody may touch: names of sites and services, or ALL. A supervisor is bound by it; it says nothing of looking. */
export interface Scope {
  readonly sites: readonly string[];
  readonly services: readonly string[];
}

export const ALL = '*';

/** Whom nobody gave sites or services has none: what a supervisor may touch is said, never assumed. Others are not bound by it. */
export const usualScope = (role: Role): Scope =>
  role === 'supervisor' ? { sites: [], services: [] } : { sites: [ALL], services: [ALL] };

/** Whether it was left open what a supervisor may touch, who must not be made one by an omission. */
export const isScopeLacking = ({
  role,
  sites,
  services,
}: {
  readonly role?: Role | undefined;
  readonly sites?: readonly string[] | undefined;
  readonly services?: readonly string[] | undefined;
}): boolean => role === 'supervisor' && sites === undefined && services === undefined;

/** The role `agent` is somebody's, and no other role is. */
export const isAgentFitting = ({ role, agentId }: Pick<Person, 'role' | 'agentId'>): boolean =>
  (role === 'agent') === (agentId !== '');

/** Somebody who asks, by a login or by a token. */
export interface Person extends Scope {
  readonly name: string;
  readonly role: Role;
  /** Whose agent he is; '' for none. Of role `agent` alone. */
  readonly agentId: string;
}

/** What can be wanted. Each route of the API names one. */
export type Right =
  /** Wallboard, sites, queues, agents, services, calendars, intervals; calls with their numbers masked. */
  | 'look'
  /** Callers' numbers, customers, dry runs. */
  | 'see_callers'
  /** What he does himself, and why no call comes to him: an `agent` himself alone. Whoever may look sees all. */
  | 'see_self'
  /** Pause, resume, log in, log out an agent; an `agent` himself alone. */
  | 'command_agent'
  /** Close and open a service. */
  | 'change_service'
  /** Routing files, customers erased, users, tokens, the audit. */
  | 'administer';

const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  viewer: ['look'],
  agent: ['see_self', 'command_agent'],
  supervisor: ['look', 'see_callers', 'command_agent', 'change_service'],
  admin: ['look', 'see_callers', 'command_agent', 'change_service', 'administer'],
};

/** Everything that a role may. */
export const rightsOf = (role: Role): readonly Right[] => RIGHTS[role];

/** What is touched, where a right is bound to something. */
export interface Touched {
  readonly siteId?: string;
  readonly service?: string;
  readonly agentId?: string;
}

/** Null when he may; else why not, in words. */
export function refusal(person: Person, right: Right, touched: Touched = {}): string | null {
  if (!RIGHTS[person.role].includes(right)) return `the role ${person.role} may not`;
  if (person.role === 'admin') return null;
  if (person.role === 'agent')
    return touched.agentId === undefined || (touched.agentId === person.agentId && person.agentId !== '')
      ? null
      : 'an agent may see and change himself alone';
  const { siteId, service } = touched;
  if (siteId !== undefined && !isWithin(person.sites, siteId)) return `"${siteId}" is none of your sites`;
  if (service !== undefined && !isWithin(person.services, service)) return `"${service}" is none of your services`;
  return null;
}

const isWithin = (names: readonly string[], name: string): boolean => names.includes(ALL) || names.includes(name);
