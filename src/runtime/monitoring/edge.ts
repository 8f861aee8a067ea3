import type { EdgeMeter, EdgeReading, EdgeWatch } from '../../ports/metrics.ts';
import type { OfferOutcome, Outcome } from '../../core/model/call.ts';
import { holderGauges } from './holder.ts';
import { kitOf, MS, openRegistry, setTo } from './registry.ts';
import { RoleMonitor } from './role-monitor.ts';

type Kit = ReturnType<typeof kitOf>;

const OFFER_OUTCOMES: readonly OfferOutcome[] = ['answered', 'busy', 'no_answer', 'failed', 'cancelled'];
const OUTCOMES: readonly Outcome[] = [
  ...(['answered', 'abandoned', 'overflowed', 'defaulted', 'redirected', 'called_back', 'closed', 'failed'] as const),
];
/** Of core/reduce/call.ts. */
const INCIDENTS = ['token_lost', 'redirect_lost'];

const endedCounter = (kit: Kit) =>
  kit.counter('ipnt_edge_calls_ended_total', 'Calls that ended at this edge, by outcome', ['service', 'outcome']);

function edgeMeter(kit: Kit, ended: ReturnType<typeof endedCounter>): EdgeMeter {
  const waited = kit.waits('ipnt_edge_answered_wait_seconds', 'Waits of the calls that were joined with an agent', [
    'service',
  ]);
  const offers = kit.counter('ipnt_edge_offers_total', 'Offers that ended', ['outcome'], OFFER_OUTCOMES);
  const claims = kit.counter('ipnt_edge_claims_total', 'Claims of agents', ['outcome'], ['won', 'lost', 'failed']);
  const claimTook = kit.quick('ipnt_edge_claim_seconds', 'Time until the database answered a claim');
  const matchTook = kit.quick('ipnt_edge_match_seconds', 'Time to match all waiting calls with all agents');
  const readTook = kit.quick('ipnt_edge_state_read_seconds', 'Time to read what changed in the shared state');
  const incidents = kit.counter('ipnt_edge_incidents_total', 'Incidents recorded of calls', ['code'], INCIDENTS);
  return {
    callEnded: (service, outcome) => ended.inc({ service, outcome }),
    answered: (service, waitMs) => waited.observe({ service }, waitMs / MS),
    offerEnded: (outcome) => offers.inc({ outcome }),
    claimed: (outcome, tookMs) => {
      claims.inc({ outcome });
      claimTook.observe(tookMs / MS);
    },
    matched: (tookMs) => matchTook.observe(tookMs / MS),
    stateRead: (tookMs) => readTook.observe(tookMs / MS),
    incident: (code) => incidents.inc({ code }),
  };
}

function spoolGauges(kit: Kit): (spool: EdgeReading['spool']) => void {
  const records = kit.gauge('ipnt_edge_spool_records', 'Records that the database does not have yet');
  const bytes = kit.gauge('ipnt_edge_spool_bytes', 'Bytes of the records on disk and in memory');
  const parked = kit.counter('ipnt_edge_records_parked_total', 'Records that the database refused for good');
  const dropped = kit.counter('ipnt_edge_records_dropped_total', 'Records lost because the spool was full');
  return (spool) => {
    records.set(spool.records);
    bytes.set(spool.bytes);
    setTo(parked, spool.parked);
    setTo(dropped, spool.dropped);
  };
}

function edgeGauges(kit: Kit, ended: ReturnType<typeof endedCounter>): (reading: EdgeReading) => void {
  const holder = holderGauges(kit);
  const ari = kit.gauge('ipnt_edge_ari_up', 'Whether ARI is connected and the application registered: 1 or 0');
  const calls = kit.gauge('ipnt_edge_calls_in_progress', 'Calls of this edge: waiting, ringing and talking');
  const waiting = kit.gauge('ipnt_edge_waiting_calls', 'Calls that wait at this edge', ['service']);
  const age = kit.gauge('ipnt_edge_state_age_seconds', 'Since the shared state was read');
  const offset = kit.gauge('ipnt_edge_clock_offset_seconds', "This machine's clock less the database's");
  const trunks = kit.gauge('ipnt_edge_trunk_up', 'Whether the trunk to a site is up: 1 or 0', ['site']);
  const spool = spoolGauges(kit);
  return (reading) => {
    holder(reading);
    spool(reading.spool);
    ari.set(Number(reading.isAriUp));
    calls.set(reading.callsInProgress);
    waiting.reset();
    for (const [service, count] of reading.waiting) {
      waiting.set({ service }, count);
      // There from the start, so that the first of its kind shows as an increase.
      for (const outcome of OUTCOMES) ended.inc({ service, outcome }, 0);
    }
    if (reading.stateAgeMs === null) age.remove();
    else age.set(reading.stateAgeMs / MS);
    if (reading.clockOffsetMs === null) offset.remove();
    else offset.set(reading.clockOffsetMs / MS);
    for (const [site, isUp] of reading.trunksUp) trunks.set({ site }, Number(isUp));
  };
}

/** Watches the process of an edge. */
export function openEdgeMonitor(edgeId: string, version: string): RoleMonitor<EdgeReading> & EdgeWatch {
  const who = { role: 'edge', name: edgeId } as const;
  const registry = openRegistry(who, version);
  const kit = kitOf(registry);
  const ended = endedCounter(kit);
  const meter = edgeMeter(kit, ended);
  return Object.assign(new RoleMonitor<EdgeReading>(who, registry, edgeGauges(kit, ended)), { meter });
}
