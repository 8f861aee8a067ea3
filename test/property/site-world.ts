/** A PBX small enough to be obviously right: operations change it, and it reports them as Asterisk does. */
import fc from 'fast-check';
import type { DeviceState, MembershipReport, PbxEvent, Snapshot } from '../../src/core/events.ts';
import type { SiteModel } from '../../src/core/reduce/site-model.ts';
import { siteView } from '../../src/core/reduce/site-view.ts';

const QUEUES = ['sales', 'support'] as const;
const DEVICES = ['PJSIP/1', 'PJSIP/2', 'PJSIP/3', 'PJSIP/9'] as const;
const STATES: readonly DeviceState[] = [
  ...(['unknown', 'not_in_use', 'in_use', 'busy', 'invalid', 'unavailable'] as const),
  ...(['ringing', 'ring_in_use', 'on_hold'] as const),
];
const CALLS = ['c1', 'c2', 'c3', 'c4'] as const;

/** In no queue but by settings. */
export const LISTED = ['PJSIP/9'];
export const RULES = { siteId: 's', listed: LISTED, windowMs: 1_800_000 };

export type Op =
  | { readonly op: 'device'; readonly device: string; readonly state: DeviceState }
  | {
      readonly op: 'member';
      readonly queue: string;
      readonly device: string;
      readonly penalty: number;
      readonly paused: boolean;
    }
  | { readonly op: 'remove'; readonly queue: string; readonly device: string }
  | {
      readonly op: 'join' | 'leave' | 'abandon' | 'connect' | 'complete';
      readonly queue: string;
      readonly callId: string;
    }
  | { readonly op: 'start' | 'end'; readonly callId: string; readonly linkedId: string };

const queue = fc.constantFrom(...QUEUES);
const device = fc.constantFrom(...DEVICES);
const callId = fc.constantFrom(...CALLS);

export const anOp: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constant('device' as const), device, state: fc.constantFrom(...STATES) }),
  fc.record({ op: fc.constant('member' as const), queue, device, penalty: fc.nat(12), paused: fc.boolean() }),
  fc.record({ op: fc.constant('remove' as const), queue, device }),
  fc.record({ op: fc.constantFrom('join', 'leave', 'abandon', 'connect', 'complete'), queue, callId }),
  fc.record({ op: fc.constantFrom('start', 'end'), callId, linkedId: callId }),
);

export class World {
  readonly #devices = new Map<string, DeviceState>(DEVICES.map((name) => [name, 'not_in_use']));
  readonly #members = new Map<string, MembershipReport>();
  readonly #waiting = new Map<string, { queue: string; callId: string; sinceMs: number }>();
  readonly #channels = new Map<string, string>();

  /** Does it, and reports it. What changes nothing is not reported. */
  do(op: Op, nowMs: number): PbxEvent[] {
    switch (op.op) {
      case 'device':
        if (this.#devices.get(op.device) === op.state) return [];
        this.#devices.set(op.device, op.state);
        return [
          { kind: 'deviceChanged', device: op.device, state: op.state },
          ...[...this.#members.values()]
            .filter((member) => member.device === op.device)
            .map((member) => this.#report({ ...member, state: op.state })),
        ];
      case 'member':
        return [this.#report(this.#member(op))];
      case 'remove':
        if (!this.#members.delete(`${op.queue} ${op.device}`)) return [];
        return [{ kind: 'membershipRemoved', queue: op.queue, device: op.device }];
      case 'start':
        this.#channels.set(op.callId, op.linkedId);
        return [{ kind: 'channelStarted', channelId: op.callId, linkedId: op.linkedId, device: '' }];
      case 'end':
        return this.#channels.delete(op.callId) ? [{ kind: 'channelEnded', channelId: op.callId }] : [];
      default:
        return this.#call(op.op, op.queue, op.callId, nowMs);
    }
  }

  #call(
    op: 'join' | 'leave' | 'abandon' | 'connect' | 'complete',
    inQueue: string,
    id: string,
    nowMs: number,
  ): PbxEvent[] {
    const call = { queue: inQueue, callId: id };
    const key = `${inQueue} ${id}`;
    const agent = { ...call, device: [...this.#members.values()].find((m) => m.queue === inQueue)?.device ?? '' };
    if (op === 'join') {
      if (this.#waiting.has(key)) return [];
      this.#waiting.set(key, { ...call, sinceMs: nowMs });
      return [{ kind: 'callerJoined', ...call }];
    }
    if (op === 'complete')
      return agent.device && !this.#waiting.has(key)
        ? [{ kind: 'agentCompleted', ...agent, waitMs: 1_000, talkMs: 1_000 }]
        : [];
    if (!this.#waiting.delete(key)) return [];
    if (op === 'leave') return [{ kind: 'callerLeft', ...call }];
    if (op === 'abandon')
      return [
        { kind: 'callerAbandoned', ...call, waitMs: 1_000 },
        { kind: 'callerLeft', ...call },
      ];
    const connected = agent.device ? [{ kind: 'agentConnected' as const, ...agent, waitMs: 1_000 }] : [];
    return [{ kind: 'callerLeft', ...call }, ...connected];
  }

  #member(op: Extract<Op, { op: 'member' }>): MembershipReport {
    return {
      ...{ queue: op.queue, device: op.device, iface: op.device, observable: true, title: `Agent ${op.device}` },
      ...{ penalty: op.penalty, paused: op.paused, pauseReason: op.paused ? 'lunch' : '' },
      ...{ state: this.#devices.get(op.device) ?? 'unknown', dynamic: op.device === 'PJSIP/1' },
      ...{ lastCallMs: null, loginMs: null, wrapUpMs: 0 },
    };
  }

  #report(membership: MembershipReport): PbxEvent {
    this.#members.set(`${membership.queue} ${membership.device}`, membership);
    return { kind: 'membershipReported', membership };
  }

  queues = (): Pick<Snapshot, 'queues' | 'memberships' | 'waiting'> => ({
    queues: QUEUES.map((name) => ({ name, serviceLevelMs: 15_000 })),
    memberships: [...this.#members.values()],
    waiting: [...this.#waiting.values()],
  });

  channels = (): Pick<Snapshot, 'channels'> => ({
    channels: [...this.#channels].map(([channelId, linkedId]) => ({ channelId, linkedId, device: '' })),
  });

  devices = (): Pick<Snapshot, 'devices'> => ({
    devices: [...this.#devices].map(([name, state]) => ({ device: name, state })),
  });

  snapshot = (): Snapshot => ({
    ...{ ...this.queues(), ...this.channels(), ...this.devices() },
  });
}

/** What the state shows and a fresh snapshot would: no times, no figures of the window, and nobody who has logged out. */
export function facts(model: SiteModel): unknown {
  const { agents, queues, callsInProgress, connection } = siteView(model);
  return {
    ...{ callsInProgress, connection },
    agents: agents
      .filter(({ status }) => status !== 'logged_out')
      .map(({ name, title, status, pauseReason, activity, skills, memberships }) => ({
        // A name once heard is kept when the queue is left; a fresh snapshot cannot know it.
        title: memberships.length > 0 ? title : '',
        ...{ name, status, pauseReason, activity, skills, memberships },
      })),
    queues: queues.map(({ name, waiting, loggedIn, ready, onCalls }) => ({ name, waiting, loggedIn, ready, onCalls })),
  };
}
