import { printable } from '../../core/explain/text.ts';
import { agentName } from '../../core/explain/titles.ts';
import type { Person, Role } from '../../core/model/person.ts';
import { ALL, ROLES } from '../../core/model/person.ts';
import { Select } from './field.tsx';
import type { Named, Names } from './use-titles.ts';

/** What a user and a token have in common. */
export type Rights = Omit<Person, 'name'>;

export const NO_RIGHTS: Rights = { role: 'viewer', sites: [ALL], services: [ALL], agentId: '' };

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'Viewer: sees everything but numbers of callers',
  agent: 'Agent: pauses and resumes himself',
  supervisor: 'Supervisor: changes services and agents',
  admin: 'Administrator: may do everything',
};

interface RightsProps {
  readonly rights: Rights;
  readonly names: Names;
  readonly onRights: (rights: Rights) => void;
}

/** A role, and what it is bound to. What a role does not use is as usual, so that no old scope comes back with another role. */
export function RightsFields({ rights, names, onRights }: RightsProps) {
  const { role, agentId } = rights;
  const agents = names.agents.map(({ id }) => ({ value: id, title: printable(agentName(id, names.titles)) }));
  const isKnown = agentId === '' || agents.some(({ value }) => value === agentId);
  return (
    <>
      <Select
        label="Role"
        value={role}
        onValue={(wanted) => onRights({ ...NO_RIGHTS, role: ROLES.find((one) => one === wanted) ?? 'viewer' })}
        choices={ROLES.map((one) => ({ value: one, title: ROLE_WORDS[one] }))}
      />
      {role === 'agent' ? (
        <Select
          label="Agent"
          value={agentId}
          onValue={(wanted) => onRights({ ...rights, agentId: wanted })}
          choices={[
            { value: '', title: 'Choose one' },
            ...agents,
            ...(isKnown ? [] : [{ value: agentId, title: agentId }]),
          ]}
        />
      ) : null}
      {role === 'supervisor' ? (
        <div class="scopes">
          <ScopeField
            legend="Sites"
            all={names.sites}
            chosen={rights.sites}
            onChosen={(sites) => onRights({ ...rights, sites })}
          />
          <ScopeField
            legend="Services"
            all={names.services}
            chosen={rights.services}
            onChosen={(services) => onRights({ ...rights, services })}
          />
        </div>
      ) : null}
    </>
  );
}

interface ScopeProps {
  readonly legend: string;
  readonly all: readonly Named[];
  readonly chosen: readonly string[];
  readonly onChosen: (chosen: readonly string[]) => void;
}

function ScopeField({ legend, all, chosen, onChosen }: ScopeProps) {
  const isAll = chosen.includes(ALL);
  // What was chosen and is gone can still be taken away.
  const gone = chosen.filter((one) => one !== ALL && !all.some(({ id }) => id === one));
  const rows = [...all, ...gone.map((id) => ({ id, title: `${id} (gone)` }))];
  return (
    <fieldset>
      <legend>{legend}</legend>
      <label>
        <input type="checkbox" checked={isAll} onChange={() => onChosen(isAll ? [] : [ALL])} /> All
      </label>
      {isAll
        ? null
        : rows.map(({ id, title }) => (
            <label key={id}>
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={() => onChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])}
              />{' '}
              {printable(title)}
            </label>
          ))}
    </fieldset>
  );
}

/** What somebody may touch, in a few words. */
export function rightsText({ role, sites, services, agentId }: Rights, { titles }: Names): string {
  if (role === 'agent') return printable(agentName(agentId, titles));
  if (role !== 'supervisor') return role === 'admin' ? 'everything' : 'nothing';
  const listed = (names: readonly string[], known: ReadonlyMap<string, string>, what: string): string =>
    names.includes(ALL)
      ? `all ${what}`
      : names.length === 0
        ? `no ${what}`
        : names.map((name) => printable(known.get(name) ?? name)).join(', ');
  return `${listed(sites, titles.sites, 'sites')}; ${listed(services, titles.services, 'services')}`;
}
