/**
 * A call centre on a replaying FreeSWITCH: the event socket of `server.ts` over the model of `model.ts`. What happens is told with the
 * events of a real one. Its trunk is one phone that answers for all its agents.
 */
import { randomUUID } from 'node:crypto';
import { Phone } from '../sip/phone.ts';
import type { PhoneLogEntry } from '../sip/phone.ts';
import { CALLCENTER, ESL_PORT, PHONE_PORT, placeOf, TRUNK_PORT } from './config.ts';
import type { FreeswitchPlan } from './config.ts';
import type { EslAddress } from './esl.ts';
import { PbxModel } from './model.ts';
import { EslServer } from './server.ts';
import type { FreeswitchPbx } from './site.ts';
import { eventsOf, retold, scene } from './templates.ts';

const HEARTBEAT_MS = 1_000;
/** Of the transcripts that the scenes are taken from. */
const THEN = { core: 'b7d6e14d-278d-4388-bbf7-c401df6aa3b1', domain: '127.0.0.20' };
const QUEUE_CALL = {
  ...{ member: '3a694d7d-6728-4872-8898-f7e2438b24b2', caller: 'e7c2bbb0-107f-4739-b3b4-90101d628a55' },
  ...{ agent: 'b5db557f-83f1-40a7-9dbb-649bae00ee15', ext: '1001' },
};
const DIRECT_CALL = {
  ...{ caller: '4be49d37-2a09-412d-bc98-0fc93dbddcaa', agent: '678379c8-ee77-4132-b164-da0cf8f63d88', ext: '1002' },
};

/** SHUTDOWN, and each module that goes. */
const lastWords = (): readonly string[] =>
  eventsOf('shutdown-sigterm.json').filter((body) => /"Event-Name":"(?:SHUTDOWN|MODULE_UNLOAD)"/.test(body));

export interface CallOfQueue {
  ring(ext: string): void;
  answer(): void;
  /** The caller hangs up; the agent's wrap-up begins, and no event says so. */
  end(): void;
}

export interface CallOfPhone {
  answer(): void;
  end(): void;
}

export class ReplayingFreeswitch implements FreeswitchPbx {
  readonly kind = 'replaying';
  readonly name: string;
  readonly address: string;
  readonly eslPassword: string;
  readonly esl: EslAddress;
  readonly sip: EslAddress;
  readonly phones: EslAddress;
  readonly model: PbxModel;
  readonly server: EslServer;
  readonly phone: Phone;
  /** What its phone saw, for whoever keeps a log of all. */
  onPhone: (entry: PhoneLogEntry) => void = () => undefined;
  #sequence = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  readonly #routed = new Map<string, CallOfPhone>();

  constructor(plan: FreeswitchPlan, mostQueued?: number) {
    const { spec, address, eslPassword } = plan;
    [this.name, this.address, this.eslPassword] = [spec.name, address, eslPassword];
    this.esl = { host: address, port: ESL_PORT };
    this.sip = { host: address, port: TRUNK_PORT };
    this.phones = { host: address, port: PHONE_PORT };
    this.model = new PbxModel({
      statusChanged: (agent, status) =>
        this.#tell(scene('agent-status.json', 0, 1), { '1001@default': agent, Available: status }),
      reloaded: () => this.server.tell({ 'Event-Name': 'RELOADXML', 'Core-UUID': this.model.coreUuid }),
    });
    for (const queue of Object.keys(spec.queues)) this.model.addQueue(`${queue}@${CALLCENTER}`);
    for (const { ext, queues } of spec.agents) {
      if (queues === undefined) continue;
      const wrapUps = Object.keys(queues).map((queue) => spec.queues[queue]?.wrapuptime ?? 0);
      this.model.addAgent(`${ext}@${CALLCENTER}`, `[leg_timeout=10]user/${ext}@${address}`, Math.max(0, ...wrapUps));
      for (const [queue, penalty] of Object.entries(queues))
        this.model.addTier(`${queue}@${CALLCENTER}`, `${ext}@${CALLCENTER}`, ...placeOf(penalty));
    }
    this.server = new EslServer({
      ...{ host: address, port: ESL_PORT, password: eslPassword, api: (command) => this.model.api(command) },
      ...(mostQueued === undefined ? {} : { mostQueued }),
    });
    this.phone = new Phone({
      ...{ name: spec.name, localAddress: address, localPort: TRUNK_PORT, server: this.sip, secondCall: 'accept' },
      log: (entry) => {
        this.#follow(entry);
        this.onPhone(entry);
      },
    });
  }

  async start(): Promise<void> {
    await this.phone.start();
    await this.#serve();
  }

