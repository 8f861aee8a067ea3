import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { ALL, isAgentFitting, isScopeLacking, ROLES, usualScope } from '../core/model/person.ts';
import type { Person, Role } from '../core/model/person.ts';
import { someOf } from '../core/explain/text.ts';
import type { QueryStore } from '../ports/queries.ts';
import type { RoutingStore } from '../ports/provisioning.ts';
import { agentNamed } from './commands/agent.ts';
import { wrongOption } from './cured.ts';

/** What `ipnt user` and `ipnt token` ask of whom they add. */
export interface PersonOptions {
  readonly role?: Role;
  readonly sites?: readonly string[];
  readonly services?: readonly string[];
  readonly agent?: string;
}

const listed = (text: string): readonly string[] => {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError("write names with commas between them, or '*' for all.");
  return names;
};

/** Adds the options. */
export const withPersonOptions = (command: Command): Command =>
  command
    .addOption(new Option('--role <role>', 'what he may do').choices(ROLES))
    .option('--sites <sites>', "sites that a supervisor may change, with commas; '*' for all", listed)
    .option('--services <services>', "services that a supervisor may change, with commas; '*' for all", listed)
    .option('--agent <agent>', 'whose agent he is, of role agent alone: as `ipnt agents` lists him');

type Known = Pick<QueryStore, 'agents' | 'sites'> & Pick<RoutingStore, 'loadRouting'>;

/** What of a person the options change. Throws AGENT_UNKNOWN. */
export async function changedPerson(
  store: Pick<Known, 'agents'>,
  { role, sites, services, agent }: PersonOptions,
): Promise<Partial<Omit<Person, 'name'>>> {
  const agentId =
    agent === undefined
      ? role === undefined || role === 'agent'
        ? undefined
        : ''
      : agentNamed(await store.agents(), agent).agentId;
  return {
    ...(role === undefined ? {} : { role }),
    ...(sites === undefined ? {} : { sites }),
    ...(services === undefined ? {} : { services }),
    ...(agentId === undefined ? {} : { agentId }),
  };
}

/** Null, or what a supervisor lacks. */
export const scopeFault = (options: PersonOptions): string | null =>
  isScopeLacking(options)
    ? "say what a supervisor may change: --sites and --services, with commas, or '*' for all"
    : null;

/** Who is added. Throws AGENT_UNKNOWN, and ARGUMENT_INVALID where role and agent do not go together. */
export async function newPerson(store: Pick<Known, 'agents'>, options: PersonOptions): Promise<Omit<Person, 'name'>> {
  const role = options.role ?? 'viewer';
  return suited({ ...usualScope(role), agentId: '', role, ...(await changedPerson(store, options)) });
}

/** The person, where role and agent go together. Throws ARGUMENT_INVALID. */
export function suited<P extends Pick<Person, 'role' | 'agentId'>>(person: P): P {
  const fault = agentFault(person);
  if (fault !== null) throw wrongOption(...fault);
  return person;
}

/** Null, or why role and agent do not go together, and what to do. */
function agentFault(person: Pick<Person, 'role' | 'agentId'>): readonly [string, string] | null {
  if (isAgentFitting(person)) return null;
  const { role } = person;
  return role === 'agent'
    ? ['the role agent needs --agent', 'say whose: --agent, as `ipnt agents` lists him']
    : [`--agent goes with the role agent, not with ${role}`, 'leave --agent away, or give --role agent'];
}

/** `warning: ...` of names that nobody knows yet: before the first start that is right, later it is a slip. */
export async function strangeNames(store: Known, { sites, services }: PersonOptions): Promise<string> {
  const known = {
    site: (await store.sites()).sites.map(({ siteId }) => siteId),
    service: (await store.loadRouting()).services.map(({ name }) => name),
  };
  const strange = (kind: keyof typeof known, names: readonly string[] = []): string => {
    const odd = names.filter((name) => name !== ALL && !known[kind].includes(name));
    return odd.length === 0
      ? ''
      : `warning: no ${kind} is called ${someOf(odd)} (there are: ${someOf(known[kind]) || 'none'})\n`;
  };
  return strange('site', sites) + strange('service', services);
}
