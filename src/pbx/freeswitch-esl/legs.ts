import type { Contact } from './contact.ts';
import { text } from './fields.ts';
import type { Registrations } from './registrations.ts';
import type { EslEvent, Row } from './wire.ts';

/** One channel of the PBX, by what tells whose it is. */
export interface Leg {
  readonly uuid: string;
  readonly linkedId: string;
  readonly name: string;
  /** Of a queue's own leg to an agent (`variable_cc_agent` with `cc_side=agent`); '' of any other. */
  readonly queueAgent: string;
  /** `1001@dom`: whom an outbound leg rings, or who an inbound one says that he is. */
  readonly presence: string;
  /** As whom an inbound leg logged in; '' without. */
  readonly login: string;
  /** Where an inbound leg comes from. */
  readonly address: string;
  readonly isOutbound: boolean;
  /** False while an outbound leg rings. Who calls by himself talks from the beginning. */
  readonly isTalking: boolean;
}

const pair = (user: string, domain: string): string => (user === '' ? '' : `${user}@${domain}`);

/** The leg after one of its events (FreeSWITCH documentation, "Event List"). Variables are in some events only: what was known stays. */
export function legOfEvent(event: EslEvent, old: Leg | undefined): Leg {
  const uuid = text(event, 'Unique-ID');
  const isOutbound = (text(event, 'Call-Direction') || (old?.isOutbound ? 'outbound' : 'inbound')) === 'outbound';
  const isAgentSide = text(event, 'variable_cc_side') === 'agent';
  const session = isAgentSide ? text(event, 'variable_cc_member_session_uuid') : '';
  const dialled = pair(text(event, 'variable_dialed_user'), text(event, 'variable_dialed_domain'));
  const login = pair(text(event, 'variable_user_name'), text(event, 'variable_domain_name'));
  return {
    uuid,
    linkedId: old?.linkedId ?? (session || text(event, 'Channel-Call-UUID') || uuid),
    name: text(event, 'Channel-Name') || (old?.name ?? ''),
    queueAgent: (isAgentSide ? text(event, 'variable_cc_agent') : '') || (old?.queueAgent ?? ''),
    presence: text(event, 'Channel-Presence-ID') || (isOutbound ? dialled : '') || (old?.presence ?? ''),
    login: (isOutbound ? '' : login) || (old?.login ?? ''),
    address: (isOutbound ? '' : text(event, 'Caller-Network-Addr')) || (old?.address ?? ''),
    isOutbound,
    isTalking: !isOutbound || text(event, 'Answer-State') === 'answered' || (old?.isTalking ?? false),
  };
}

const TALKING = new Set(['ACTIVE', 'HELD', 'UNHELD']);

/** A row of `show channels as json`. It lacks variables: what events told of the leg stays. */
export function legOfRow(row: Row, old: Leg | undefined): Leg {
  const uuid = text(row, 'uuid');
  const isOutbound = text(row, 'direction') === 'outbound';
  const callUuid = text(row, 'call_uuid');
  return {
    uuid,
    linkedId: callUuid === '' || callUuid === uuid ? (old?.linkedId ?? uuid) : callUuid,
    name: text(row, 'name'),
    queueAgent: old?.queueAgent ?? '',
    presence: text(row, 'presence_id') || (old?.presence ?? ''),
    login: old?.login ?? '',
    address: isOutbound ? '' : text(row, 'ip_addr'),
    isOutbound,
    isTalking: !isOutbound || TALKING.has(text(row, 'callstate')),
  };
}

/** `sofia/internal/1003@10.0.0.33:5060;transport=udp` -> `sofia/internal/1003@10.0.0.33` */
const withoutPort = (channel: string): string => channel.replace(/;.*$/, '').replace(/:\d+$/, '');

/** An agent as his calls are recognised. `isGuess`: his contact was never told, and his name stands for it. */
export interface Owner {
  readonly name: string;
  readonly contact: Contact | null;
  readonly isGuess: boolean;
  /** The channel that mod_callcenter names as his; '' without. */
  readonly uuid: string;
}

/** Whether it is a call of his phone, of his queues or past them. Never by a number alone: other systems have a 1001 too. */
export function isOf(leg: Leg, { name, contact, isGuess, uuid }: Owner, registrations: Registrations): boolean {
  if (leg.queueAgent !== '') return leg.queueAgent === name;
  if (uuid !== '' && uuid === leg.uuid) return true;
  if (contact === null) return false;
  if (contact.channel !== '') return withoutPort(leg.name) === withoutPort(contact.channel);
  const [user, domain] = split(leg.presence);
  if (user === contact.user) {
    if (isGuess || (domain === contact.domain && domain !== '')) return true;
    if (leg.isOutbound) return contact.domain === '';
    if (registrations.isFrom(user, leg.address)) return true;
  }
  const [loginUser, loginDomain] = split(leg.login);
  return loginUser === contact.user && (contact.domain === '' || loginDomain === contact.domain);
}

function split(address: string): readonly [string, string] {
  const at = address.indexOf('@');
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
}
