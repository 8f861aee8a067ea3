import type { AgentReport, DeviceState, PbxEvent, Snapshot } from '../../core/events.ts';
import { contactOf, contactOfExtension } from './contact.ts';
import type { Contact } from './contact.ts';
import { homeDomainOf, int, madeAtMs, penaltyOf, queueNameOf, STATUSES, statusOf, text, timeOf } from './fields.ts';
import type { Owner } from './legs.ts';
import { Phones } from './phones.ts';
import { queueCallOf } from './queue-calls.ts';
import type { EslEvent, Row } from './wire.ts';

export interface TrackerOptions {
  /** Agents of the settings: extensions that mod_callcenter does not know, or whose site has none. Their status is ours. */
  readonly listed?: readonly string[];
  /** Something was not understood: counted, and logged once for each `detail`. */
  readonly odd?: (what: string, detail: string) => void;
}

/** The lists of a snapshot; null where this PBX has none. */
export interface Lists {
  readonly agents: readonly Row[] | null;
  readonly tiers: readonly Row[] | null;
  readonly queues: readonly Row[] | null;
  /** Of all queues together. */
  readonly members: readonly Row[] | null;
  readonly channels: readonly Row[] | null;
  readonly registrations: readonly Row[] | null;
}

/** An agent as mod_callcenter has him; of those of the settings only the contact. */
interface Agent {
  readonly name: string;
  /** Null until it was told. */
  readonly contact: Contact | null;
  readonly isContactKnown: boolean;
  /** '' until it was told: nothing is reported of him before. Null: the status is ours. */
  readonly status: string | null;
  readonly state: string;
  readonly uuid: string;
  readonly lastCallMs: number | null;
  readonly loginMs: number | null;
  readonly wrapUpMs: number;
}

const NEW_AGENT: Omit<Agent, 'name'> = {
  ...{ contact: null, isContactKnown: false, status: '', state: '', uuid: '' },
  ...{ lastCallMs: null, loginMs: null, wrapUpMs: 0 },
};

/** All of mod_callcenter 1.10.12 that tells nothing beside what other events tell. `agent-KEY-get` answers somebody's question. */
const TELLS_NOTHING = /^(?:members-count|agent-offering|agent-max-no-answer|agent-[a-z_-]+-get)$/;

function ownerOf({ name, uuid, contact, isContactKnown }: Agent): Owner {
  if (isContactKnown) return { name, uuid, contact, isGuess: false };
  return { name, uuid, contact: contactOfExtension(name.replace(/@.*$/s, '')), isGuess: true };
}

/** Folds the events of one connection, and tells what follows from each; events tell parts, reports are whole. Pure but for what it holds. */
export class Tracker {
  readonly #listed: readonly string[];
  readonly #odd: (what: string, detail: string) => void;
  readonly #agents = new Map<string, Agent>();
  /** As last reported. */
  readonly #devices = new Map<string, DeviceState>();
  readonly #phones = new Phones();
  #home = 'default';
  #coreUuid = '';
  #wish: string | null = null;

  constructor({ listed = [], odd = () => undefined }: TrackerOptions = {}) {
    this.#listed = listed;
    this.#odd = odd;
  }

