import type { PbxEvent, Snapshot } from '../../core/events.ts';
import { declaredStatus, deviceOfChannel, isCallChannel, stateOfName } from '../common/asterisk.ts';
import { int, membershipOf, seconds, text } from './fields.ts';
import type { TranslateOptions } from './fields.ts';
import type { AmiMessage } from './wire.ts';

export type { TranslateOptions } from './fields.ts';

/**
 * One AMI event as domain events; none for what does not concern us. Names and headers: Asterisk 22 documentation, "AMI Events",
 * one page an event; checked against transcripts of Asterisk 22.10.1 (test/replay/transcripts/asterisk-ami).
 */
export function translateEvent(message: AmiMessage, options: TranslateOptions = {}): PbxEvent[] {
  switch (message['event']) {
    case 'QueueMemberAdded':
    case 'QueueMemberStatus':
    case 'QueueMemberPause':
    case 'QueueMemberPenalty':
    case 'QueueMemberRinginuse': {
      const membership = membershipOf(message, options);
      return membership === null ? [] : [{ kind: 'membershipReported', membership }];
    }
    case 'QueueMemberRemoved': {
      const device = text(message, 'stateinterface') || text(message, 'interface');
      return device === '' ? [] : [{ kind: 'membershipRemoved', queue: text(message, 'queue'), device }];
    }
    case 'DeviceStateChange':
      return [{ kind: 'deviceChanged', device: text(message, 'device'), state: stateOfName(text(message, 'state')) }];
    case 'QueueCallerJoin':
    case 'QueueCallerLeave':
    case 'QueueCallerAbandon':
    case 'AgentConnect':
    case 'AgentComplete':
    case 'AgentRingNoAnswer':
      return queueCall(message);
    case 'Newchannel':
    case 'Newstate':
    case 'BridgeEnter':
    case 'Hangup':
      return channel(message);
    case 'BlindTransfer':
    case 'AttendedTransfer':
      return transfer(message);
    case 'UserEvent':
      return userEvent(message);
    default:
      return [];
  }
}

/** HoldTime and TalkTime are in seconds, RingTime of AgentRingNoAnswer in ms (seen on Asterisk 22.10.1). */
function queueCall(message: AmiMessage): PbxEvent[] {
  const queue = text(message, 'queue');
  const callId = text(message, 'uniqueid');
  if (queue === '' || callId === '') return [];
  const call = { queue, callId };
  const agent = { ...call, device: text(message, 'interface') };
  switch (message['event']) {
    case 'QueueCallerJoin':
      return [{ kind: 'callerJoined', ...call }];
    case 'QueueCallerLeave':
      return [{ kind: 'callerLeft', ...call }];
    case 'QueueCallerAbandon':
      return [{ kind: 'callerAbandoned', ...call, waitMs: seconds(message, 'holdtime') }];
    case 'AgentConnect':
      return [{ kind: 'agentConnected', ...agent, waitMs: seconds(message, 'holdtime') }];
    case 'AgentRingNoAnswer':
      return [{ kind: 'agentRangNoAnswer', ...agent, rangMs: Math.max(0, int(message, 'ringtime')) }];
    default: {
      const [waitMs, talkMs] = [seconds(message, 'holdtime'), seconds(message, 'talktime')];
      return [{ kind: 'agentCompleted', ...agent, waitMs, talkMs }];
    }
  }
}

/** The linked id of a channel changes as calls meet: Newstate and BridgeEnter carry the present one. */
function channel(message: AmiMessage): PbxEvent[] {
  const channelId = text(message, 'uniqueid');
  const name = text(message, 'channel');
  if (channelId === '') return [];
  if (message['event'] === 'Hangup') return [{ kind: 'channelEnded', channelId }];
  if (!isCallChannel(name)) return [];
  const linkedId = text(message, 'linkedid') || channelId;
  return [{ kind: 'channelStarted', channelId, linkedId, device: deviceOfChannel(name) }];
}

function transfer(message: AmiMessage): PbxEvent[] {
  if (text(message, 'result') !== 'Success') return [];
  if (message['event'] === 'BlindTransfer') {
    const device = deviceOfChannel(text(message, 'transfererchannel'));
    return [{ kind: 'agentTransferred', device, transfer: 'blind', to: text(message, 'extension') }];
  }
  const device = deviceOfChannel(text(message, 'origtransfererchannel'));
  const to = deviceOfChannel(text(message, 'transfertargetchannel'));
  return [{ kind: 'agentTransferred', device, transfer: 'attended', to }];
}

/**
 * `UserEvent(IPNTAgent,Agent: PJSIP/1001,Status: paused,Reason: lunch)` of dialplan/asterisk/ipnt-features.conf. Its class is `user`:
 * the AMI user needs read=user for it.
 */
function userEvent(message: AmiMessage): PbxEvent[] {
  if (text(message, 'userevent') !== 'IPNTAgent') return [];
  const device = text(message, 'agent') || deviceOfChannel(text(message, 'channel'));
  return declaredStatus(device, text(message, 'status'), text(message, 'reason'));
}

/** The lists that make a snapshot, each as its events without the last (`EventList: Complete`). */
export interface SnapshotLists {
  readonly queues: readonly AmiMessage[];
  readonly channels: readonly AmiMessage[];
  readonly devices: readonly AmiMessage[];
}

/** Waits are counted back from `atMs`. */
export function translateSnapshot(lists: SnapshotLists, atMs: number, options: TranslateOptions = {}): Snapshot {
  const of = (name: string) => lists.queues.filter((message) => message['event'] === name);
  return {
    queues: of('QueueParams').map((m) => ({ name: text(m, 'queue'), serviceLevelMs: seconds(m, 'servicelevel') })),
    memberships: of('QueueMember').flatMap((m) => membershipOf(m, options) ?? []),
    waiting: of('QueueEntry').map((m) => ({
      ...{ queue: text(m, 'queue'), callId: text(m, 'uniqueid'), sinceMs: atMs - seconds(m, 'wait') },
    })),
    devices: lists.devices
      .filter((m) => m['event'] === 'DeviceStateChange')
      .map((m) => ({ device: text(m, 'device'), state: stateOfName(text(m, 'state')) })),
    channels: lists.channels
      .filter((m) => m['event'] === 'CoreShowChannel' && isCallChannel(text(m, 'channel')))
      .map((m) => {
        const channelId = text(m, 'uniqueid');
        const linkedId = text(m, 'linkedid') || channelId;
        return { channelId, linkedId, device: deviceOfChannel(text(m, 'channel')) };
      }),
  };
}
