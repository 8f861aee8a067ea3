/**
 * What a site's PBX reported, vendor-free and in the past tense. Adapters translate to these; reducers know nothing else.
 * Values are absolute wherever the PBX gives them, so that an event seen twice changes nothing the second time.
 */

/** State of a device as the PBX reports it (Asterisk's AST_DEVICE_*). */
export type DeviceState =
  'unknown' | 'not_in_use' | 'in_use' | 'busy' | 'invalid' | 'unavailable' | 'ringing' | 'ring_in_use' | 'on_hold';

/** A member of a PBX queue, whole. */
export interface MembershipReport {
  readonly queue: string;
  /** The observed device: StateInterface, or Interface where there is none. */
  readonly device: string;
  /** What the queue dials; may be a Local channel. */
  readonly iface: string;
  /** False for a `Local/` member without StateInterface: he cannot be observed, and is not eligible. */
  readonly observable: boolean;
  readonly title: string;
  readonly penalty: number;
  readonly paused: boolean;
  readonly pauseReason: string;
  readonly state: DeviceState;
  readonly dynamic: boolean;
  /** End of the last queue call, epoch ms; null when never. */
  readonly lastCallMs: number | null;
  readonly loginMs: number | null;
  /** The queue's own wrap-up for this member, ms. */
  readonly wrapUpMs: number;
}

/** An agent whom the PBX knows by itself, beside its queues (mod_callcenter; devices over ARI), whole. */
export interface AgentReport {
  /** His name at the site; memberships and events name him by it. */
  readonly device: string;
  readonly title: string;
  /** What the site's trunk context is asked to ring; null where his contact is no address that may be dialled. */
  readonly address: string | null;
  /** Null where the PBX keeps no status: it is ours then, as for agents of the settings. */
  readonly status: 'ready' | 'paused' | 'logged_out' | null;
  readonly reason: string;
  readonly state: DeviceState;
  /** End of his last call of any queue, epoch ms; null when never. */
  readonly lastCallMs: number | null;
  readonly loginMs: number | null;
  /** His wrap-up after a call of any queue, ms. */
  readonly wrapUpMs: number;
}

export interface WaitingReport {
  readonly queue: string;
  /** The caller's channel id at the site. */
  readonly callId: string;
  readonly sinceMs: number;
}

export interface Snapshot {
  /**
   * What was reported while it was taken, and is reported again after it: in this the snapshot may be the older word, and an
   * audit finds no fault in it.
   */
  readonly during?: readonly PbxEvent[];
  readonly queues: readonly { readonly name: string; readonly serviceLevelMs: number }[];
  readonly memberships: readonly MembershipReport[];
  /** Where the PBX knows agents beside its queues: all of them. */
  readonly agents?: readonly AgentReport[];
  readonly waiting: readonly WaitingReport[];
  /** Devices of agents who are in no queue, and of all others where the PBX tells. */
  readonly devices: readonly { readonly device: string; readonly state: DeviceState }[];
  /** Channel ids of calls in progress, with the id that links a call's legs. */
  readonly channels: readonly { readonly channelId: string; readonly linkedId: string; readonly device: string }[];
}

export type PbxEvent =
  | { readonly kind: 'linkUp'; readonly version: string }
  | { readonly kind: 'linkDown'; readonly reason: string }
  | { readonly kind: 'snapshotTaken'; readonly snapshot: Snapshot }
  | { readonly kind: 'membershipReported'; readonly membership: MembershipReport }
  | { readonly kind: 'membershipRemoved'; readonly queue: string; readonly device: string }
  | { readonly kind: 'agentReported'; readonly agent: AgentReport }
  | { readonly kind: 'agentRemoved'; readonly device: string }
  | { readonly kind: 'deviceChanged'; readonly device: string; readonly state: DeviceState }
  | {
      readonly kind: 'statusDeclared';
      readonly device: string;
      readonly status: 'ready' | 'paused' | 'logged_out';
      readonly reason: string;
    }
  | { readonly kind: 'callerJoined'; readonly queue: string; readonly callId: string }
  | { readonly kind: 'callerLeft'; readonly queue: string; readonly callId: string }
  | { readonly kind: 'callerAbandoned'; readonly queue: string; readonly callId: string; readonly waitMs: number }
  | {
      readonly kind: 'agentConnected';
      readonly queue: string;
      readonly device: string;
      readonly callId: string;
      readonly waitMs: number;
    }
  | {
      readonly kind: 'agentCompleted';
      readonly queue: string;
      readonly device: string;
      readonly callId: string;
      readonly waitMs: number;
      readonly talkMs: number;
    }
  | {
      readonly kind: 'agentRangNoAnswer';
      readonly queue: string;
      readonly device: string;
      readonly callId: string;
      readonly rangMs: number;
    }
  | { readonly kind: 'channelStarted'; readonly channelId: string; readonly linkedId: string; readonly device: string }
  | { readonly kind: 'channelEnded'; readonly channelId: string }
  | {
      readonly kind: 'agentTransferred';
      readonly device: string;
      readonly transfer: 'blind' | 'attended';
      readonly to: string;
    };

/** What a reducer may ask of its adapter. */
export type SiteEffect = { readonly kind: 'requestSnapshot'; readonly why: string };