  event(event: EslEvent, atMs: number): PbxEvent[] {
    const restarted = this.#restart(event);
    if (text(event, 'Event-Subclass') === 'callcenter::info') return [...restarted, ...this.#callcenter(event, atMs)];
    const told = this.#phones.event(event);
    if (told !== null) return [...restarted, ...told, ...this.#changedDevices()];
    this.#noteReload(event);
    return restarted;
  }

  /** The lists replace what was known. */
  snapshot(lists: Lists): Snapshot {
    this.#load(lists);
    const reports = new Map([...this.#agents.values()].map((agent) => [agent.name, this.#report(agent)]));
    return snapshotOf(lists, reports, this.#home, this.#phones);
  }

  /** Why the PBX should be asked again soon, since the last look; null when there is no reason. */
  takeWish(): string | null {
    const taken = this.#wish;
    this.#wish = null;
    return taken;
  }

  /** Whether mod_callcenter keeps the agent's status. */
  isKnown(name: string): boolean {
    return typeof this.#agents.get(name)?.status === 'string';
  }

  #callcenter(event: EslEvent, atMs: number): PbxEvent[] {
    const told = this.#agentEvent(event, atMs) ?? queueCallOf(event, queueNameOf(text(event, 'CC-Queue'), this.#home));
    if (told !== null) return [...told, ...this.#served(event, atMs)];
    const action = text(event, 'CC-Action');
    if (!TELLS_NOTHING.test(action)) this.#odd('CC-Action that is not known', action.slice(0, 80));
    return [];
  }

  #agentEvent(event: EslEvent, atMs: number): PbxEvent[] | null {
    const name = text(event, 'CC-Agent');
    if (name === '') return null;
    const known = this.#agents.get(name);
    const agent = known ?? { name, ...NEW_AGENT };
    if (known === undefined) this.#wish ??= `agent ${name} is not known`;
    switch (text(event, 'CC-Action')) {
      case 'agent-status-change': {
        const status = text(event, 'CC-Agent-Status');
        this.#noteStatus(status);
        const isBack = agent.status === 'Logged Out' && status !== 'Logged Out';
        return this.#put({ ...agent, status, loginMs: isBack ? atMs : agent.loginMs });
      }
      case 'agent-state-change':
        return this.#put({ ...agent, state: text(event, 'CC-Agent-State') });
      case 'agent-contact-change':
        return this.#put({ ...agent, ...this.#contactIn(name, text(event, 'CC-Agent-Contact')) });
      case 'agent-add':
        // Added agents are logged out (cc_agent_add); the rest is told, or asked for.
        this.#wish ??= `agent ${name} was added`;
        return this.#put({ ...agent, status: agent.status === '' ? 'Logged Out' : agent.status });
      default:
        return null;
    }
  }

  /** What a queue's call says of its agent. */
  #served(event: EslEvent, atMs: number): PbxEvent[] {
    const agent = this.#agents.get(text(event, 'CC-Agent'));
    if (agent === undefined) return [];
    if (text(event, 'CC-Action') === 'bridge-agent-end') {
      const lastCallMs = Math.max(agent.lastCallMs ?? 0, timeOf(event, 'CC-Bridge-Terminated-Time') ?? atMs);
      this.#agents.set(agent.name, { ...agent, lastCallMs });
    }
    if (text(event, 'CC-Hangup-Cause') === 'USER_NOT_REGISTERED')
      this.#phones.notRegistered(agent.name, ownerOf(agent).contact?.user ?? '');
    return this.#changedDevices();
  }

  /** What changes silently with these is asked for. */
  #noteReload(event: EslEvent): void {
    const name = text(event, 'Event-Name');
    const isCallcenter = text(event, 'key') === 'mod_callcenter' || text(event, 'name').startsWith('callcenter');
    if (name === 'RELOADXML') this.#wish = 'reload';
    else if ((name === 'MODULE_LOAD' || name === 'MODULE_UNLOAD') && isCallcenter) this.#wish = 'reload';
  }

  /** A restart without a new connection is seen in transcripts alone; whatever was known of phones is no more. */
  #restart(event: EslEvent): PbxEvent[] {
    const uuid = text(event, 'Core-UUID') || this.#coreUuid;
    const isOther = this.#coreUuid !== '' && uuid !== this.#coreUuid;
    this.#coreUuid = uuid;
    if (!isOther) return [];
    this.#wish = 'restart';
    return [...this.#phones.restarted(), ...this.#changedDevices()];
  }

  #load(lists: Lists): void {
    if (lists.queues !== null) this.#home = homeDomainOf(lists.queues.map((row) => text(row, 'name')));
    if (lists.channels !== null) this.#phones.loadChannels(lists.channels);
    if (lists.registrations !== null) this.#phones.loadRegistrations(lists.registrations);
    const before = new Map(this.#agents);
    this.#agents.clear();
    for (const row of lists.agents ?? []) {
      const name = text(row, 'name');
      if (name === '') continue;
      this.#noteStatus(text(row, 'status'));
      const contact = this.#contactIn(name, text(row, 'contact'));
      this.#agents.set(name, { ...agentOf(row, before.get(name)), ...contact });
    }
    for (const name of this.#listed) {
      const contact = contactOfExtension(name);
      if (this.#agents.has(name)) continue;
      this.#agents.set(name, { name, ...NEW_AGENT, status: null, contact, isContactKnown: true });
    }
  }

  #put(agent: Agent): PbxEvent[] {
    this.#agents.set(agent.name, agent);
    return agent.status === '' ? [] : [{ kind: 'agentReported', agent: this.#report(agent) }];
  }

  #report(agent: Agent): AgentReport {
    const { name: device, contact, status, lastCallMs, loginMs, wrapUpMs } = agent;
    const said = status === null ? { status, reason: '' } : statusOf(status, agent.state);
    const state = this.#deviceOf(agent);
    this.#devices.set(device, state);
    return { device, title: device, address: contact?.user ?? null, ...said, state, lastCallMs, loginMs, wrapUpMs };
  }

  #deviceOf(agent: Agent): DeviceState {
    const state = this.#phones.stateOf(ownerOf(agent));
    // A contact that is none of ours to follow (a gateway, a conference): his queue's word is all that there is.
    return state === 'unknown' && agent.state === 'In a queue call' ? 'in_use' : state;
  }

  /** What a channel or a registration changed, of whomever. */
  #changedDevices(): PbxEvent[] {
    return [...this.#agents.values()].flatMap((agent) => {
      const state = this.#deviceOf(agent);
      if (this.#devices.get(agent.name) === state) return [];
      this.#devices.set(agent.name, state);
      return [{ kind: 'deviceChanged' as const, device: agent.name, state }];
    });
  }

  #contactIn(name: string, contact: string): Pick<Agent, 'contact' | 'isContactKnown'> {
    const parsed = contactOf(contact);
    if (parsed === null) this.#odd('contact that cannot be dialled', `${name}: ${contact.slice(0, 120)}`);
    return { contact: parsed, isContactKnown: true };
  }

