import { IpntError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SitePbxSink } from '../../ports/site-pbx.ts';
import type { SiteSession } from '../common/follower.ts';
import { Snapshots } from '../common/snapshots.ts';
import { atMost } from './ari-client.ts';
import type { Json } from './ari-client.ts';
import { AriConnection } from './client.ts';
import { placeOf } from './http-get.ts';
import { refused } from './requests.ts';
import { isDone } from './rest.ts';
import type { Params, Reply } from './rest.ts';
import type { AgentRule } from './site-agents.ts';
import { createSiteFeed } from './site-feed.ts';
import type { Asked, SiteEntry, SiteFeed, SiteTap } from './site-feed.ts';
import type { Oddities } from '../common/oddities.ts';
import type { QueueMemory } from './site-queue.ts';
import { configuredTitle } from './site-title.ts';
import { devicesToAsk } from './site-translate.ts';
import { isSiteEvent, readEndpoints, readSiteChannels } from './site-wire.ts';
import { cleanText } from './wire.ts';

const SNAPSHOT_MS = 10_000;
/** Questions of one snapshot that are under way at once: Asterisk answers them one after the other anyway. */
const MOST_QUESTIONS = 16;

export interface AriSessionOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly app: string;
  readonly rule: AgentRule;
  readonly clock: Clock;
  readonly log: Log;
  readonly sink: SitePbxSink;
  /** What outlives a connection. */
  readonly queues: QueueMemory;
  readonly titles: Map<string, string>;
  readonly oddities: Oddities;
  readonly tap?: SiteTap;
}

/** One connection to a site over ARI: websocket, first snapshot, live events, audits. Pings are the connection's own. */
export class AriSiteSession implements SiteSession {
  readonly #options: AriSessionOptions;
  readonly #feed: SiteFeed;
  readonly #snapshots: Snapshots;
  readonly #inTurn = atMost(MOST_QUESTIONS);
  #connection: AriConnection | undefined;
  #round = 0;
  #end: (error: Error) => void = () => undefined;
  readonly #ended: Promise<never>;
  #isOver = false;

