/** What a replaying FreeSWITCH knows, and how it answers `api` commands with it: the tables of mod_callcenter, channels, registrations. */
import { randomUUID } from 'node:crypto';

export type Row = Record<string, string>;

const AGENT_COLUMNS =
  'name|instance_id|uuid|type|contact|status|state|max_no_answer|wrap_up_time|reject_delay_time|busy_delay_time|no_answer_delay_time|' +
  'last_bridge_start|last_bridge_end|last_offered_call|last_status_change|no_answer_count|calls_answered|talk_time|ready_time|' +
  'external_calls_count';
const QUEUE_COLUMNS =
  'name|strategy|moh_sound|time_base_score|tier_rules_apply|tier_rule_wait_second|tier_rule_wait_multiply_level|' +
  'tier_rule_no_agent_no_wait|discard_abandoned_after|abandoned_resume_allowed|max_wait_time|max_wait_time_with_no_agent|' +
  'max_wait_time_with_no_agent_time_reached|record_template|calls_answered|calls_abandoned|ring_progressively_delay|' +
  'skip_agents_with_external_calls|agent_no_answer_status';
const MEMBER_COLUMNS =
  'queue|instance_id|uuid|session_uuid|cid_number|cid_name|system_epoch|joined_epoch|rejoined_epoch|bridge_epoch|abandoned_epoch|' +
  'base_score|skill_score|serving_agent|serving_system|state|score';
const TIER_COLUMNS = 'queue|agent|state|level|position';

/** No header row when empty, `+OK` alone: as seen. */
function table(columns: string, rows: readonly Row[]): string {
  const names = columns.split('|');
  const lines = rows.map((row) => names.map((name) => row[name] ?? '').join('|'));
  return [...(rows.length > 0 ? [columns, ...lines] : []), '+OK', ''].join('\n');
}

/** Without rows there is no `rows` either: as seen. */
const json = (rows: readonly Row[]): string =>
  rows.length === 0 ? '{"row_count": 0}\n' : JSON.stringify({ row_count: rows.length, rows });

export const STATUSES = ['Available', 'Available (On Demand)', 'On Break', 'Logged Out'];
const epoch = (): string => String(Math.floor(Date.now() / 1000));

/** What a change tells: mod_callcenter's own events, or a reload. */
export interface ModelEvents {
  statusChanged(agent: string, status: string): void;
  reloaded(): void;
}

export class PbxModel {
  coreUuid = randomUUID();
  readonly agents = new Map<string, Row>();
  readonly tiers: Row[] = [];
  readonly queues: Row[] = [];
  readonly members: Row[] = [];
  readonly channels = new Map<string, Row>();
  /** By user. */
  readonly registrations = new Map<string, Row>();
  readonly #startedMs = Date.now();
  readonly #events: ModelEvents;

  constructor(events: ModelEvents) {
    this.#events = events;
  }

  addQueue(name: string): void {
    this.queues.push({
      ...{ name, strategy: 'longest-idle-agent', time_base_score: 'system', tier_rules_apply: 'false' },
      ...{ skip_agents_with_external_calls: 'true', agent_no_answer_status: 'On Break' },
    });
  }

  addAgent(name: string, contact: string, wrapUpSec: number): void {
    this.agents.set(name, {
      ...{ name, instance_id: 'single_box', type: 'callback', contact, status: 'Available', state: 'Waiting' },
      ...{ max_no_answer: '0', wrap_up_time: String(wrapUpSec), reject_delay_time: '1', busy_delay_time: '1' },
      ...{ last_bridge_start: '0', last_bridge_end: '0', last_offered_call: '0', last_status_change: epoch() },
      ...{ no_answer_delay_time: '1', no_answer_count: '0', calls_answered: '0', talk_time: '0', ready_time: '0' },
      external_calls_count: '0',
    });
  }

  addTier(queue: string, agent: string, level: number, position: number): void {
    this.tiers.push({ queue, agent, state: 'Ready', level: String(level), position: String(position) });
  }

  addMember(queue: string, uuid: string, session: string): void {
    this.members.push({
      ...{ queue, instance_id: 'single_box', uuid, session_uuid: session, cid_number: '9001', cid_name: 'Caller One' },
      ...{ system_epoch: epoch(), joined_epoch: epoch(), rejoined_epoch: '0', bridge_epoch: '0', abandoned_epoch: '0' },
      ...{ base_score: '0', skill_score: '0', state: 'Waiting', score: '0' },
    });
  }

  /** Back to what its configuration says, as a restart or a reload of mod_callcenter leaves it. Abandoned callers stay, as seen. */
  reset(): void {
    for (const agent of this.agents.values()) Object.assign(agent, { status: 'Available', state: 'Waiting', uuid: '' });
  }

