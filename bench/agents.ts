/**
 * All agents' phones as one lean process: answers every INVITE at once, and tells when each came. A phone of the lab costs
 * some ms of CPU a call, which on a small machine would be measured along with the routing; this one costs a tenth of that.
 * Run by phones.ts as a child: argv[2] is the address; `take` by message gives what was noted since the last one.
 */
import { createSocket } from 'node:dgram';

/** When the agent's INVITE came, by the caller's number. */
export interface Invited {
  readonly caller: string;
  /** Who was called. */
  readonly agent: string;
  /** Wall clock, epoch ms with a fraction. */
  readonly atMs: number;
}

const address = process.argv[2] ?? '127.0.0.1';
const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
let invited: Invited[] = [];
/** Call-IDs that were counted: a retransmission is not a second call. */
const known = new Set<string>();

const header = (text: string, name: string): string => new RegExp(`^${name}: *(.*)\r$`, 'im').exec(text)?.[1] ?? '';
const all = (text: string, name: string): string[] => text.match(new RegExp(`^${name}:.*$`, 'gim')) ?? [];

const sdp = [
  ...['v=0', `o=agent 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0'],
  ...['m=audio 40000 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', ''],
].join('\r\n');

function answer(text: string, status: string, withBody: boolean): string {
  const to = header(text, 'To');
  const body = withBody ? sdp : '';
  return [
    `SIP/2.0 ${status}`,
    ...[...all(text, 'Via'), ...all(text, 'Record-Route')].map((line) => line.trimEnd()),
    `From: ${header(text, 'From')}`,
    `To: ${to}${to.includes('tag=') ? '' : ';tag=agent'}`,
    `Call-ID: ${header(text, 'Call-ID')}`,
    `CSeq: ${header(text, 'CSeq')}`,
    `Contact: <sip:agent@${address}:5060>`,
    ...(withBody ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

socket.on('message', (data, from) => {
  const atMs = performance.timeOrigin + performance.now();
  const text = data.toString('latin1');
  const method = text.slice(0, text.indexOf(' '));
  if (method === 'ACK' || method.startsWith('SIP/')) return;
  if (method === 'INVITE') {
    const callId = header(text, 'Call-ID');
    if (!known.has(callId)) {
      known.add(callId);
      const caller = /<sips?:([^@>;]+)@/.exec(header(text, 'From'))?.[1] ?? '';
      invited.push({ caller, agent: /^INVITE sips?:([^@ ]+)/.exec(text)?.[1] ?? '', atMs });
    }
  }
  socket.send(answer(text, '200 OK', method === 'INVITE'), from.port, from.address);
  if (method === 'BYE') known.delete(header(text, 'Call-ID'));
});

process.on('message', (asked) => {
  if (asked !== 'take') return;
  process.send?.(invited);
  invited = [];
});
process.on('disconnect', () => process.exit(0));
socket.bind(5060, address, () => process.send?.('ready'));