  #noteStatus(status: string): void {
    if (!Object.hasOwn(STATUSES, status)) this.#odd('status that is not known', status.slice(0, 80));
  }
}

function agentOf(row: Row, old: Agent | undefined): Omit<Agent, 'contact' | 'isContactKnown'> {
  const [name, status] = [text(row, 'name'), text(row, 'status')];
  // Breaks are changes of the status too. Only of the first list seen is it the best guess at his log-in.
  const isNewlyIn = status !== 'Logged Out' && (old === undefined || old.status === 'Logged Out');
  return {
    name,
    status,
    state: text(row, 'state'),
    uuid: text(row, 'uuid'),
    lastCallMs: timeOf(row, 'last_bridge_end'),
    loginMs: isNewlyIn ? timeOf(row, 'last_status_change') : (old?.loginMs ?? null),
    // No event tells wrap-up: mod_callcenter rings nobody before last_bridge_end + wrap_up_time.
    wrapUpMs: int(row, 'wrap_up_time') * 1_000,
  };
}

function snapshotOf(
  lists: Lists,
  agents: ReadonlyMap<string, AgentReport>,
  home: string,
  phones: { hasChannel(uuid: string): boolean; channels(): Snapshot['channels'] },
): Snapshot {
  const nameOf = (queue: string) => queueNameOf(queue, home);
  const isHere = (row: Row) => lists.channels === null || phones.hasChannel(text(row, 'session_uuid'));
  return {
    queues: (lists.queues ?? []).map((row) => ({ name: nameOf(text(row, 'name')), serviceLevelMs: 0 })),
    memberships: (lists.tiers ?? []).flatMap((row) => {
      const agent = agents.get(text(row, 'agent'));
      // Tiers outlive their agents (`agent del` leaves them).
      if (agent === undefined) return [];
      return [
        {
          ...{ queue: nameOf(text(row, 'queue')), device: agent.device, iface: agent.device, observable: true },
          ...{ title: agent.title, penalty: penaltyOf(int(row, 'level'), int(row, 'position')) },
          ...{ paused: false, pauseReason: '', state: agent.state, dynamic: false },
          ...{ lastCallMs: null, loginMs: null, wrapUpMs: 0 },
        },
      ];
    }),
    agents: [...agents.values()],
    // Answered and Abandoned callers are listed too, across restarts; and Waiting ones whose channel went with a crash.
    waiting: (lists.members ?? [])
      .filter((row) => ['Waiting', 'Trying'].includes(text(row, 'state')) && isHere(row))
      .map((row) => ({
        queue: nameOf(text(row, 'queue')),
        callId: text(row, 'session_uuid'),
        sinceMs: int(row, 'joined_epoch') * 1_000,
      })),
    devices: [],
    channels: phones.channels(),
  };
}

/** How late an event came against the PBX's own clock, less than nothing where the clocks differ; null where it does not say. */
export const delayOf = (event: EslEvent, atMs: number): number | null => {
  const madeMs = madeAtMs(event);
  return madeMs === null ? null : atMs - madeMs;
};