  constructor(options: AriSessionOptions) {
    const { rule, queues, oddities, clock, log } = options;
    this.#options = options;
    this.#feed = createSiteFeed({ rule, queues, odd: (what) => oddities.note(what) });
    this.#snapshots = new Snapshots({
      ...{ clock, log },
      take: () => this.#snapshot(),
      failed: (error) => this.#end(error),
    });
    this.#ended = new Promise((_, reject) => (this.#end = reject));
    this.#ended.catch(() => undefined);
  }

  get agents(): ReadonlySet<string> {
    return this.#feed.agents;
  }

  async run(up: () => void): Promise<never> {
    try {
      await this.#open();
      await this.#snapshot();
      up();
      this.#snapshots.open();
      return await this.#ended;
    } finally {
      this.close('session over');
    }
  }

  requestSnapshot(why: string): void {
    this.#snapshots.request(why);
  }

  close(reason: string): void {
    this.#isOver = true;
    this.#snapshots.close();
    this.#connection?.end(reason);
    this.#end(this.#unreachable(reason));
  }

  #unreachable(detail: string): IpntError {
    return new IpntError('ARI_UNREACHABLE', detail, placeOf(this.#options.url));
  }

  async #open(): Promise<void> {
    const { url, user, password, app, clock, sink, oddities } = this.#options;
    const connection = await AriConnection.load({ url, user, password, app, clock, subscribeAll: true });
    this.#connection = connection;
    if (this.#isOver) connection.end('stopped');
    await connection.open({
      onOpen: () => undefined,
      onEvent: (json) => this.#frame(json),
      onLost: (reason) => this.#end(this.#unreachable(reason)),
      onAlive: () => this.#isOver || sink.seen(clock.nowMs()),
      onGarbage: (what) => oddities.note(what),
    });
    if (this.#isOver) connection.end('stopped');
    const info = await this.#ask('asterisk', 'getInfo', {});
    sink.event({ kind: 'linkUp', version: versionOf(info.body) }, clock.nowMs());
  }

  #frame(json: Json): void {
    if (this.#isOver) return;
    const type = json['type'];
    if (typeof type === 'string' && isSiteEvent(type)) this.#take({ frame: json });
    else if (typeof type !== 'string' || !this.#connection?.declares(type))
      this.#options.oddities.note(`an event of an unknown type (${cleanText(String(type), 40)})`);
    if (this.#feed.takeWish()) this.requestSnapshot('an endpoint that is not known');
    if (type !== 'ApplicationReplaced') return;
    // Its name is ours alone, so this is nobody's honest mistake; what is deaf now is opened anew.
    this.#end(this.#unreachable(`another program took over our ARI application ${this.#options.app}`));
  }

  #take(entry: SiteEntry): void {
    const { clock, sink, tap } = this.#options;
    const nowMs = clock.nowMs();
    tap?.came(entry, nowMs);
    for (const { event, atMs } of this.#feed.entry(entry, nowMs)) sink.event(event, atMs);
  }

  /** Takes one whole snapshot; rejects when ARI refuses a part of it or does not finish in time. */
  async #snapshot(): Promise<void> {
    const { clock } = this.#options;
    const timer = clock.after(SNAPSHOT_MS, () =>
      this.#end(this.#unreachable(`snapshot given up: not whole within ${SNAPSHOT_MS} ms`)),
    );
    try {
      await Promise.race([this.#questions(++this.#round), this.#ended]);
    } finally {
      timer.cancel();
    }
    if (this.#feed.overflowed) throw this.#unreachable('snapshot given up: too many events came meanwhile');
  }

  async #questions(round: number): Promise<void> {
    this.#take({ asked: round });
    const [endpoints, channels] = await Promise.all([
      this.#answer('endpoints', '', 'endpoints', 'list', {}),
      this.#answer('channels', '', 'channels', 'list', {}),
      this.#answer('bridges', '', 'bridges', 'list', {}),
    ]);
    const devices = devicesToAsk(this.#options.rule, readEndpoints(endpoints.body));
    await Promise.all([
      ...devices.map((device) => this.#answer('device', device, 'deviceStates', 'get', { deviceName: device })),
      ...devices.map((device) => this.#title(device)),
      ...readSiteChannels(channels.body).map(({ id }) =>
        this.#answer('linked', id, 'channels', 'getChannelVar', { channelId: id, variable: 'CHANNEL(linkedid)' }),
      ),
    ]);
    if (!this.#isOver) this.#take({ whole: round });
  }

  /** Names of endpoints change by hand: once a connection is enough. */
  async #title(device: string): Promise<void> {
    const { titles } = this.#options;
    const known = titles.get(device);
    const title = known !== undefined && this.#round > 1 ? known : await this.#configuredTitle(device);
    titles.set(device, title);
    this.#take({ answer: 'title', of: device, status: 200, body: { value: title } });
  }

  async #configuredTitle(device: string): Promise<string> {
    const [technology = '', id = ''] = device.split('/');
    if (technology !== 'PJSIP') return '';
    const params = { configClass: 'res_pjsip', objectType: 'endpoint', id };
    const reply = await this.#inTurn(() => this.#ask('asterisk', 'getObject', params));
    return isDone(reply) ? configuredTitle(reply.body) : '';
  }

  async #answer(answer: Asked, of: string, resource: string, operation: string, params: Params): Promise<Reply> {
    const { status, body } = await this.#inTurn(() => this.#ask(resource, operation, params));
    if (!isDone({ status, body }) && answer !== 'linked')
      throw refused(
        `${resource}.${operation}${of === '' ? '' : ` of ${of}`}`,
        { status, body },
        placeOf(this.#options.url),
      );
    if (!this.#isOver) this.#take({ answer, of, status, body });
    return { status, body };
  }

  #ask(resource: string, operation: string, params: Params): Promise<Reply> {
    const { clock, tap } = this.#options;
    tap?.asked(`${resource}.${operation} ${JSON.stringify(params)}`, clock.nowMs());
    return this.#connection?.request(resource, operation, params) ?? Promise.reject(this.#unreachable('not connected'));
  }
}

function versionOf(info: unknown): string {
  const version = (info as { system?: { version?: unknown } } | null)?.system?.version;
  return typeof version === 'string' ? cleanText(version, 80) : '';
}
