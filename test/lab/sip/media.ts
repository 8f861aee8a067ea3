/**
 * A phone's media: the SDP it says (PCMU and telephone-event, one stream) and, when asked for, real RTP.
 *
 * Without `rtp` the SDP names the discard port and nothing is bound or sent: signalling tests pay for no media.
 */
import { createSocket, type Socket } from 'node:dgram';
import type { Remote } from './transaction.ts';

/** One call's share of the phone's RTP socket. */
export interface MediaLeg {
  /** Where to send; undefined until the peer said it. */
  remoteRtp?: Remote;
  rtpReceived: number;
}
interface Sending {
  leg: MediaLeg;
  packet: Buffer;
  seq: number;
  stamp: number;
  /** A key that is held: sent in place of the silence. */
  key?: HeldKey;
}
interface HeldKey {
  event: number;
  /** Timestamp of its beginning: all of its packets carry it. */
  stamp: number;
  frames: number;
  released: () => void;
}

const FRAME_MS = 20;
const SAMPLES = 160;
/** A key is held for so many frames; its last packet goes out three times (RFC 4733, section 2.5.1.4). */
const KEY_FRAMES = 5;
const KEY_ENDS = 3;
const KEYS = '0123456789*#';

/** The peer's RTP address in an SDP body; undefined without audio or when the stream is refused. */
export function rtpOf(sdp: string): Remote | undefined {
  const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 0);
  const lines = /^c=IN IP4 (\S+)/m.exec(sdp.slice(Math.max(0, sdp.indexOf('m=audio')))) ?? /^c=IN IP4 (\S+)/m.exec(sdp);
  return port > 0 && lines?.[1] !== undefined ? { host: lines[1], port } : undefined;
}

/** The direction that answers an offer: hold is accepted by going quiet the other way. */
export function answerDirection(offer: string): string {
  if (/^a=sendonly\s*$/m.test(offer)) return 'recvonly';
  if (/^a=recvonly\s*$/m.test(offer)) return 'sendonly';
  return /^a=inactive\s*$/m.test(offer) ? 'inactive' : 'sendrecv';
}

export class Media {
  readonly #address: string;
  readonly #enabled: boolean;
  readonly #legs = new Map<MediaLeg, Sending>();
  #socket?: Socket;
  #timer?: NodeJS.Timeout;
  #version = 0;
  #port = 9;

  constructor(address: string, enabled: boolean) {
    this.#address = address;
    this.#enabled = enabled;
  }

  async open(): Promise<void> {
    if (!this.#enabled) return;
    const socket = createSocket('udp4');
    socket.on('error', () => undefined);
    socket.on('message', (_data, from) => this.#count(from.address, from.port));
    await new Promise<void>((resolve) => socket.bind(0, this.#address, resolve));
    this.#port = socket.address().port;
    this.#socket = socket;
  }

  /** Our SDP, as an offer or as the answer to one. */
  sdp(offer = ''): string {
    const id = 1000 + ++this.#version;
    return [
      'v=0',
      `o=phone 1000 ${id} IN IP4 ${this.#address}`,
      's=-',
      `c=IN IP4 ${this.#address}`,
      't=0 0',
      `m=audio ${this.#port} RTP/AVP 0 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      `a=${answerDirection(offer)}`,
      '',
    ].join('\r\n');
  }

  /** Starts to send silence for an answered call, and to count what comes. */
  attach(leg: MediaLeg): void {
    if (!this.#socket || this.#legs.has(leg)) return;
    const packet = Buffer.alloc(12 + SAMPLES, 0xff);
    packet.writeUInt16BE(0x8000, 0);
    packet.writeUInt32BE(Math.floor(Math.random() * 0xffffffff), 8);
    this.#legs.set(leg, { leg, packet, seq: 0, stamp: 0 });
    this.#timer ??= setInterval(() => this.#tick(), FRAME_MS).unref();
  }

  /** Presses a key as telephone-events (RFC 4733); resolves when it is released. */
  press(leg: MediaLeg, key: string): Promise<void> {
    const sending = this.#legs.get(leg);
    if (!sending || !KEYS.includes(key)) throw new Error(`key ${key} needs a call with rtp`);
    const { stamp } = sending;
    return new Promise((released) => (sending.key = { event: KEYS.indexOf(key), stamp, frames: 0, released }));
  }

  detach(leg: MediaLeg): void {
    this.#legs.get(leg)?.key?.released();
    this.#legs.delete(leg);
    if (this.#legs.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#legs.clear();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await new Promise<void>((resolve) => socket.close(resolve));
  }

  /** Asterisk's RTP sockets are bound to no address: on loopback they send as 127.0.0.1, whatever its SDP says. The port tells. */
  #count(host: string, port: number): void {
    const legs = [...this.#legs.keys()].filter((leg) => leg.remoteRtp?.port === port);
    const leg = legs.find((l) => l.remoteRtp?.host === host) ?? legs[0];
    if (leg) leg.rtpReceived++;
  }

  #tick(): void {
    for (const s of this.#legs.values()) {
      const packet = s.key ? keyPacket(s, s.key) : s.packet;
      packet.writeUInt16BE(s.seq++ & 0xffff, 2);
      packet.writeUInt32BE(s.key?.stamp ?? s.stamp, 4);
      s.stamp = (s.stamp + SAMPLES) >>> 0;
      if (s.leg.remoteRtp) this.#socket?.send(packet, s.leg.remoteRtp.port, s.leg.remoteRtp.host, () => undefined);
      if (s.key && ++s.key.frames >= KEY_FRAMES + KEY_ENDS) {
        s.key.released();
        s.key = undefined;
      }
    }
  }
}

/** One telephone-event: payload 101, the marker on the first, the end bit on the last ones. */
function keyPacket({ packet }: Sending, { event, frames }: HeldKey): Buffer {
  const one = Buffer.alloc(16);
  packet.copy(one, 0, 0, 12);
  one[1] = 101 | (frames === 0 ? 0x80 : 0);
  one[12] = event;
  one[13] = 10 | (frames >= KEY_FRAMES ? 0x80 : 0);
  one.writeUInt16BE(Math.min(frames + 1, KEY_FRAMES) * SAMPLES, 14);
  return one;
}
