import { SITE_SHOWN } from '../../core/model/board.ts';
import type { SiteShown } from '../../core/model/board.ts';
import { SITE_STALE_MS } from '../../core/model/site.ts';
import type { SiteModel } from '../../core/reduce/site-model.ts';
import { callsInProgress } from '../../core/reduce/site-view.ts';
import type { Check, SiteReading } from '../../ports/metrics.ts';

/** What the app knows of itself when somebody asks how it stands. */
export interface SiteStanding {
  readonly model: SiteModel;
  /** Null while it stands by; `standby` says why then. */
  readonly epoch: number | null;
  readonly standby: string;
  /** Since the database last answered; null while it does not. */
  readonly databaseAgoMs: number | null;
  /** Null: not since this process holds the site. */
  readonly pbxSeenAgoMs: number | null;
  readonly oddMessages: number;
}

/** The same as monitoring wants it. Pure. */
export function siteReading(standing: SiteStanding): SiteReading {
  const { model, epoch, databaseAgoMs, pbxSeenAgoMs, oddMessages } = standing;
  const agents = new Map<SiteShown, number>(SITE_SHOWN.map((shown) => [shown, 0]));
  for (const { row } of model.agents.values()) {
    const shown = row.status === 'paused' || row.status === 'logged_out' ? row.status : row.activity;
    agents.set(shown, (agents.get(shown) ?? 0) + 1);
  }
  return {
    checks: [fenceCheck(standing), pbxCheck(standing), databaseCheck(databaseAgoMs)],
    isHolding: epoch !== null,
    epoch: epoch ?? 0,
    databaseAnswers: databaseAgoMs !== null && databaseAgoMs <= SITE_STALE_MS,
    isConnected: isConnected(standing),
    ...{ pbxSeenAgoMs, oddMessages, agents },
    callsInProgress: callsInProgress(model),
    queueWaiting: new Map([...model.queues].map(([name, { waiting }]) => [name, waiting.size])),
  };
}

const isConnected = ({ epoch, model }: SiteStanding): boolean => epoch !== null && model.connection === 'up';

const fenceCheck = ({ epoch, standby }: SiteStanding): Check =>
  epoch === null
    ? { check: 'fence', isOk: false, detail: standby }
    : { check: 'fence', isOk: true, detail: `this process holds the site, epoch ${epoch}` };

function pbxCheck(standing: SiteStanding): Check {
  const { epoch, pbxSeenAgoMs } = standing;
  const of = (isOk: boolean, detail: string): Check => ({ check: 'pbx', isOk, detail });
  if (epoch === null) return of(false, 'not connected while this process stands by');
  if (!isConnected(standing)) return of(false, 'the PBX is not connected, or has not told its state yet');
  if (pbxSeenAgoMs === null || pbxSeenAgoMs > SITE_STALE_MS) return of(false, 'the PBX is connected and silent');
  return of(true, 'connected, its state is known');
}

function databaseCheck(agoMs: number | null): Check {
  const of = (isOk: boolean, detail: string): Check => ({ check: 'database', isOk, detail });
  if (agoMs === null) return of(false, 'the database does not answer');
  return agoMs > SITE_STALE_MS ? of(false, 'the database has not answered for a while') : of(true, 'it answers');
}