  async #serve(): Promise<void> {
    await this.server.listen();
    this.#heartbeat = setInterval(() => this.#tell(scene('heartbeat.json', 0, 1), {}), HEARTBEAT_MS);
  }

  #tell(bodies: readonly string[], words: Readonly<Record<string, string>>): void {
    const all = { ...words, [THEN.core]: this.model.coreUuid, [THEN.domain]: this.address };
    for (const body of bodies) this.server.tell(retold(body, all, ++this.#sequence));
  }

  cli(command: string): Promise<string> {
    return Promise.resolve(this.model.api(command) ?? `-ERR ${command} Command not found!\n`);
  }

  register(ext: string): void {
    const row = {
      reg_user: ext,
      realm: this.address,
      token: `token-${ext}`,
      network_ip: '127.0.0.31',
      network_port: '5060',
    };
    this.model.registrations.set(ext, row);
    this.#tell(scene('registration.json', 2, 3), { '1001': ext, '0ce58759e1abe117456f': row.token });
  }

  unregister(ext: string): void {
    this.model.registrations.delete(ext);
    this.#tell(scene('registration.json', 14, 15), { '1002': ext, bb1c56fef682db515334: `token-${ext}` });
  }

  /** A caller of the site's own joins a queue. */
  queueCall(queue: string): CallOfQueue {
    const ids = { member: randomUUID(), caller: randomUUID(), agent: randomUUID() };
    const place = `${queue}@${CALLCENTER}`;
    let ext = '';
    const told = (from: number, to: number): void =>
      this.#tell(scene('queue-call.json', from, to), {
        ...{ [QUEUE_CALL.member]: ids.member, [QUEUE_CALL.caller]: ids.caller, [QUEUE_CALL.agent]: ids.agent },
        ...{ 'support@default': place, [QUEUE_CALL.ext]: ext },
      });
    const agentIs = (values: Record<string, string>): void =>
      void Object.assign(this.model.agents.get(`${ext}@${CALLCENTER}`) ?? {}, values);
    const member = (state: string): void =>
      void this.model.members.filter(({ uuid }) => uuid === ids.member).forEach((row) => (row['state'] = state));
    this.model.addMember(place, ids.member, ids.caller);
    this.#channel(ids.caller, 'inbound', '9001@127.0.0.40', ids.caller, 'ACTIVE');
    told(1, 8);
    return {
      ring: (who) => {
        ext = who;
        agentIs({ state: 'Receiving', uuid: ids.agent });
        member('Trying');
        this.#channel(ids.agent, 'outbound', `${ext}@${this.address}`, ids.caller, 'RINGING');
        told(8, 13);
      },
      answer: () => {
        agentIs({ state: 'In a queue call', last_bridge_start: String(Math.floor(Date.now() / 1000)) });
        member('Answered');
        this.#channel(ids.agent, 'outbound', `${ext}@${this.address}`, ids.caller, 'ACTIVE');
        told(13, 19);
      },
      end: () => {
        agentIs({ state: 'Waiting', uuid: '', last_bridge_end: String(Math.floor(Date.now() / 1000)) });
        this.model.members.splice(0, Infinity, ...this.model.members.filter(({ uuid }) => uuid !== ids.member));
        this.model.channels.delete(ids.caller);
        this.model.channels.delete(ids.agent);
        told(19, 29);
      },
    };
  }

  /** A call past the queues rings an agent's phone: mod_callcenter sees nothing of it. */
  directCall(ext: string): CallOfPhone {
    const ids = { caller: randomUUID(), agent: randomUUID() };
    const told = (from: number, to: number): void =>
      this.#tell(scene('direct-call-untracked.json', from, to), {
        ...{ [DIRECT_CALL.caller]: ids.caller, [DIRECT_CALL.agent]: ids.agent, [DIRECT_CALL.ext]: ext },
      });
    const agentLeg = (state: string): void =>
      this.#channel(ids.agent, 'outbound', `${ext}@${this.address}`, ids.caller, state);
    this.#channel(ids.caller, 'inbound', '9001@127.0.0.40', ids.caller, 'RINGING');
    agentLeg('RINGING');
    told(1, 7);
    return {
      answer: () => {
        agentLeg('ACTIVE');
        told(7, 13);
      },
      end: () => {
        this.model.channels.delete(ids.caller);
        this.model.channels.delete(ids.agent);
        told(33, 40);
      },
    };
  }

  #channel(uuid: string, direction: string, presence: string, call: string, state: string): void {
    const [user = ''] = presence.split('@');
    const created = String(Math.floor(Date.now() / 1000));
    this.model.channels.set(uuid, {
      ...{ uuid, direction, created_epoch: created, name: `sofia/internal/${user}@127.0.0.31:5060` },
      ...{
        presence_id: presence,
        call_uuid: call,
        callstate: state,
        ip_addr: direction === 'inbound' ? '127.0.0.40' : '',
      },
    });
  }

  /** A routed call, as its phone sees it. */
  #follow({ what, call, detail }: PhoneLogEntry): void {
    const ext = /sip:([^@>;]+)@/.exec(detail['to'] ?? '')?.[1];
    if (what === 'invited' && ext !== undefined) this.#routed.set(call, this.directCall(ext));
    if (what === 'answered') this.#routed.get(call)?.answer();
    if (what !== 'ended') return;
    this.#routed.get(call)?.end();
    this.#routed.delete(call);
  }

  freeze(): Promise<void> {
    this.server.freeze();
    return Promise.resolve();
  }

  thaw(): void {
    this.server.thaw();
  }

  /** It goes down and does not come back. */
  async down(how: 'sigterm' | 'fin' | 'rst'): Promise<void> {
    clearInterval(this.#heartbeat);
    if (how === 'sigterm') this.#tell(lastWords(), {});
    await this.server.close(how);
  }

  async up(): Promise<void> {
    this.model.restarted();
    await this.#serve();
  }

  async restart(): Promise<void> {
    await this.down('sigterm');
    await this.up();
  }

  async stop(): Promise<void> {
    await this.down('fin');
    await this.phone.stop({ abrupt: true });
  }
}
