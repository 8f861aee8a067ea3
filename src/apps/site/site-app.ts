import { ROLE_LEASE_MS } from '../../core/model/claim.ts';
import type { Audit, SiteInput, SiteModel, SiteRules } from '../../core/reduce/site-model.ts';
import { reduceSite } from '../../core/reduce/site.ts';
import { initialSite, nextDueMs } from '../../core/reduce/site-view.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { CommandTaker } from '../../ports/commands.ts';
import type { Log } from '../../ports/log.ts';
import type { SiteMeter, SiteReading } from '../../ports/metrics.ts';
import type { SitePbx } from '../../ports/site-pbx.ts';
import type { Fence, SiteStore } from '../../ports/site-store.ts';
import { Commander } from './commander.ts';
import { siteReading } from './reading.ts';
import { SiteWriter } from './writer.ts';

const TAKE_EVERY_MS = 1_000;
/** Figures in a window need no exact time; wrap-ups end when they end. */
const DUE_AT_LEAST_MS = 1;
const DUE_AT_MOST_MS = 60_000;

export interface SiteAppDeps {
  readonly rules: SiteRules;
  readonly title: string;
  /** Who we are among those who may hold this site: unique to this process's start. */
  readonly holder: string;
  readonly store: SiteStore & CommandTaker;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: SiteMeter;
  /** A fresh adapter for each time that we hold the site. */
  newPbx(): SitePbx;
}

/** What the app knows of itself, for listings and tests. */
export interface SiteAppState {
  readonly role: 'holding' | 'standby';
  readonly epoch: number;
  readonly model: SiteModel;
  readonly audits: number;
  readonly lastAudit: Audit | null;
  /** Differences over all audits: 0 when no event was ever missed. */
  readonly differences: number;
}

/**
 * One site: takes its epoch, follows its PBX, reduces, publishes. While another process holds the site, or has taken it from
 * us, it stands by: it is not connected to the PBX and writes nothing.
 */
export class SiteApp {
  readonly #deps: SiteAppDeps;
  #model: SiteModel;
  #fence: Fence | undefined;
  #pbx: SitePbx | undefined;
  #writer: SiteWriter | undefined;
  #commander: Commander | undefined;
  #isStopped = false;
  #isOnStandby = false;
  /** When the database last answered while this process stood by; null where it did not. */
  #triedMonoMs: number | null = null;
  #seenMonoMs = -Infinity;
  #due: Timer | undefined;
  #retry: Timer | undefined;
  #taking: Promise<void> = Promise.resolve();
  #audits = 0;
  #differences = 0;
  #lastAudit: Audit | null = null;

  constructor(deps: SiteAppDeps) {
    this.#deps = deps;
    this.#model = initialSite(deps.rules, null, deps.clock.nowMs());
  }

  start(): void {
    this.#taking = this.#take();
  }

  get state(): SiteAppState {
    return {
      role: this.#fence === undefined ? 'standby' : 'holding',
      epoch: this.#fence?.epoch ?? 0,
      model: this.#model,
      audits: this.#audits,
      lastAudit: this.#lastAudit,
      differences: this.#differences,
    };
  }

