import { agentName } from '../../core/explain/titles.ts';
import { printable } from '../../core/explain/text.ts';
import { folded } from '../agents/filter.ts';
import type { Named, Names } from './use-titles.ts';

/** An agent's id; or what to say of a text that means none, or several: those are given to choose from. */
export type AgentMeant = { readonly agentId: string } | { readonly says: string; readonly several: readonly Named[] };

const MOST_TOLD = 10;

/** The number in the id of `berlin/PJSIP/1001`: what people know. */
const numberIn = (id: string): string => id.split('/').at(-1)?.split('@')[0] ?? '';

/**
 * Whom somebody means by what he typed: an id, a name, a number, or a part of a name or a number, in large or small letters. Pure; without
 * any known agents everything is taken for an id.
 */
export function agentMeant(typed: string, { agents, titles }: Names): AgentMeant {
  const text = typed.trim();
  if (text === '' || agents.length === 0 || agents.some(({ id }) => id === text)) return { agentId: text };
  const wanted = folded(text);
  const named = agents.map((one) => ({ id: one.id, title: printable(agentName(one.id, titles)), is: wordsOf(one) }));
  const whole = named.filter(({ title, is }) => folded(title) === wanted || is.includes(wanted));
  const found = whole.length > 0 ? whole : named.filter(({ is }) => is.some((word) => word.includes(wanted)));
  const [only] = found;
  if (only !== undefined && found.length === 1) return { agentId: only.id };
  // An agent who is gone is still in the calls that he took.
  if (only === undefined && text.includes('/')) return { agentId: text };
  if (only === undefined) return { says: `No agent is called “${text}”`, several: [] };
  const several = found.map(({ id, title }) => ({ id, title })).slice(0, MOST_TOLD);
  const shown = several.length < found.length ? `, the first ${several.length} are shown` : '';
  return { says: `${found.length} agents are called “${text}”${shown}`, several };
}

const wordsOf = ({ id, title }: Named): readonly string[] => [folded(title), folded(numberIn(id))];
