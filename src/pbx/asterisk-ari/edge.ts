/**
 * The edge's Asterisk over ARI: our port on top of `link.ts` (connection), `translate.ts` (events) and `legs.ts`
 * (operations). Deadlines, reconnects and ari-client's faults are below.
 */
import { IpntError } from '../../core/errors.ts';
import type { EdgePbx, EdgePbxEvent, LeftOver } from '../../ports/edge-pbx.ts';
import type { Log } from '../../ports/log.ts';
import { redirectEndpoint } from './address.ts';
import type { ClientOptions } from './client.ts';
import { placeOf } from './http-get.ts';
import { readLeftOvers, takeSnapshot } from './leftovers.ts';
import * as at from './legs.ts';
import type { Legs } from './legs.ts';
import { AriLink } from './link.ts';
import { createRequests } from './requests.ts';
import type { Requests } from './requests.ts';
import { isDone, reasonOf } from './rest.ts';
import type { Params } from './rest.ts';
import { cutOff, forget, lose, silence } from './sayings.ts';
import { resumeMusic, saidAll, say } from './say.ts';
import { newCaller, newMemory, newOffer, noteTrunk, reconcile, translate, UNKNOWN_TREATMENT } from './translate.ts';
import type { Inner } from './translate.ts';
import { askTrunk, watchTrunk } from './trunks.ts';
import { EVENT_FILTER } from './wire.ts';

export interface AriEdgeOptions extends ClientOptions {
  /** Endpoints to watch: `PJSIP/site-a`. */
  readonly trunks: readonly string[];
  readonly log: Log;
}

/** Cause codes as `reason_code`, so that the SIP answer is 486 and 503; `answered_elsewhere` has only a name. */
const HANGUP: Readonly<Record<Parameters<EdgePbx['hangup']>[1], Params>> = {
  normal: {},
  answered_elsewhere: { reason: 'answered_elsewhere' },
  busy: { reason_code: '17' },
  congestion: { reason_code: '34' },
};

export function createAriEdge(options: AriEdgeOptions): EdgePbx {
  return new AriEdge(options);
}

class AriEdge implements EdgePbx {
  readonly #app: string;
  readonly #trunks: readonly string[];
  readonly #log: Log;
  readonly #memory = newMemory();
  readonly #requests: Requests;
  readonly #legs: Legs;
  readonly #link: AriLink;
  /** Callers who left the application, while we ask whether they hung up. */
  readonly #doubts = new Set<string>();
  #settled: Promise<void> = Promise.resolve();
  #sink: (event: EdgePbxEvent) => void = () => undefined;

  constructor(options: AriEdgeOptions) {
    this.#app = options.app;
    this.#trunks = options.trunks;
    this.#log = options.log.child({ component: 'ari' });
    this.#requests = createRequests(() => this.#link.connection, placeOf(options.url));
    this.#legs = {
      ...{ app: options.app, clock: options.clock, log: this.#log, memory: this.#memory },
      ...{ requests: this.#requests, whispers: new Map(), sayings: new Map() },
    };
    for (const trunk of options.trunks) this.#memory.trunks.set(trunk, true);
    this.#link = new AriLink(options, this.#log, {
      onUp: () => this.#up(),
      onEvent: (event) => this.#handle(translate(this.#memory, event)),
      onDown: (reason) => {
        lose(this.#legs.sayings);
        this.#emit({ kind: 'linkDown', reason });
      },
      onReplaced: () => this.#emit({ kind: 'replaced' }),
    });
  }

  async start(sink: (event: EdgePbxEvent) => void, mayOpen?: () => Promise<boolean>): Promise<void> {
    this.#sink = sink;
    await this.#link.start(mayOpen);
    await this.#settled;
  }

  stop(): Promise<void> {
    return this.#link.stop();
  }

  trunkOnline(trunk: string): boolean {
    return this.#memory.trunks.get(trunk) ?? true;
  }