  /** How things stand, for monitoring. */
  reading(): SiteReading {
    const monoMs = this.#deps.clock.monoMs();
    const triedAgoMs = this.#triedMonoMs === null ? null : monoMs - this.#triedMonoMs;
    const seenAgoMs = monoMs - this.#seenMonoMs;
    return siteReading({
      model: this.#model,
      epoch: this.#fence?.epoch ?? null,
      standby: triedAgoMs === null ? 'the site could not be taken' : 'another process holds this site: standing by',
      databaseAgoMs: this.#writer === undefined ? triedAgoMs : this.#writer.answeredAgoMs,
      pbxSeenAgoMs: Number.isFinite(seenAgoMs) ? seenAgoMs : null,
      oddMessages: [...(this.#pbx?.oddities?.values() ?? [])].reduce((sum, count) => sum + count, 0),
    });
  }

  /** Asks the PBX for a whole snapshot: an audit. */
  requestSnapshot(why: string): void {
    this.#pbx?.requestSnapshot(why);
  }

  /** Orderly: the PBX first, then what is under way (a command's answer, a write), then the lease is given back. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#retry?.cancel();
    await this.#taking;
    const fence = this.#fence;
    await this.#release();
    if (fence === undefined) return;
    await this.#deps.store.releaseSite(fence).catch((error: unknown) => {
      this.#deps.log.warn('the lease could not be given back; it runs out', { detail: String(error) });
    });
  }

  async #take(): Promise<void> {
    const { store, rules, title, holder, log, clock } = this.#deps;
    try {
      const fence = await store.takeSite(rules.siteId, title, holder, ROLE_LEASE_MS);
      this.#triedMonoMs = clock.monoMs();
      if (fence !== null) {
        const stored = await store.loadSite(rules.siteId);
        if (this.#isStopped) return void (await store.releaseSite(fence));
        return this.#hold(fence, initialSite(rules, stored, clock.nowMs()));
      }
      if (!this.#isOnStandby) log.info('another process holds this site: standing by', { event: 'standby' });
    } catch (error) {
      this.#triedMonoMs = null;
      if (!this.#isOnStandby) log.warn('the site could not be taken', { event: 'take', detail: String(error) });
    }
    this.#isOnStandby = true;
    this.#takeLater();
  }

  #takeLater(): void {
    if (this.#isStopped) return;
    this.#retry = this.#deps.clock.after(TAKE_EVERY_MS, () => {
      this.#taking = this.#take();
    });
  }

  #hold(fence: Fence, model: SiteModel): void {
    const { store, clock, log, meter } = this.#deps;
    this.#isOnStandby = false;
    this.#fence = fence;
    this.#model = model;
    log.info('holding this site', { event: 'took', detail: `epoch ${fence.epoch}` });
    const held = {
      ...{ store, clock, log, meter, fence },
      model: () => this.#model,
      pbxSeenAgoMs: () => (this.#model.connection === 'up' ? Math.max(0, clock.monoMs() - this.#seenMonoMs) : null),
    };
    this.#writer = new SiteWriter({ ...held, fenced: () => this.#fenced() });
    const pbx = this.#deps.newPbx();
    this.#pbx = pbx;
    pbx.start({
      event: (event, atMs) => this.#reduce(event, atMs),
      seen: () => void (this.#seenMonoMs = clock.monoMs()),
    });
    this.#commander = new Commander({ ...held, pbx, declare: (event) => this.#reduce(event, clock.nowMs()) });
  }

  #reduce(event: SiteInput, atMs: number): void {
    if (this.#fence === undefined) return;
    const wasUp = this.#model.connection === 'up';
    if (event.kind !== 'timePassed') this.#deps.meter.event();
    if (event.kind === 'snapshotTaken') this.#deps.meter.snapshot();
    const step = reduceSite(this.#model, event, atMs);
    this.#model = step.state;
    if (event.kind === 'snapshotTaken' && !wasUp) this.#writer?.noteWhole();
    this.#writer?.note(step.changed);
    if (step.audit !== null) this.#audited(step.audit);
    for (const effect of step.effects) this.#pbx?.requestSnapshot(effect.why);
    this.#wakeWhenDue();
  }

  #audited(audit: Audit): void {
    this.#audits += 1;
    this.#differences += audit.differences;
    this.#lastAudit = audit;
    this.#deps.meter.audited(audit.differences);
    if (audit.differences === 0) return;
    const detail = `${audit.differences} differences: ${audit.examples.join('; ')}`;
    this.#deps.log.warn('the snapshot showed what no event had told', { event: 'audit', detail });
  }

  /** The reducer has no clock: what time alone changes is asked of it when it is due. */
  #wakeWhenDue(): void {
    this.#due?.cancel();
    const dueMs = nextDueMs(this.#model);
    if (dueMs === null || this.#fence === undefined) return;
    const { clock } = this.#deps;
    const inMs = Math.min(DUE_AT_MOST_MS, Math.max(DUE_AT_LEAST_MS, dueMs - clock.nowMs()));
    this.#due = clock.after(inMs, () => this.#reduce({ kind: 'timePassed' }, clock.nowMs()));
  }

  #fenced(): void {
    this.#deps.log.warn('another process took this site: standing by', { event: 'fenced', errCode: 'FENCED' });
    this.#isOnStandby = true;
    this.#taking = this.#release().then(() => this.#takeLater());
  }

  async #release(): Promise<void> {
    const [pbx, writer, commander] = [this.#pbx, this.#writer, this.#commander];
    this.#fence = this.#pbx = this.#writer = this.#commander = undefined;
    this.#due?.cancel();
    commander?.stop();
    await pbx?.stop();
    await commander?.done;
    await writer?.stop();
  }
}
