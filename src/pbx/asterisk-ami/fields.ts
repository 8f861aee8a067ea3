import type { DeviceState, MembershipReport } from '../../core/events.ts';
import type { AmiMessage } from './wire.ts';

/** What of a site's settings the translation needs. */
export interface TranslateOptions {
  /**
   * Wrap-up by queue, ms. AMI does not tell a queue's `wrapuptime`: QueueMember's Wrapuptime is the member's own
   * (app_queue.c, struct member, Asterisk 22), and QueueParams has none.
   */
  readonly wrapUpMs?: Readonly<Record<string, number>>;
}

export const text = (message: AmiMessage, key: string): string => message[key] ?? '';

/** A whole number of a header; 0 where there is none. */
export function int(message: AmiMessage, key: string): number {
  const value = Number(message[key]);
  return Number.isFinite(value) ? Math.trunc(value) : 0;
}

export const seconds = (message: AmiMessage, key: string): number => Math.max(0, int(message, key)) * 1_000;

/** Asterisk writes epoch seconds, and 0 for never. */
const timeOf = (message: AmiMessage, key: string): number | null => seconds(message, key) || null;

/** Numbers of enum ast_device_state (include/asterisk/devicestate.h, Asterisk 22), as QueueMember's Status gives them. */
const STATE_NUMBERS: readonly DeviceState[] = [
  'unknown',
  'not_in_use',
  'in_use',
  'busy',
  'invalid',
  'unavailable',
  'ringing',
  'ring_in_use',
  'on_hold',
];

/**
 * A queue member out of QueueMember (a list: Name and Location) or QueueMemberStatus, Added, ... (MemberName and Interface).
 * Where no StateInterface was given, app_queue fills in the interface (create_queue_member, Asterisk 22), so that a Local/
 * one there means that nothing can be observed.
 */
export function membershipOf(message: AmiMessage, options: TranslateOptions): MembershipReport | null {
  const iface = text(message, 'location') || text(message, 'interface');
  const queue = text(message, 'queue');
  if (iface === '' || queue === '') return null;
  const device = text(message, 'stateinterface') || iface;
  const paused = text(message, 'paused') === '1';
  const isDynamic = text(message, 'membership') === 'dynamic';
  return {
    queue,
    device,
    iface,
    observable: !device.startsWith('Local/'),
    title: text(message, 'name') || text(message, 'membername') || device,
    penalty: Math.max(0, int(message, 'penalty')),
    paused,
    pauseReason: paused ? text(message, 'pausedreason') : '',
    state: STATE_NUMBERS[int(message, 'status')] ?? 'unknown',
    dynamic: isDynamic,
    lastCallMs: timeOf(message, 'lastcall'),
    // A static member's LoginTime is when queues.conf was loaded: that is nobody's log-in.
    loginMs: isDynamic ? timeOf(message, 'logintime') : null,
    wrapUpMs: seconds(message, 'wrapuptime') || ownNumber(options.wrapUpMs, queue),
  };
}

/** A queue may be called `constructor`. */
const ownNumber = (of: Readonly<Record<string, number>> = {}, key: string): number =>
  (Object.hasOwn(of, key) ? of[key] : undefined) ?? 0;