  async leftOvers(): Promise<LeftOver> {
    const snapshot = await takeSnapshot(this.#requests, this.#app);
    const found = await readLeftOvers(this.#requests, snapshot, this.#memory.ended);
    // Adopted: their ends are told like those of callers who came while we listened.
    const strangers = found.callers.filter(({ channelId, state, bridged }) => {
      return state === 'up' && !bridged && !this.#memory.callers.has(channelId);
    });
    await Promise.all(strangers.map(({ channelId }) => silence(this.#requests, channelId)));
    for (const { channelId, state } of found.callers) {
      const caller = this.#memory.callers.get(channelId) ?? { ...newCaller(false), treatment: UNKNOWN_TREATMENT };
      caller.up = state === 'up';
      caller.bridgeId = snapshot.bridgeOf.get(channelId) ?? '';
      this.#memory.callers.set(channelId, caller);
    }
    for (const { offerId, up } of found.offers) {
      const offer = this.#memory.offers.get(offerId) ?? newOffer(up);
      if (up) offer.line.treatment ??= UNKNOWN_TREATMENT;
      offer.line.bridgeId = snapshot.bridgeOf.get(offerId) ?? '';
      this.#memory.offers.set(offerId, offer);
    }
    return found;
  }

  ring: EdgePbx['ring'] = async (request) => at.ring(this.#legs, request);
  treat: EdgePbx['treat'] = async (channelId, music) => at.treat(this.#legs, channelId, music);
  say: EdgePbx['say'] = async (channelId, prompts, music) => say(this.#legs, channelId, prompts, music);
  bridge: EdgePbx['bridge'] = async (request) => at.bridge(this.#legs, request);
  whisper: EdgePbx['whisper'] = async (offerId, place) => at.whisper(this.#legs, offerId, place);
  setVariables: EdgePbx['setVariables'] = async (channelId, values) => at.setVariables(this.#legs, channelId, values);
  continueInDialplan: EdgePbx['continueInDialplan'] = async (id, followed) =>
    at.continueInDialplan(this.#legs, id, followed ?? false);
  setAbsoluteTimeout: EdgePbx['setAbsoluteTimeout'] = async (id, sec) => at.setAbsoluteTimeout(this.#legs, id, sec);

  async hangup(channelId: string, reason: Parameters<EdgePbx['hangup']>[1]): Promise<boolean> {
    return this.#requests.onChannel('hangup', channelId, HANGUP[reason]);
  }

  async redirect(channelId: string, contact: string): Promise<boolean> {
    const endpoint = redirectEndpoint(contact);
    const go = () => this.#requests.onChannel('redirect', channelId, { endpoint });
    return this.#requests.inOrder(cutOff(this.#legs, channelId), [go]);
  }

  async destroyBridge(callId: string): Promise<boolean> {
    const done = await this.#requests.attempt('bridges', 'destroy', { bridgeId: callId });
    // Whoever was in it is still in the application, and may wait again.
    for (const caller of this.#memory.callers.values()) if (caller.bridgeId === callId) caller.bridgeId = '';
    return done;
  }

  #up(): void {
    const known = { callers: [...this.#memory.callers.keys()], offers: [...this.#memory.offers.keys()] };
    this.#emit({ kind: 'linkUp' });
    this.#settled = this.#settle(known).catch((error: unknown) => {
      // The link went again: the next one settles.
      const errCode = error instanceof IpntError ? error.code : 'BUG';
      this.#log.warn(`the first requests after the connect failed: ${(error as Error).message}`, { errCode });
    });
  }

  /** After every connect: fewer events, the trunks, and who ended while we were away. */
  async #settle(known: Parameters<typeof reconcile>[1]): Promise<void> {
    const [filtered] = await Promise.all([
      this.#requests.ask('applications', 'filter', { applicationName: this.#app, filter: EVENT_FILTER }),
      ...this.#trunks.map(async (trunk) => {
        this.#noteTrunk(trunk, await watchTrunk(this.#requests, this.#app, trunk, this.#log));
      }),
    ]);
    if (!isDone(filtered)) this.#log.warn(`ARI did not take our event filter: ${reasonOf(filtered)}`);
    if (known.callers.length + known.offers.length === 0) return;
    await resumeMusic(this.#legs);
    const { channels, inside } = await takeSnapshot(this.#requests, this.#app);
    this.#handle(reconcile(this.#memory, known, new Set(channels.map((channel) => channel.id)), inside));
  }

  #noteTrunk(trunk: string, online: boolean | undefined): void {
    if (online !== undefined) this.#handle(noteTrunk(this.#memory, trunk, online));
  }

  #handle(events: readonly (EdgePbxEvent | Inner)[]): void {
    for (const event of events) {
      if (event.kind === 'doubtful') void this.#resolveDoubt(event.channelId);
      else if (event.kind === 'whispered') this.#legs.whispers.get(event.offerId)?.(true);
      else if (event.kind === 'said') void saidAll(this.#legs, event.channelId, event.playbackId);
      else if (event.kind === 'trunkAsk')
        void askTrunk(this.#requests, event.trunk).then(
          (online) => this.#noteTrunk(event.trunk, online),
          () => undefined,
        );
      else {
        if (event.kind === 'offerGone') this.#legs.whispers.get(event.offerId)?.(false);
        if (event.kind === 'offerGone') forget(this.#legs.sayings, event.offerId);
        if (event.kind === 'callLeft') forget(this.#legs.sayings, event.channelId);
        // He is back before we knew why he had gone: then he had not hung up.
        if (event.kind === 'callEntered') this.#doubtOver(event.channel.channelId, false);
        this.#emit(event);
      }
    }
  }

  /** He left the application and nobody said why: if the channel is there, he is in the dialplan. */
  async #resolveDoubt(channelId: string): Promise<void> {
    this.#doubts.add(channelId);
    const reply = await this.#requests.ask('channels', 'get', { channelId }).catch(() => undefined);
    this.#doubtOver(channelId, reply !== undefined && !isDone(reply));
  }

  #doubtOver(channelId: string, hungUp: boolean): void {
    if (this.#doubts.delete(channelId)) this.#emit({ kind: 'callLeft', channelId, hungUp });
  }

  /** A fault of the listener must not end the connection (nor the process, from within a socket's handler). */
  #emit(event: EdgePbxEvent): void {
    try {
      this.#sink(event);
    } catch (error) {
      this.#log.error(`the listener failed on ${event.kind}: ${String((error as Error).stack)}`, { errCode: 'BUG' });
    }
  }
}
