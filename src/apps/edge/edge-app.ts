import { IpntError } from '../../core/errors.ts';
import { ROLE_LEASE_MS } from '../../core/model/claim.ts';
import { pause } from '../../ports/clock.ts';
import type { EdgePbxEvent } from '../../ports/edge-pbx.ts';
import type { EdgeReading } from '../../ports/metrics.ts';
import type { EdgeParts } from './parts.ts';
import { isTrunkUp } from './parts.ts';
import { edgeReading } from './reading.ts';
import { Session } from './session.ts';

const TRY_AGAIN_MS = 1_000;

/**
 * The routing processor at one edge. Takes the edge's epoch, loads the state, registers the application, and routes until it is
 * fenced; then it stands by and never takes back from a living holder.
 */
export class EdgeApp {
  private readonly parts: EdgeParts;
  private session: Session | null = null;
  private stopped = false;
  /** Why there is no session. */
  private waitsFor = 'the edge is starting';
  private couldAsk = false;
  private isLinkUp = false;

  constructor(parts: EdgeParts) {
    this.parts = parts;
  }

  /** Resolves when the application is registered for the first time; goes on for ever. Rejects only on a refused configuration. */
  async start(): Promise<void> {
    await this.reign();
  }

  /** The calls of this edge now (what `status` and tests look at). */
  get current(): Session | null {
    return this.session;
  }

  /** How things stand, for monitoring. */
  reading(): Omit<EdgeReading, 'spool'> {
    const { clock, reach } = this.parts;
    const sites = Object.keys(reach.trunks);
    return edgeReading({
      reign: this.session?.standing() ?? null,
      ...{ waitsFor: this.waitsFor, couldAsk: this.couldAsk, isLinkUp: this.isLinkUp },
      ...{ nowMs: clock.nowMs(), monoMs: clock.monoMs() },
      trunksUp: new Map(sites.map((siteId) => [siteId, isTrunkUp(this.parts, siteId)])),
    });
  }

  private handle(event: EdgePbxEvent): void {
    if (event.kind === 'linkUp') this.isLinkUp = true;
    if (event.kind === 'linkDown' || event.kind === 'replaced') this.isLinkUp = false;
    this.session?.handle(event);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const session = this.session;
    this.session = null;
    await this.parts.pbx.stop();
    session?.end();
    if (session) await this.parts.store.releaseEdge(session.fence).catch(() => undefined);
  }

  private async reign(): Promise<void> {
    const session = await this.takeOver();
    if (session === null) return;
    this.session = session;
    await this.parts.pbx.start(
      (event) => this.handle(event),
      () => session.mayRegister(),
    );
    if (this.session !== session) return;
    session.begin();
    await session.reconcile();
    this.parts.log.info('the edge routes calls', { detail: `epoch ${session.fence.epoch}` });
  }

  /** Waits for the epoch and a first full load, for as long as it takes. Null when stopped meanwhile. */
  private async takeOver(): Promise<Session | null> {
    const { edgeId, holder, store, clock, log } = this.parts;
    while (!this.stopped) {
      let waitsFor: string;
      try {
        const fence = await store.takeEdge(edgeId, holder, ROLE_LEASE_MS);
        this.couldAsk = true;
        if (fence !== null) {
          const session = new Session(this.parts, fence, (why) => this.standBy(why));
          await session.load();
          return session;
        }
        waitsFor = 'another process serves this edge: standing by';
      } catch (error) {
        if (error instanceof IpntError && error.kind === 'config') throw error;
        this.couldAsk = false;
        waitsFor = `the database does not answer: ${String(error)}`;
      }
      if (waitsFor !== this.waitsFor) log.warn(waitsFor);
      this.waitsFor = waitsFor;
      await pause(clock, TRY_AGAIN_MS);
    }
    return null;
  }

  private standBy(why: string): void {
    this.session = null;
    this.isLinkUp = false;
    this.waitsFor = 'this edge was taken over: standing by';
    this.parts.log.warn('this edge was taken over: standing by', { errCode: 'FENCED', detail: why });
    void this.parts.pbx
      .stop()
      .then(() => pause(this.parts.clock, 2 * ROLE_LEASE_MS))
      .then(() => (this.stopped ? undefined : this.reign()))
      .catch((error: unknown) => this.parts.log.error('the edge cannot go on', { detail: String(error) }));
  }
}
