import { IpntError } from '../../core/errors.ts';

/**
 * One AMI message: header names in lower case without spaces. Of a repeated header the first counts: what a dialplan adds to a
 * UserEvent comes after what Asterisk wrote.
 */
export type AmiMessage = Readonly<Record<string, string>>;

/** CR, LF and NUL would end a header and begin another action. */
const FORBIDDEN = /[\r\n\0]/;

/** Throws ARGUMENT_INVALID when a key or a value could smuggle in another header or action. */
export function checkAction(action: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(action)) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(key) || FORBIDDEN.test(value)) {
      throw new IpntError('ARGUMENT_INVALID', 'CR, LF or NUL in an AMI action', `action ${action['Action'] ?? '?'}`);
    }
  }
}

/** The bytes of an action. `Action` goes first, as Asterisk's documentation shows it. */
export function buildAction(action: Readonly<Record<string, string>>): string {
  checkAction(action);
  const lines = Object.entries(action).sort(([a], [b]) => Number(b === 'Action') - Number(a === 'Action'));
  return `${lines.map(([key, value]) => `${key}: ${value}`).join('\r\n')}\r\n\r\n`;
}

/** Brings a message of any parser into our form. Variables (an object) are left out: we use none. */
export function normalize(item: Readonly<Record<string, unknown>>): AmiMessage {
  const message: Record<string, string> = {};
  for (const [key, value] of Object.entries(item)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string') message[key] = first;
  }
  return message;
}

export interface AmiParser {
  /** Bytes as they came, in pieces of any size; gives back the messages that they completed. */
  push(bytes: Uint8Array): AmiMessage[];
}

/** A message larger than this is not AMI: the rest of it is dropped. */
const MAX_LINE = 1_000_000;

/**
 * Parses AMI as asterisk-manager does, for transcripts. Lines are decoded whole, so that a character cut in two by a packet
 * comes out right. The greeting is a line of its own that belongs to no message.
 */
export function createParser(): AmiParser {
  let rest: Uint8Array[] = [];
  let restLength = 0;
  let message: Record<string, string> = {};
  const decoder = new TextDecoder('utf-8');
  const line = (bytes: Uint8Array, out: AmiMessage[]) => {
    const text = decoder.decode(bytes).replace(/\r$/, '');
    if (text === '') {
      if (Object.keys(message).length > 0) out.push(message);
      message = {};
      return;
    }
    if (text.startsWith('Asterisk Call Manager')) return;
    const at = text.indexOf(': ');
    const key = (at < 0 ? text.replace(/:$/, '') : text.slice(0, at)).replaceAll(' ', '').toLowerCase();
    message[key] ??= at < 0 ? '' : text.slice(at + 2);
  };
  return {
    push(bytes) {
      const out: AmiMessage[] = [];
      let from = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        line(joinPieces([...rest, bytes.subarray(from, end)]), out);
        [rest, restLength, from] = [[], 0, end + 1];
      }
      if (from < bytes.length && restLength < MAX_LINE) {
        rest.push(bytes.slice(from));
        restLength += bytes.length - from;
      }
      return out;
    },
  };
}

function joinPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array()] = pieces;
  if (pieces.length === 1) return first;
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
