import type { AgentLine, AgentShown } from '../../core/model/board.ts';
import { AGENT_SHOWN } from '../../core/model/board.ts';
import type { Sortable } from '../parts/sorting.ts';
import { sorted } from '../parts/sorting.ts';

/** Which agents are shown, and in which order. Empty texts do not filter. Pure. */
export interface AgentFilter {
  readonly site: string;
  readonly shown: AgentShown | '';
  readonly skill: string;
  readonly text: string;
  readonly sort: AgentSort;
}

export type AgentSort = 'name' | 'longest' | 'shortest' | 'activity' | 'site';

/** Those whom callers could get stand before those who are away. */
const ACTIVITY_ORDER = new Map(AGENT_SHOWN.map((shown, index) => [shown, index]));

const SORTS: Readonly<Record<AgentSort, { readonly key: (agent: AgentLine) => Sortable; readonly isDown: boolean }>> = {
  name: { key: ({ title }) => title, isDown: false },
  longest: { key: ({ sinceMs }) => sinceMs, isDown: false },
  shortest: { key: ({ sinceMs }) => sinceMs, isDown: true },
  activity: { key: ({ shown }) => ACTIVITY_ORDER.get(shown) ?? null, isDown: false },
  site: { key: ({ siteId }) => siteId, isDown: false },
};

/** Lower case without accents: "helene" finds "Hélène". */
export const folded = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

const matchesText = ({ title, number, id }: AgentLine, wanted: string): boolean =>
  wanted === '' || [title, number, id].some((text) => folded(text).includes(wanted));

/** All but the activity: what the counts beside each activity are of. */
export function matching(
  agents: readonly AgentLine[],
  filter: Omit<AgentFilter, 'shown' | 'sort'>,
): readonly AgentLine[] {
  const { site, skill } = filter;
  const wanted = folded(filter.text.trim());
  return agents.filter(
    (agent) =>
      (site === '' || agent.siteId === site) &&
      (skill === '' || Object.hasOwn(agent.skills, skill) || Object.hasOwn(agent.pausedSkills, skill)) &&
      matchesText(agent, wanted),
  );
}

/** Equal ones stay in the board's order, by id. */
export function ordered(
  agents: readonly AgentLine[],
  { shown, sort }: Pick<AgentFilter, 'shown' | 'sort'>,
): readonly AgentLine[] {
  const { key, isDown } = SORTS[sort];
  return sorted(shown === '' ? agents : agents.filter((agent) => agent.shown === shown), key, isDown);
}

export function countByShown(agents: readonly AgentLine[]): ReadonlyMap<AgentShown, number> {
  const counts = new Map<AgentShown, number>();
  for (const { shown } of agents) counts.set(shown, (counts.get(shown) ?? 0) + 1);
  return counts;
}

/** Every skill that somebody has, or has again after his pause; queues first. */
export function skillsOf(agents: readonly AgentLine[]): readonly string[] {
  const skills = new Set(agents.flatMap((agent) => [...Object.keys(agent.skills), ...Object.keys(agent.pausedSkills)]));
  return sorted([...skills], (skill) => `${skill.startsWith('queue:') ? 0 : 1} ${skill}`, false);
}

export interface SkillShown {
  readonly skill: string;
  readonly level: number;
  /** His pause hides it. */
  readonly isPaused: boolean;
}

/** Those that he has and those that his pause hides, best first. */
export function bestSkills({ skills, pausedSkills }: AgentLine): readonly SkillShown[] {
  const shown = (of: AgentLine['skills'], isPaused: boolean): readonly SkillShown[] =>
    Object.entries(of).map(([skill, level]) => ({ skill, level, isPaused }));
  return sorted([...shown(skills, false), ...shown(pausedSkills, true)], ({ level }) => level, true);
}

/** `queue:support` is called by its queue's name; a sign beside it tells that it is one. */
export const shortSkill = (skill: string): string => skill.replace(/^queue:/, '');

/** So many letters of skills have room on a card. */
const ROOM = 26;

/** The best ones that have room whole, one at least; the others are counted. */
export function skillsThatFit(agent: AgentLine): readonly SkillShown[] {
  let used = 0;
  return bestSkills(agent).filter(({ skill, level }, index) => {
    // Levels, and the space between two skills, take room as well.
    used += shortSkill(skill).length + String(level).length + 3;
    return index === 0 || used <= ROOM;
  });
}
