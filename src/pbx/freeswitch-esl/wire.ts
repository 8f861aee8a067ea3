import { IpntError } from '../../core/errors.ts';

/** One message as FreeSWITCH frames it: headers, an empty line, and `Content-Length` bytes of a body (mod_event_socket.c, 1.10.12). */
export interface EslFrame {
  readonly contentType: string;
  /** `+OK ...` or `-ERR ...` of a command/reply; '' elsewhere. */
  readonly reply: string;
  readonly body: string;
}

/** The headers of one event that concern us. Of a repeated one (an array in JSON) the first counts. */
export type EslEvent = Readonly<Record<string, string>>;

/** CR and LF would end a command and begin another, NUL cuts it. */
const FORBIDDEN = /[\r\n\0]/;

/** Throws ARGUMENT_INVALID when a command could smuggle in another. */
export function checkCommand(command: string): void {
  if (!FORBIDDEN.test(command)) return;
  throw new IpntError('ARGUMENT_INVALID', 'CR, LF or NUL in a command', `command ${command.split(/\s/, 2).join(' ')}`);
}

/** A longer message is none that we asked for: the connection that it comes over is given up. */
export const MAX_MESSAGE = 8_000_000;

/** Everything else of an event's 4 to 5 KB is dropped at the border: tens of thousands of events may have to be kept. */
const KEPT = new Set(
  [
    'Event-Name Event-Subclass Core-UUID Event-Date-Timestamp',
    'Unique-ID Channel-Name Channel-Call-State Channel-Call-UUID Channel-Presence-ID Call-Direction Answer-State',
    'Caller-Destination-Number Caller-Username Caller-Network-Addr Bridge-A-Unique-ID Bridge-B-Unique-ID',
    'Other-Leg-Unique-ID variable_cc_agent variable_cc_side variable_cc_member_session_uuid',
    'variable_dialed_user variable_dialed_domain variable_user_name variable_domain_name',
    'from-user from-host to-user to-host username user host realm network-ip call-id',
    'name key filename',
  ].flatMap((names) => names.split(' ')),
);
const isKept = (name: string): boolean => name.startsWith('CC-') || KEPT.has(name);

/** The event in a text/event-json or text/event-plain body; null when it is none that can be read. */
export function eventOf({ contentType, body }: Pick<EslFrame, 'contentType' | 'body'>): EslEvent | null {
  const event =
    contentType === 'text/event-json' ? ofJson(body) : contentType === 'text/event-plain' ? ofPlain(body) : null;
  return event !== null && typeof event['Event-Name'] === 'string' ? event : null;
}

function ofJson(body: string): EslEvent | null {
  const parsed = parsedJson(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const event: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string' && isKept(name)) event[name] = first;
  }
  return event;
}

/** Values of the plain form are percent-encoded, and may hold bytes that are no UTF-8 (`%EB`). */
function ofPlain(body: string): EslEvent {
  const event: Record<string, string> = {};
  for (const line of body.split('\n')) {
    if (line === '') break;
    const at = line.indexOf(': ');
    const name = at < 0 ? '' : line.slice(0, at);
    if (isKept(name)) event[name] ??= decoded(line.slice(at + 2));
  }
  return event;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export type Row = Readonly<Record<string, string>>;

/** `name|status|...` with a row a line, closed by `+OK`; without rows there is no header either (callcenter_config, 1.10.12). */
export function rowsOfTable(body: string): Row[] {
  const [head = '', ...lines] = body.split('\n').filter((line) => line !== '' && !line.startsWith('+OK'));
  const names = head.split('|');
  return lines.map((line) => {
    const cells = line.split('|');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

/** `show ... as json`: without rows there is only a `row_count`. Null when it is no such answer. */
export function rowsOfJson(body: string): Row[] | null {
  const parsed = parsedJson(body) as { readonly row_count?: unknown; readonly rows?: unknown } | null | undefined;
  if (typeof parsed !== 'object' || parsed === null || !('row_count' in parsed)) return null;
  if (!Array.isArray(parsed.rows)) return [];
  return parsed.rows.flatMap((row: unknown) => {
    if (typeof row !== 'object' || row === null) return [];
    return [Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]))];
  });
}

export interface EslParser {
  /** Bytes as they came, in pieces of any size; gives back the messages that they completed. */
  push(bytes: Uint8Array): EslFrame[];
  /** A message longer than we take: what came after it was dropped. */
  readonly isTooLong: boolean;
}

/** Parses as modesl does, for transcripts. Bodies are decoded whole: a character cut in two by a packet comes out right. */
export function createParser(): EslParser {
  let rest: Uint8Array = new Uint8Array();
  let isTooLong = false;
  let wanted = 0;
  const decoder = new TextDecoder('utf-8');
  const one = (): EslFrame | null => {
    const end = headerEnd(rest);
    if (end < 0) return null;
    const headers = headersOf(decoder.decode(rest.subarray(0, end)));
    const length = Math.max(0, Math.trunc(Number(headers['content-length'] ?? 0)) || 0);
    wanted = end + 2 + length;
    if (rest.length < wanted) return null;
    const body = decoder.decode(rest.subarray(end + 2, wanted));
    [rest, wanted] = [rest.subarray(wanted), 0];
    return { contentType: headers['content-type'] ?? '', reply: headers['reply-text'] ?? '', body };
  };
  return {
    push(bytes) {
      if (isTooLong) return [];
      rest = joined(rest, bytes);
      const out: EslFrame[] = [];
      if (rest.length >= wanted) for (let frame = one(); frame !== null; frame = one()) out.push(frame);
      isTooLong = Math.max(wanted, rest.length) > MAX_MESSAGE;
      if (isTooLong) rest = new Uint8Array();
      return out;
    },
    get isTooLong() {
      return isTooLong;
    },
  };
}

function headerEnd(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) if (bytes[at + 1] === 10) return at;
  return -1;
}

function headersOf(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ');
    if (at > 0) headers[line.slice(0, at).toLowerCase()] ??= line.slice(at + 2);
  }
  return headers;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
