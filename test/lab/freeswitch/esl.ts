/** The event socket by hand, so that tests of a FreeSWITCH need none of our own clients. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface EslAddress {
  readonly host: string;
  readonly port: number;
}

export interface EslFrame {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Frames in what has come so far: header lines, a blank line, and as many bytes as Content-Length says. Gives back the rest. */
export function framesIn(buffer: Buffer): { readonly frames: EslFrame[]; readonly rest: Buffer } {
  const frames: EslFrame[] = [];
  let rest = buffer;
  for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
    const lines = rest.subarray(0, end).toString('latin1').split('\n');
    const headers = Object.fromEntries(
      lines.filter((line) => line !== '').map((line) => line.split(/: ?(.*)/s).slice(0, 2) as [string, string]),
    );
    const length = Number(headers['Content-Length'] ?? 0);
    if (rest.length < end + 2 + length) break;
    frames.push({ headers, body: rest.subarray(end + 2, end + 2 + length).toString('utf8') });
    rest = rest.subarray(end + 2 + length);
  }
  return { frames, rest };
}

/** A logged-in connection: one command at a time, each answered with its frame; events are kept in order. */
export class EslConnection {
  readonly events: Readonly<Record<string, string>>[] = [];
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #waiting: ((frame: EslFrame) => void)[] = [];
  readonly ended: Promise<void>;

  constructor({ host, port }: EslAddress) {
    this.#socket = connect(port, host);
    this.#socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.on('data', (chunk) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    const { frames, rest } = framesIn(Buffer.concat([this.#rest, chunk]));
    this.#rest = rest;
    for (const frame of frames) {
      if (frame.headers['Content-Type'] === 'text/event-json')
        this.events.push(JSON.parse(frame.body) as Record<string, string>);
      else this.#waiting.shift()?.(frame);
    }
  }

  #next(): Promise<EslFrame> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      void this.ended.then(() => reject(new Error('the event socket was closed')));
    });
  }

  /** Waits for `auth/request` and logs in; throws with what the server says otherwise. */
  async login(password: string): Promise<void> {
    await this.#next();
    const { headers } = await this.command(`auth ${password}`);
    if (!headers['Reply-Text']?.startsWith('+OK')) throw new Error(`auth: ${headers['Reply-Text'] ?? 'no answer'}`);
  }

  command(text: string): Promise<EslFrame> {
    this.#socket.write(`${text}\n\n`);
    return this.#next();
  }

  async api(text: string): Promise<string> {
    return (await this.command(`api ${text}`)).body;
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause();
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.ended;
  }
}

/** Logs in, for one test or one question. */
export async function openEsl(address: EslAddress, password: string): Promise<EslConnection> {
  const connection = new EslConnection(address);
  try {
    await connection.login(password);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

/** One `api` command over a connection of its own. */
export async function eslApi(address: EslAddress, password: string, command: string): Promise<string> {
  const connection = await openEsl(address, password);
  try {
    return await connection.api(command);
  } finally {
    await connection.close();
  }
}
