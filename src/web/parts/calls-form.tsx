import { useEffect, useId, useState } from 'preact/hooks';
import { agentName } from '../../core/explain/titles.ts';
import { printable } from '../../core/explain/text.ts';
import { may } from '../session.ts';
import type { CallsQuery, Range } from './calls-query.ts';
import { NO_QUERY, OUTCOMES, toAddress } from './calls-query.ts';
import type { Choice } from './field.tsx';
import { Field, Select } from './field.tsx';
import { Icon } from './icon.tsx';
import type { Named, Names } from './use-titles.ts';

const RANGE_CHOICES: readonly (Choice & { readonly value: Range })[] = [
  { value: 'hour', title: 'Last hour' },
  { value: 'today', title: 'Today' },
  { value: 'yesterday', title: 'Yesterday' },
  { value: 'week', title: 'Last 7 days' },
  { value: 'custom', title: 'From … to …' },
];

const OUTCOME_CHOICES: readonly Choice[] = [
  { value: '', title: 'Any' },
  { value: 'live', title: 'In progress' },
  ...OUTCOMES.map(([value, title]) => ({ value, title })),
];

/** What the address names may be gone, or not loaded yet: it stays a choice. */
function choicesOf(all: readonly Named[], now: string): readonly Choice[] {
  const known = all.map(({ id, title }) => ({ value: id, title: printable(title) }));
  const isThere = now === '' || known.some(({ value }) => value === now);
  return [{ value: '', title: 'Any' }, ...known, ...(isThere ? [] : [{ value: now, title: now }])];
}

interface FormProps {
  readonly query: CallsQuery;
  readonly names: Names;
  readonly onSearch: (query: CallsQuery) => void;
}

export function CallsForm({ query, names, onSearch }: FormProps) {
  const [now, setNow] = useState(query);
  const address = toAddress(query);
  // A link, the back button: the form says what is shown. It stays the same form, so that no focus is lost.
  useEffect(() => setNow(query), [address]);
  const set = (more: Partial<CallsQuery>): void => setNow((old) => ({ ...old, ...more }));
  /** A choice is a search; what is typed waits for Enter or the button. */
  const choose = (more: Partial<CallsQuery>): void => {
    set(more);
    if (more.range !== 'custom') onSearch({ ...now, ...more });
  };
  return (
    <form
      class="calls-form card"
      role="search"
      aria-label="Calls"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(now);
      }}
    >
      <WhenFields now={now} set={set} choose={choose} />
      <WhatFields now={now} set={set} choose={choose} names={names} />
      <div class="calls-buttons">
        <button type="submit" class="primary">
          <Icon name="search" /> Search
        </button>
        {address === '' ? null : (
          <button type="button" class="quiet" onClick={() => onSearch(NO_QUERY)}>
            Clear
          </button>
        )}
      </div>
    </form>
  );
}

interface FieldsProps {
  readonly now: CallsQuery;
  readonly set: (more: Partial<CallsQuery>) => void;
  readonly choose: (more: Partial<CallsQuery>) => void;
}

const WhenFields = ({ now, set, choose }: FieldsProps) => (
  <>
    <Select
      label="When"
      value={now.range}
      onValue={(range) => choose({ range: range as Range })}
      choices={RANGE_CHOICES}
    />
    {now.range === 'custom' ? (
      <>
        <Field label="From" type="datetime-local" value={now.from} onValue={(from) => set({ from })} />
        <Field label="To" type="datetime-local" value={now.to} onValue={(to) => set({ to })} />
      </>
    ) : null}
  </>
);

const WhatFields = ({ now, set, choose, names }: FieldsProps & { readonly names: Names }) => (
  <>
    <Select
      label="Service"
      value={now.service}
      onValue={(service) => choose({ service })}
      choices={choicesOf(names.services, now.service)}
    />
    <Select
      label="Site"
      value={now.site}
      onValue={(site) => choose({ site })}
      choices={choicesOf(names.sites, now.site)}
    />
    <AgentField value={now.agent} names={names} onValue={(agent) => set({ agent })} />
    {/* Whoever could search by it would find out what is masked for him. */}
    {may('see_callers') ? (
      <Field
        label="Number begins"
        type="text"
        inputMode="tel"
        placeholder="+49 30 or 030"
        value={now.number}
        onValue={(number) => set({ number })}
      />
    ) : null}
    <Select
      label="Outcome"
      value={now.outcome}
      onValue={(outcome) => choose({ outcome: outcome as CallsQuery['outcome'] })}
      choices={OUTCOME_CHOICES}
    />
    <Field
      label="Waited at least"
      type="text"
      inputMode="decimal"
      placeholder="seconds"
      value={now.minWait}
      onValue={(minWait) => set({ minWait })}
    />
  </>
);

interface AgentFieldProps {
  /** An agent's id, or what was typed. */
  readonly value: string;
  readonly names: Names;
  readonly onValue: (agentId: string) => void;
}

/** An agent is looked for by his name or number; a part of it will do. */
function AgentField({ value, names, onValue }: AgentFieldProps) {
  const list = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const nameOf = ({ id }: Named): string => printable(agentName(id, names.titles));
  const known = names.agents.find(({ id }) => id === value);
  const idOf = (text: string): string => names.agents.find((one) => nameOf(one) === text)?.id ?? text;
  useEffect(() => {
    // A link, the back button: what was typed is no longer what is looked for.
    if (typed !== null && idOf(typed) !== value) setTyped(null);
  }, [value]);
  return (
    <>
      <Field
        label="Agent"
        type="text"
        list={list}
        placeholder="Name or number"
        autocomplete="off"
        value={typed ?? (known === undefined ? value : nameOf(known))}
        onValue={(text) => {
          setTyped(text);
          onValue(idOf(text));
        }}
      />
      <datalist id={list}>
        {names.agents.map((one) => (
          <option key={one.id} value={nameOf(one)} />
        ))}
      </datalist>
    </>
  );
}
