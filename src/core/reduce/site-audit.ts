import type { PbxEvent } from '../events.ts';
import type { AgentState } from '../model/agent.ts';
import type { Audit, SiteModel } from './site-model.ts';

const EXAMPLES = 10;

/** What events speak of. Agents are named by device or by interface. */
export interface Touched {
  readonly agents: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
}

export function touchedBy(events: readonly PbxEvent[]): Touched {
  const [agents, queues, channels] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const event of events) {
    if ('membership' in event) agents.add(event.membership.device);
    if ('agent' in event) agents.add(event.agent.device);
    if ('device' in event) agents.add(event.device);
    if ('queue' in event) queues.add(event.queue);
    if ('channelId' in event) channels.add(event.channelId);
  }
  return { agents, queues, channels };
}

/**
 * What a snapshot changed in a site that was being followed: what no event had told. Left out is what events spoke of while it
 * was taken: there the snapshot may be the older of the two, and those events are reported again after it.
 */
export function auditOf(before: SiteModel, after: SiteModel, during: readonly PbxEvent[]): Audit {
  const touched = touchedBy(during);
  const found: string[] = [];
  compare(before.agents, after.agents, touched.agents, (name, a, b) => {
    const [was, is] = [a && agentFacts(a.row), b && agentFacts(b.row)];
    if (was !== is) found.push(`agent ${name}: ${was ?? 'not known'} -> ${is ?? 'gone'}`);
  });
  compare(before.queues, after.queues, touched.queues, (name, a, b) => {
    const [was, is] = [a && [...a.waiting.keys()].sort().join(), b && [...b.waiting.keys()].sort().join()];
    if (was !== is) found.push(`queue ${name}: waiting ${was ?? 'not known'} -> ${is ?? 'gone'}`);
  });
  compare(before.channels, after.channels, touched.channels, (channelId, a, b) => {
    const [was, is] = [a ? `linked to ${a.linkedId}` : 'not known', b ? `linked to ${b.linkedId}` : 'gone'];
    if (a?.linkedId !== b?.linkedId) found.push(`channel ${channelId}: ${was} -> ${is}`);
  });
  return { differences: found.length, examples: found.slice(0, EXAMPLES) };
}

function compare<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  touched: ReadonlySet<string>,
  look: (key: string, before: T | undefined, after: T | undefined) => void,
): void {
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [a, b] = [before.get(key), after.get(key)];
    if (a !== b && !touched.has(key)) look(key, a, b);
  }
}

/** What two looks at the same agent must agree on: everything but times. */
const agentFacts = (row: AgentState): string =>
  `${row.status} ${row.pauseReason} ${row.activity} ${JSON.stringify(row.skills)} ${row.memberships.map(({ queue }) => queue).join()}`;
