import type { SiteEffect } from '../events.ts';
import type { AgentRecord, Audit, ChannelRecord, QueueRecord, SiteModel, SiteStep } from './site-model.ts';

/** One step under way: the old state's maps are copied when they are first written, and what was written is noted. */
export interface Draft {
  readonly model: SiteModel;
  setAgent(agent: AgentRecord): void;
  removeAgent(name: string): void;
  setQueue(queue: QueueRecord): void;
  /** The queue's row follows from its members as well. */
  markQueue(name: string): void;
  removeQueue(name: string): void;
  setChannel(channelId: string, channel: ChannelRecord): void;
  removeChannel(channelId: string): void;
  setSite(part: Partial<Pick<SiteModel, 'connection' | 'pbxVersion'>>): void;
  requestSnapshot(why: string): void;
  finish(audit?: Audit | null): SiteStep;
}

export function draftOf(before: SiteModel): Draft {
  let model = before;
  const changed = {
    agents: new Set<string>(),
    queues: new Set<string>(),
    removedAgents: new Set<string>(),
    removedQueues: new Set<string>(),
    site: false,
  };
  const effects: SiteEffect[] = [];
  const edit = <K extends 'agents' | 'queues' | 'channels'>(key: K): Map<string, never> => {
    if (model[key] === before[key]) model = { ...model, [key]: new Map<string, unknown>(before[key]) };
    return model[key] as unknown as Map<string, never>;
  };
  return {
    get model() {
      return model;
    },
    setAgent(agent) {
      if (model.agents.get(agent.name)?.row !== agent.row) changed.agents.add(agent.name);
      changed.removedAgents.delete(agent.name);
      (edit('agents') as Map<string, AgentRecord>).set(agent.name, agent);
    },
    removeAgent(name) {
      if (!model.agents.has(name)) return;
      edit('agents').delete(name);
      changed.agents.delete(name);
      changed.removedAgents.add(name);
    },
    setQueue(queue) {
      changed.queues.add(queue.name);
      changed.removedQueues.delete(queue.name);
      (edit('queues') as Map<string, QueueRecord>).set(queue.name, queue);
    },
    markQueue(name) {
      if (model.queues.has(name)) changed.queues.add(name);
    },
    removeQueue(name) {
      if (!model.queues.has(name)) return;
      edit('queues').delete(name);
      changed.queues.delete(name);
      changed.removedQueues.add(name);
    },
    setChannel(channelId, channel) {
      if (model.channels.get(channelId)?.linkedId === channel.linkedId) return;
      changed.site = true;
      (edit('channels') as Map<string, ChannelRecord>).set(channelId, channel);
    },
    removeChannel(channelId) {
      if (!model.channels.has(channelId)) return;
      edit('channels').delete(channelId);
      changed.site = true;
    },
    setSite(part) {
      model = { ...model, ...part };
      changed.site = true;
    },
    requestSnapshot(why) {
      effects.push({ kind: 'requestSnapshot', why });
    },
    finish: (audit = null) => ({ state: model, effects, changed, audit }),
  };
}
