import { SITE_SHOWN } from '../../core/model/board.ts';
import type { SiteMeter, SiteReading, SiteWatch } from '../../ports/metrics.ts';
import { boardGauge } from './board.ts';
import { holderGauges } from './holder.ts';
import { kitOf, MS, openRegistry, setTo } from './registry.ts';
import { RoleMonitor } from './role-monitor.ts';

type Kit = ReturnType<typeof kitOf>;

function siteMeter(kit: Kit): SiteMeter {
  const events = kit.counter('ipnt_site_events_total', 'Events of the PBX that were taken in');
  const snapshots = kit.counter('ipnt_site_snapshots_total', 'Whole snapshots of the PBX');
  const audits = kit.counter('ipnt_site_audits_total', 'Snapshots compared with what events had told');
  const differing = kit.counter('ipnt_site_audits_with_differences_total', 'Audits that found a difference');
  const differences = kit.counter('ipnt_site_audit_differences_total', 'Differences that audits found');
  const publishes = kit.counter(
    'ipnt_site_publishes_total',
    'Batches written to the database, by outcome: ok, failed or fenced',
    ['outcome'],
    ['ok', 'failed', 'fenced'],
  );
  const took = kit.quick('ipnt_site_publish_seconds', 'Time to write a batch');
  const lag = kit.quick('ipnt_site_publish_lag_seconds', 'From the oldest change of a batch to its being written');
  const commands = kit.counter(
    'ipnt_site_commands_total',
    'Commands taken, by outcome: done, refused, expired or unknown',
    ['outcome'],
    ['done', 'refused', 'expired', 'unknown'],
  );
  return {
    event: () => events.inc(),
    snapshot: () => snapshots.inc(),
    audited: (found) => {
      audits.inc();
      if (found > 0) differing.inc();
      differences.inc(found);
    },
    published: (outcome, tookMs, lagMs) => {
      publishes.inc({ outcome });
      if (outcome !== 'ok') return;
      took.observe(tookMs / MS);
      lag.observe(lagMs / MS);
    },
    commandEnded: (outcome) => commands.inc({ outcome }),
  };
}

function siteGauges(kit: Kit): (reading: SiteReading) => void {
  const holder = holderGauges(kit);
  const connected = kit.gauge(
    'ipnt_site_connection_up',
    'Whether the PBX is connected and its snapshot reconciled: 1 or 0',
  );
  const seen = kit.gauge('ipnt_site_pbx_seen_age_seconds', 'Since the last event or Ping answer of the PBX');
  const odd = kit.counter('ipnt_site_odd_messages_total', 'Messages of the PBX that could not be understood');
  const calls = boardGauge(kit, 'ipnt_site_calls_in_progress');
  const agents = boardGauge(kit, 'ipnt_site_agents');
  const waiting = boardGauge(kit, 'ipnt_site_queue_waiting_calls');
  return (reading) => {
    holder(reading);
    connected.set(Number(reading.isConnected));
    if (reading.pbxSeenAgoMs === null) seen.remove();
    else seen.set(reading.pbxSeenAgoMs / MS);
    setTo(odd, reading.oddMessages);
    calls.set(reading.callsInProgress);
    for (const activity of SITE_SHOWN) agents.set({ activity }, reading.agents.get(activity) ?? 0);
    waiting.reset();
    for (const [queue, count] of reading.queueWaiting) waiting.set({ queue }, count);
  };
}

/** Watches the process of a site. */
export function openSiteMonitor(siteId: string, version: string): RoleMonitor<SiteReading> & SiteWatch {
  const who = { role: 'site', name: siteId } as const;
  const registry = openRegistry(who, version);
  const kit = kitOf(registry);
  const meter = siteMeter(kit);
  return Object.assign(new RoleMonitor<SiteReading>(who, registry, siteGauges(kit)), { meter });
}