  restarted(): void {
    this.coreUuid = randomUUID();
    this.channels.clear();
    this.registrations.clear();
    this.reset();
  }

  setStatus(name: string, status: string): string {
    const agent = this.agents.get(name);
    if (agent === undefined) return '-ERR Agent not found!\n';
    if (!STATUSES.includes(status)) return '-ERR Invalid Agent Status!\n';
    Object.assign(agent, { status, last_status_change: epoch() });
    this.#events.statusChanged(name, status);
    return '+OK\n';
  }

  /** Null where there is no such command. */
  api(command: string): string | null {
    const [word, ...rest] = command.match(/'[^']*'|\S+/g) ?? [];
    const words = rest.map((one) => one.replace(/^'(.*)'$/, '$1'));
    switch (word) {
      case 'callcenter_config':
        return this.#callcenter(words);
      case 'show':
        return this.#show(words[0] ?? '');
      case 'status':
        return this.#status();
      case 'version':
        return 'FreeSWITCH Version 1.10.12-release+git~20240802T210227Z~a88d069d6f~64bit (git a88d069 2024-08-02 21:02:27Z 64bit)\n';
      case 'reloadxml':
        this.#events.reloaded();
        return '+OK [Success]\n';
      case 'reload':
        this.reset();
        this.#events.reloaded();
        return '+OK Reloading XML\n+OK module unloaded\n+OK module loaded\n';
      case 'strepoch':
        return epoch();
      case 'sofia':
        return this.#registered();
      case 'global_getvar':
        return words[0] === 'core_uuid' ? this.coreUuid : '';
      default:
        return null;
    }
  }

  #callcenter([what = '', verb = '', ...words]: string[]): string {
    const [first = '', second = '', third = ''] = words;
    if (what === 'agent' && verb === 'list') return table(AGENT_COLUMNS, [...this.agents.values()]);
    if (what === 'agent' && verb === 'get') return this.agents.get(second)?.[first] ?? '-ERR Agent not found!\n';
    if (what === 'agent' && verb === 'set' && first === 'status') return this.setStatus(second, third);
    if (what === 'agent' && verb === 'reload') {
      this.reset();
      return '+OK\n';
    }
    if (what === 'tier' && verb === 'set') return this.#setTier(first, second, third, words[3] ?? '');
    if (what === 'tier' && verb === 'list') return table(TIER_COLUMNS, this.tiers);
    if (what !== 'queue' || verb !== 'list') return '-ERR Invalid!\n';
    if (first === '') return table(QUEUE_COLUMNS, this.queues);
    if (first === 'members')
      return table(
        MEMBER_COLUMNS,
        this.members.filter(({ queue }) => queue === second),
      );
    const names = this.tiers.filter(({ queue }) => queue === second).map(({ agent }) => agent);
    const placed = [...this.agents.values()].filter(
      ({ name, status }) => names.includes(name) && (third === '' || status === third),
    );
    return first === 'agents'
      ? table(AGENT_COLUMNS, placed)
      : table(
          TIER_COLUMNS,
          this.tiers.filter(({ queue }) => queue === second),
        );
  }

  /** No event tells of it. */
  #setTier(column: string, queue: string, agent: string, value: string): string {
    const tier = this.tiers.find((row) => row['agent'] === agent && row['queue'] === queue);
    if (tier === undefined) return '-ERR Tier not found!\n';
    tier[column] = value;
    return '+OK\n';
  }

  #show(what: string): string {
    if (what === 'channels') return json([...this.channels.values()]);
    if (what === 'registrations') return json([...this.registrations.values()]);
    return '{"row_count": 0}\n';
  }

  #status(): string {
    const seconds = Math.floor((Date.now() - this.#startedMs) / 1000);
    return (
      `UP 0 years, 0 days, 0 hours, 0 minutes, ${seconds} seconds, 0 milliseconds, 0 microseconds\n` +
      `FreeSWITCH (Version 1.10.12-release git a88d069 2024-08-02 21:02:27Z 64bit) is ready\n${this.channels.size} session(s) since startup\n`
    );
  }

  /** `sofia status profile internal reg` */
  #registered(): string {
    const line = '='.repeat(97);
    const one = ({ reg_user, realm, token, network_ip, network_port }: Row): string =>
      `Call-ID:    \t${token}\nUser:       \t${reg_user}@${realm}\nStatus:     \tRegistered(UDP)(unknown)\nIP:         \t${network_ip}\n` +
      `Port:       \t${network_port}\nAuth-User:  \t${reg_user}\n`;
    const rows = [...this.registrations.values()];
    return `\nRegistrations:\n${line}\n${rows.map(one).join('\n')}\nTotal items returned: ${rows.length}\n${line}\n`;
  }
}
