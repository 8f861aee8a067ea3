import { createWriteStream, mkdirSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import { clientLine, freeName, settingsLine } from './transcript.ts';
import type { TranscriptSettings } from './transcript.ts';

/** What a transcript must not show, replaced by as many characters: offsets and times stay right. */
export interface Masker {
  /** One line that the PBX sent, without its end. */
  line(text: string): string;
  /** What we sent: as above, and the secret is gone. */
  sent(text: string): string;
}

/** What is peculiar to a protocol. */
export interface Protocol {
  /** Of the file with the PBX's bytes: `ami`. */
  readonly extension: string;
  /** What ends one thing that we send. */
  readonly separator: string;
  newMasker(): Masker;
}

export interface RecorderOptions {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly dir: string;
  readonly settings: TranscriptSettings;
  readonly clock: Clock;
}

/** A TCP relay between our adapter and the PBX that writes down what passes: one transcript a connection, masked. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closing: Promise<void>[] = [];
  readonly #masker: Masker;
  readonly files: string[] = [];

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#masker = options.protocol.newMasker();
    this.#server = createServer((socket) => this.#relay(socket));
  }

  /** Listens on a free port of this machine alone. */
  async listen(): Promise<{ readonly host: string; readonly port: number }> {
    mkdirSync(this.#options.dir, { recursive: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    return { host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 };
  }

  /** Cuts what is still connected, and resolves when all is on disk. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all(this.#closing);
  }

  #relay(client: Socket): void {
    const { host, port, dir, settings, protocol } = this.#options;
    const pbx = createConnection(port, host);
    const name = freeName(dir, settings.siteId, protocol.extension, this.files);
    this.files.push(`${name}.${protocol.extension}`);
    const writer = new TranscriptWriter(name, this.#options, this.#masker);
    pbx.on('data', (bytes) => {
      writer.received(bytes);
      client.write(bytes);
    });
    client.on('data', (bytes) => {
      writer.sent(bytes);
      pbx.write(bytes);
    });
    for (const [socket, other] of [
      [client, pbx],
      [pbx, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    this.#closing.push(new Promise((resolve) => pbx.on('close', () => void writer.close().then(resolve))));
  }
}

class TranscriptWriter {
  readonly #bytes: WriteStream;
  readonly #client: WriteStream;
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #masker: Masker;
  readonly #separator: string;
  #received = 0;
  #rest = Buffer.alloc(0);
  #outgoing = '';

  constructor(name: string, { clock, settings, protocol }: RecorderOptions, masker: Masker) {
    this.#bytes = createWriteStream(`${name}.${protocol.extension}`);
    this.#client = createWriteStream(`${name}.client`);
    this.#clock = clock;
    this.#startMs = clock.monoMs();
    this.#masker = masker;
    this.#separator = protocol.separator;
    this.#note(settingsLine(settings));
  }

  /** Whole lines only are masked and written: a number may come in two pieces. latin1 keeps bytes as they are. */
  received(bytes: Buffer): void {
    this.#received += bytes.length;
    this.#note('<');
    const text = Buffer.concat([this.#rest, bytes]).toString('latin1');
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = Buffer.from(text.slice(end), 'latin1');
    this.#bytes.write(Buffer.from(this.#masked(text.slice(0, end)), 'latin1'));
  }

  /** One line a command. */
  sent(bytes: Buffer): void {
    const commands = (this.#outgoing + bytes.toString()).split(this.#separator);
    this.#outgoing = commands.pop() ?? '';
    for (const command of commands) this.#note(`> ${JSON.stringify(this.#masker.sent(command) + this.#separator)}`);
  }

  async close(): Promise<void> {
    this.#bytes.write(Buffer.from(this.#masked(this.#rest.toString('latin1')), 'latin1'));
    this.#note('# closed');
    await Promise.all([this.#bytes, this.#client].map((file) => new Promise<void>((resolve) => file.end(resolve))));
  }

  #masked(text: string): string {
    return text
      .split('\n')
      .map((line) => this.#masker.line(line))
      .join('\n');
  }

  #note(what: string): void {
    this.#client.write(clientLine(this.#clock.nowMs(), this.#clock.monoMs() - this.#startMs, this.#received, what));
  }
}
