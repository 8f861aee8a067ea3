/** What agents, sites and services of a call are called. Pure. */
import type { Titles } from '../../../core/explain/titles.ts';
import { siteTitles } from '../../../core/explain/titles.ts';
import type { CallEvent, CallFact } from '../../../core/model/call.ts';
import type { CallSummary } from '../../../core/model/call-summary.ts';
import type { LiveState } from '../route.ts';
import type { OccurringTitles } from '../shapes/call.ts';

/** Of the agents that occur as they are called now, else as they were called then; sites and services are few. */
export function titlesFor(events: readonly CallEvent[], live: Pick<LiveState, 'view' | 'routing'>): Titles {
  const view = live.view();
  const agents = new Map<string, string>();
  for (const { fact } of events)
    for (const [agentId, titleThen] of agentsIn(fact)) {
      const title = view.agents.get(agentId)?.title ?? titleThen;
      if (title !== '') agents.set(agentId, title);
    }
  const services = new Map(live.routing().services.map(({ name, title }) => [name, title]));
  return { agents, sites: siteTitles(view), services };
}

/** Agents that a fact names, with their titles where it tells them. */
function agentsIn(fact: CallFact): readonly (readonly [agentId: string, title: string])[] {
  if (fact.kind === 'decided') {
    const { winner, next, refused } = fact.decision;
    return [...(winner === null ? [] : [winner]), ...next, ...refused].map(({ agentId, title }) => [agentId, title]);
  }
  return 'agent' in fact ? [[fact.agent, '']] : [];
}

function servicesIn(fact: CallFact): readonly string[] {
  if (fact.kind === 'overflowed') return fact.to.kind === 'service' ? [fact.to.service] : [];
  if (fact.kind === 'decided') return [fact.decision.service];
  return 'service' in fact ? [fact.service] : [];
}

function sitesIn(fact: CallFact): readonly string[] {
  const of = agentsIn(fact).map(([agentId]) => agentId.split('/')[0] ?? '');
  if (fact.kind === 'decided') return [...of, ...Object.keys(fact.decision.versions)];
  return fact.kind === 'overflowed' ? [...of, fact.chosenSite] : of;
}

/** Those of the titles whose ids occur. */
export function occurring(summary: CallSummary, events: readonly CallEvent[], titles: Titles): OccurringTitles {
  const facts = events.map(({ fact }) => fact);
  const only = (of: ReadonlyMap<string, string>, ids: readonly string[]): Record<string, string> =>
    Object.fromEntries([...new Set(ids)].flatMap((id) => (of.has(id) ? [[id, of.get(id) ?? '']] : [])));
  return {
    agents: Object.fromEntries(titles.agents),
    sites: only(titles.sites, [summary.siteId, ...facts.flatMap(sitesIn)]),
    services: only(titles.services, [summary.service, ...facts.flatMap(servicesIn)]),
  };
}
