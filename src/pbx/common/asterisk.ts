/** What AMI and ARI of Asterisk say in the same words. */
import type { DeviceState, PbxEvent } from '../../core/events.ts';

/** Names of ast_devstate_str() (main/devicestate.c, Asterisk 22), as AMI and ARI give them. */
const STATE_NAMES: Readonly<Record<string, DeviceState>> = {
  UNKNOWN: 'unknown',
  NOT_INUSE: 'not_in_use',
  INUSE: 'in_use',
  BUSY: 'busy',
  INVALID: 'invalid',
  UNAVAILABLE: 'unavailable',
  RINGING: 'ringing',
  RINGINUSE: 'ring_in_use',
  ONHOLD: 'on_hold',
};

export const stateOfName = (name: string): DeviceState =>
  (Object.hasOwn(STATE_NAMES, name) ? STATE_NAMES[name] : undefined) ?? 'unknown';

/** `PJSIP/1001-0000002a` -> `PJSIP/1001`; a Local channel's `;1` goes as well. */
export const deviceOfChannel = (channel: string): string => channel.replace(/(?:-[0-9a-f]{8,})?(?:;[12])?$/, '');

/** Channels that are Asterisk's own helpers and nobody's call. */
export const isCallChannel = (channel: string): boolean =>
  channel !== '' && !/^(?:Message|Announcer|Recorder|CBAnn|CBRec|Surrogate|Snoop)\//.test(channel);

/** What an agent says of himself by `UserEvent(IPNTAgent,...)` of dialplan/asterisk/ipnt-features.conf; none where it is no status. */
export function declaredStatus(device: string, said: string, reason: string): PbxEvent[] {
  const status = said.toLowerCase();
  if (device === '' || (status !== 'ready' && status !== 'paused' && status !== 'logged_out')) return [];
  return [{ kind: 'statusDeclared', device, status, reason: status === 'ready' ? '' : reason }];
}
