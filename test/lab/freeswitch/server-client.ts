/** One client of the replaying event socket: login, subscriptions, and a send queue of its own (mod_event_socket, 1.10.12). */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';

export type EslEvent = Readonly<Record<string, string>>;

/** What a client asks of the server behind it. */
export interface ClientHost {
  readonly options: { readonly password: string; api(command: string): string | null };
  readonly isStuck: boolean;
  tell(event: EslEvent): void;
}

/** What an `event` command knows; the rest of a line that names none of these is refused. */
const EVENT_NAMES = new Set(
  (
    'ALL CUSTOM HEARTBEAT BACKGROUND_JOB RELOADXML MODULE_LOAD MODULE_UNLOAD SHUTDOWN API CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE ' +
    'CHANNEL_CALLSTATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_HOLD ' +
    'CHANNEL_UNHOLD CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_ORIGINATE ' +
    'CHANNEL_OUTGOING CHANNEL_UUID CHANNEL_DATA CALL_UPDATE DTMF PRESENCE_IN MESSAGE_WAITING'
  ).split(' '),
);

const reply = (text: string, ...more: string[]): string =>
  `${['Content-Type: command/reply', `Reply-Text: ${text}`, ...more].join('\n')}\n\n`;
export const withBody = (type: string, body: string): string =>
  `Content-Type: ${type}\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`;
const GOODBYE = withBody(
  'text/disconnect-notice',
  'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n',
);

export class EslClient {
  readonly #socket: Socket;
  readonly #server: ClientHost;
  #text = '';
  #isIn = false;
  #queue: Buffer[] = [];
  #isBlocked = false;
  readonly names = new Set<string>();
  readonly subclasses = new Set<string>();
  readonly filters: [string, string][] = [];
  /** In order, as they came. */
  readonly commands: string[] = [];

  constructor(socket: Socket, server: ClientHost) {
    this.#socket = socket;
    this.#server = server;
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (chunk: Buffer | string) => this.#read(String(chunk)));
    socket.on('drain', () => {
      this.#isBlocked = false;
      this.pump();
    });
    this.send('Content-Type: auth/request\n\n');
  }

  /** Frames that wait because the client does not read. */
  get queued(): number {
    return this.#queue.length;
  }

  send(frame: string | Buffer): void {
    this.#queue.push(typeof frame === 'string' ? Buffer.from(frame) : frame);
    this.pump();
  }

  /** Writes as fast as the client reads, while the PBX is not frozen. */
  pump(): void {
    while (!this.#isBlocked && !this.#server.isStuck && !this.#socket.destroyed) {
      const frame = this.#queue.shift();
      if (frame === undefined) return;
      this.#isBlocked = !this.#socket.write(frame);
    }
  }

  event(event: EslEvent, frame: Buffer): void {
    if (this.wants(event)) this.send(frame);
  }

  wants(event: EslEvent): boolean {
    const name = event['Event-Name'] ?? '';
    const isAsked =
      this.names.has('ALL') ||
      (name === 'CUSTOM' ? this.subclasses.has(event['Event-Subclass'] ?? '') : this.names.has(name));
    return isAsked && (this.filters.length === 0 || this.filters.some(([key, value]) => event[key] === value));
  }

  end(notice = ''): void {
    if (notice !== '') this.#socket.write(notice);
    this.#socket.end();
  }

  /** As when its process is killed: FIN, or RST. */
  drop(how: 'fin' | 'rst'): void {
    if (how === 'rst') this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    if (this.#server.isStuck) return;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const command = this.#text.slice(0, end).trim();
      this.#text = this.#text.slice(end + 2);
      this.commands.push(command);
      this.#command(command);
    }
  }

  /** Reads what came while the PBX was frozen. */
  wake(): void {
    this.#read('');
    this.pump();
  }

  #command(command: string): void {
    const [word = '', ...rest] = command.split(' ');
    const argument = rest.join(' ');
    if (!this.#isIn) return this.#auth(word, argument);
    switch (word) {
      case 'api':
        return this.send(
          argument === '' ? reply('-ERR command not found') : withBody('api/response', this.#answer(argument)),
        );
      case 'bgapi':
        return this.#background(argument);
      case 'event':
        return this.send(reply(this.#subscribe(rest)));
      case 'noevents':
        return this.send(reply(this.#unsubscribe()));
      case 'nixevent':
        for (const name of rest) [this.names, this.subclasses].forEach((set) => set.delete(name));
        return this.send(reply('+OK events nixed'));
      case 'filter':
        return this.send(reply(this.#filter(rest)));
      case 'log':
        return this.send(reply(`+OK log level ${argument} [${argument}]`));
      case 'nolog':
        return this.send(reply('+OK no longer logging'));
      case 'linger':
      case 'nolinger':
        return this.send(reply('-ERR not controlling a session'));
      case 'exit':
        this.send(reply('+OK bye'));
        return this.end(GOODBYE);
      default:
        return this.send(reply('-ERR command not found'));
    }
  }

  #auth(word: string, password: string): void {
    if (word !== 'auth') return this.send(reply('-ERR command not found'));
    this.#isIn = password === this.#server.options.password;
    this.send(reply(this.#isIn ? '+OK accepted' : '-ERR invalid'));
    if (!this.#isIn) this.end(GOODBYE);
  }

  #answer(command: string): string {
    return this.#server.options.api(command) ?? `-ERR ${command.split(' ')[0]} Command not found!\n`;
  }

  #background(command: string): void {
    const job = randomUUID();
    this.send(reply(`+OK Job-UUID: ${job}`, `Job-UUID: ${job}`));
    this.#server.tell({
      'Event-Name': 'BACKGROUND_JOB',
      'Job-UUID': job,
      'Job-Command': command,
      _body: this.#answer(command),
    });
  }

  /** After CUSTOM every word is a subclass, even the name of an event: it is answered +OK, and never sent. */
  #subscribe([format = '', ...words]: string[]): string {
    const custom = words.indexOf('CUSTOM');
    const named = (custom < 0 ? words : words.slice(0, custom)).filter((word) => EVENT_NAMES.has(word));
    for (const name of named) this.names.add(name);
    for (const subclass of custom < 0 ? [] : words.slice(custom + 1)) this.subclasses.add(subclass);
    return named.length > 0 || custom >= 0 ? `+OK event listener enabled ${format}` : '-ERR no keywords supplied';
  }

  #unsubscribe(): string {
    if (this.names.size + this.subclasses.size === 0) return '-ERR not listening for events';
    this.names.clear();
    this.subclasses.clear();
    return '+OK no longer listening for events';
  }

  #filter([first = '', ...rest]: string[]): string {
    if (first !== 'delete') {
      this.filters.push([first, rest.join(' ')]);
      return `+OK filter added. [${first}]=[${rest.join(' ')}]`;
    }
    const [key = '', ...value] = rest;
    const kept = this.filters.filter(([name, held]) => name !== key || held !== value.join(' '));
    this.filters.splice(0, Infinity, ...kept);
    return `+OK filter deleted. [${key}][${value.join(' ')}]`;
  }
}
