import type { AgentState } from '../model/agent.ts';
import type { Audit, SiteModel } from './site-model.ts';

const EXAMPLES = 10;

/**
 * What a snapshot changed in a site that was being followed. What an event touched since the snapshot was begun is left out:
 * there the snapshot is the older of the two, and the events are reported again after it.
 */
export function auditOf(before: SiteModel, after: SiteModel, sinceMs: number): Audit {
  const found: string[] = [];
  compare(before.agents, after.agents, sinceMs, (name, a, b) => {
    const [was, is] = [a && agentFacts(a.row), b && agentFacts(b.row)];
    if (was !== is) found.push(`agent ${name}: ${was ?? 'not known'} -> ${is ?? 'gone'}`);
  });
  compare(before.queues, after.queues, sinceMs, (name, a, b) => {
    const [was, is] = [a && [...a.waiting.keys()].sort().join(), b && [...b.waiting.keys()].sort().join()];
    if (was !== is) found.push(`queue ${name}: waiting ${was ?? 'not known'} -> ${is ?? 'gone'}`);
  });
  compare(before.channels, after.channels, sinceMs, (channelId, a, b) => {
    if (a?.linkedId !== b?.linkedId)
      found.push(`channel ${channelId}: ${a ? 'known' : 'not known'} -> ${b ? 'there' : 'gone'}`);
  });
  return { differences: found.length, examples: found.slice(0, EXAMPLES) };
}

function compare<T extends { readonly touchedMs: number }>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  sinceMs: number,
  look: (key: string, before: T | undefined, after: T | undefined) => void,
): void {
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [a, b] = [before.get(key), after.get(key)];
    if (a === b || Math.max(a?.touchedMs ?? 0, b?.touchedMs ?? 0) >= sinceMs) continue;
    look(key, a, b);
  }
}

/** What two looks at the same agent must agree on: everything but times. */
const agentFacts = (row: AgentState): string =>
  `${row.status} ${row.pauseReason} ${row.activity} ${JSON.stringify(row.skills)} ${row.memberships.map(({ queue }) => queue).join()}`;
