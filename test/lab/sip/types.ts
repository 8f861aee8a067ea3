/** What the lab's phones promise to the tests that drive them, and what a call needs of its phone. */
import type { Drop, SipEndpoint } from './endpoint.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { Media } from './media.ts';
import type { Remote } from './transaction.ts';

/**
 * What a phone saw or did.
 * Incoming: invited, ringing (180 sent), answered (200 sent), confirmed (ACK came), cancelled, missed (unanswered, and nobody
 * else answered), rejected, redirected. Outgoing: progress (18x came), connected (200 came), failed, redirected, cancelled.
 * Both: bye_received, bye_sent, transfer, and exactly one `ended`, last. `detail.direction` is `in` or `out`.
 */
export type PhoneEvent =
  | 'registered'
  | 'unregistered'
  | 'invited'
  | 'ringing'
  | 'answered'
  | 'confirmed'
  | 'cancelled'
  | 'bye_received'
  | 'bye_sent'
  | 'rejected'
  | 'redirected'
  | 'progress'
  | 'connected'
  | 'failed'
  | 'ended'
  | 'transfer'
  | 'missed';

export interface PhoneLogEntry {
  /** Wall clock in milliseconds with a fraction, monotonic within the process. */
  atMs: number;
  /** The phone's label. */
  phone: string;
  what: PhoneEvent;
  /** The SIP Call-ID; '' for registrations. */
  call: string;
  detail: Record<string, string>;
}

export type RingBehaviour =
  /** The phone hangs up itself after `talkMs` of talk, when given. */
  | { kind: 'answer'; afterMs: number; talkMs?: number }
  /** Rings and never answers. */
  | { kind: 'ring' }
  | { kind: 'reject'; code: number; afterMs?: number }
  /** 302 to a SIP URI. */
  | { kind: 'redirect'; to: string }
  /** No response at all. */
  | { kind: 'silent' };

export interface PhoneOptions {
  /** User part of its address, and its user name for digest. */
  name: string;
  /** Its name in the log, where user parts of several sites would collide; `name` by default. */
  label?: string;
  localAddress: string;
  /** 0 or absent takes a free one. */
  localPort?: number;
  server: { host: string; port: number };
  password?: string;
  /** `{ kind: 'answer', afterMs: 0 }` by default. */
  behaviour?: RingBehaviour;
  /** `busy` (default) says 486 while in a call; `accept` applies the behaviour, which is how double offers are seen. */
  secondCall?: 'busy' | 'accept';
  /** Sends silence and counts what comes; off by default. */
  rtp?: boolean;
  /** Calls the Contact of a 302 instead of failing; off by default. */
  followRedirects?: boolean;
  log?: (e: PhoneLogEntry) => void;
  /** Loses datagrams on purpose. */
  drop?: Drop;
  /** RFC 3261's T1, 500 by default; tests of loss take less. */
  t1Ms?: number;
}

export interface CallOptions {
  /** Display name, raw: it may be hostile. */
  fromName?: string;
  fromUser?: string;
  headers?: Record<string, string>;
  /** Gives up (CANCEL) after this long unanswered. */
  ringTimeoutMs?: number;
}

/** A live dialog of either direction. */
export interface PhoneCall {
  readonly callId: string;
  readonly direction: 'in' | 'out';
  readonly state: 'ringing' | 'talking' | 'ended';
  /** The other party's From or To value. */
  readonly peer: string;
  /** RTP packets that came; counts only with `rtp`. */
  readonly rtpReceived: number;
  hangup(): Promise<void>;
}

export interface OutgoingCall {
  readonly callId: string;
  /** Resolves at the first 18x or at the answer, rejects like `answered`. */
  ringing: Promise<void>;
  /** Resolves with the `connected` entry, rejects with a CallFailed. */
  answered: Promise<PhoneLogEntry>;
  /** Resolves with the `ended` entry, whatever the end. */
  ended: Promise<PhoneLogEntry>;
  /** CANCEL or BYE as fits; resolves when the other side has confirmed or 64 T1 have passed. */
  hangup(): Promise<void>;
}

/** Why an outgoing call got no answer. 408 is also said when no final response came. */
export class CallFailed extends Error {
  readonly code: number;
  constructor(code: number, reason: string) {
    super(`call failed: ${code} ${reason}`.trim());
    this.name = 'CallFailed';
    this.code = code;
  }
}

/** What a call asks of the phone that holds it. */
export interface CallHost {
  readonly options: PhoneOptions;
  readonly endpoint: SipEndpoint;
  readonly media: Media;
  /** `<sip:name@address:port>` */
  readonly contact: string;
  record(what: PhoneEvent, call: string, detail?: Record<string, string>): PhoneLogEntry;
  /** A request other than INVITE: its final response (408 for none), credentials given when asked for. */
  request(r: SipRequest, remote: Remote, nextSeq: () => number): Promise<SipResponse>;
  call(to: string, o?: CallOptions): OutgoingCall;
  forget(callId: string): void;
}

/** Headers of every request that makes or refreshes a dialog. */
export const CAPABILITIES = {
  allow: 'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, NOTIFY, REFER, MESSAGE',
  supported: 'replaces',
  'user-agent': 'ipnt-lab-phone',
};

/** A promise with its handles. A rejection that nobody waits for is no fault of the test. */
export function deferred<T>(): { promise: Promise<T>; resolve: (v: T) => void; reject: (e: Error) => void } {
  let resolve!: (v: T) => void;
  let reject!: (e: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
