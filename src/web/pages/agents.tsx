import { computed } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { counted } from '../../core/explain/text.ts';
import { AGENT_SHOWN } from '../../core/model/board.ts';
import type { AgentLine, AgentShown } from '../../core/model/board.ts';
import { AgentCard } from '../agents/agent-card.tsx';
import { AgentDialog } from '../agents/agent-dialog.tsx';
import type { AgentFilter, AgentSort } from '../agents/filter.ts';
import { countByShown, matching, ordered, shortSkill, skillsOf } from '../agents/filter.ts';
import { silenceText } from '../agents/standing.ts';
import { number } from '../format.ts';
import { agents, hasBoard, isOld, services, sites, useLive } from '../live.ts';
import { Field, Select } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { LiveNote } from '../parts/live-note.tsx';
import { useGrowing } from '../parts/more.tsx';
import { PageHead, Toolbar, usePage } from '../parts/page.tsx';
import { AGENT_LOOKS } from '../parts/pill.tsx';
import { Empty, Loading } from '../parts/problem.tsx';
import type { PageProps } from '../router.ts';
import { replaceQuery } from '../router.ts';
import '../styles/agents.css';

const SORTS: readonly { readonly value: AgentSort; readonly title: string }[] = [
  { value: 'name', title: 'By name' },
  { value: 'activity', title: 'By activity' },
  { value: 'longest', title: 'Longest first' },
  { value: 'shortest', title: 'Latest change first' },
  { value: 'site', title: 'By site' },
];

const sitesById = computed(() => new Map(sites.value.map((site) => [site.id, site])));
const serviceTitles = computed(() => new Map(services.value.map(({ id, title }) => [id, title])));

function filterFrom(query: URLSearchParams): AgentFilter {
  const word = (key: string): string => query.get(key) ?? '';
  return {
    site: word('site'),
    shown: AGENT_SHOWN.find((one) => one === word('shown')) ?? '',
    skill: word('skill'),
    text: word('text'),
    sort: SORTS.find(({ value }) => value === word('sort'))?.value ?? 'name',
  };
}

/** All agents of all sites, as they are now. */
export default function AgentsPage({ route }: PageProps) {
  useLive();
  usePage('Agents', hasBoard.value);
  const [filter, setFilter] = useState(() => filterFrom(route.query));
  const [open, setOpen] = useState<string | null>(null);
  useEffect(() => replaceQuery({ ...filter, sort: filter.sort === 'name' ? '' : filter.sort }), [filter]);
  const change = (part: Partial<AgentFilter>): void => setFilter((old) => ({ ...old, ...part }));
  const all = agents.value;
  const found = useMemo(() => matching(all, filter), [all, filter]);
  const shown = useMemo(() => ordered(found, filter), [found, filter]);
  const { limit, end } = useGrowing(shown.length, JSON.stringify(filter));
  if (!hasBoard.value)
    return (
      <>
        <PageHead title="Agents" />
        <LiveNote />
        <Loading what="the agents" />
      </>
    );
  const opened = open === null ? undefined : all.find(({ id }) => id === open);
  return (
    <div class={isOld.value ? 'is-old' : undefined}>
      <PageHead
        title="Agents"
        says={`${shown.length < all.length ? `${number(shown.length)} of ` : ''}${counted(all.length, 'agent')}`}
      />
      <LiveNote />
      <Filters filter={filter} change={change} all={all} />
      <Activities found={found} shown={filter.shown} change={change} />
      {shown.length === 0 ? <NoAgents hasSome={all.length > 0} /> : null}
      <ul class="agents" aria-label="Agents">
        {shown.slice(0, limit).map((agent) => (
          <AgentCard key={agent.id} agent={agent} {...titlesOf(agent)} onOpen={setOpen} />
        ))}
      </ul>
      {end}
      {opened === undefined ? null : <AgentDialog agent={opened} {...titlesOf(opened)} onClose={() => setOpen(null)} />}
    </div>
  );
}

function titlesOf({ siteId, call }: AgentLine) {
  const site = sitesById.value.get(siteId);
  return {
    siteTitle: site?.title ?? siteId,
    serviceTitle: call === null ? '' : (serviceTitles.value.get(call.service) ?? call.service),
    silence: site === undefined ? '' : silenceText(site),
    heardAtMs: site?.lastHeardMs ?? null,
  };
}

const NoAgents = ({ hasSome }: { readonly hasSome: boolean }) =>
  hasSome ? (
    <Empty title="Nobody is like that now">Take a filter away to see more.</Empty>
  ) : (
    <Empty title="No agents yet">
      They appear as soon as a site is connected: members of its queues are found by themselves.
    </Empty>
  );

type Change = (part: Partial<AgentFilter>) => void;

function Filters({
  filter,
  change,
  all,
}: {
  readonly filter: AgentFilter;
  readonly change: Change;
  readonly all: readonly AgentLine[];
}) {
  const skills = useMemo(() => skillsOf(all), [all]);
  return (
    <Toolbar label="Filter">
      <Field
        label="Search"
        type="search"
        placeholder="Name or number"
        value={filter.text}
        onValue={(text) => change({ text })}
      />
      <Select
        label="Site"
        value={filter.site}
        onValue={(site) => change({ site })}
        choices={[{ value: '', title: 'All sites' }, ...sites.value.map(({ id, title }) => ({ value: id, title }))]}
      />
      <Select
        label="Skill"
        value={filter.skill}
        onValue={(skill) => change({ skill })}
        choices={[
          { value: '', title: 'All skills' },
          ...skills.map((skill) => ({
            value: skill,
            title: skill.startsWith('queue:') ? `Queue ${shortSkill(skill)}` : skill,
          })),
        ]}
      />
      <Select
        label="Order"
        value={filter.sort}
        onValue={(sort) => change({ sort: sort as AgentSort })}
        choices={SORTS}
      />
    </Toolbar>
  );
}

interface ActivitiesProps {
  readonly found: readonly AgentLine[];
  readonly shown: AgentShown | '';
  readonly change: Change;
}

/** How many do what: a count of each, and a filter at once. */
function Activities({ found, shown, change }: ActivitiesProps) {
  const counts = countByShown(found);
  return (
    <div class="activities" role="group" aria-label="Show by activity">
      <button type="button" aria-pressed={shown === ''} onClick={() => change({ shown: '' })}>
        <strong class="figure">{number(found.length)}</strong> all
      </button>
      {AGENT_SHOWN.filter((one) => (counts.get(one) ?? 0) > 0 || one === shown).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={shown === one}
          onClick={() => change({ shown: shown === one ? '' : one })}
        >
          <span class={`crowd-sign is-${one}`}>
            <Icon name={AGENT_LOOKS[one].icon} />
          </span>
          <strong class="figure">{number(counts.get(one) ?? 0)}</strong> {AGENT_LOOKS[one].word}
        </button>
      ))}
    </div>
  );
}
