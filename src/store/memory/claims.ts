import type { Reservation } from '../../core/model/claim.ts';
import { isFree } from '../../core/model/claim.ts';
import { SITE_STALE_MS } from '../../core/model/site.ts';
import type { ClaimRequest, NextPhase } from '../../ports/edge-store.ts';
import { pausing } from './commands.ts';
import { touch } from './data.ts';
import type { Data } from './data.ts';

export function claim(data: Data, request: ClaimRequest): 'won' | 'lost' {
  const nowMs = data.clock.nowMs();
  const row = data.reservations.get(request.agentId);
  if (row === undefined) return 'lost';
  if (
    !(row.token === request.token && row.phase === 'offer') &&
    !(isFree(row, nowMs) && claimable(data, request.agentId, nowMs))
  )
    return 'lost';
  // A talk that nobody ended (a dead edge) ended with its lease.
  if (row.phase === 'talk') row.idleSinceMs = Math.min(row.expiresAtMs, nowMs);
  const isRepeated = row.token === request.token;
  const { token, callId, edgeId, leaseMs } = request;
  Object.assign(row, { phase: 'offer', token, callId, edgeId, holdReason: '', expiresAtMs: nowMs + leaseMs });
  if (!isRepeated) row.claimedAtMs = nowMs;
  touch(data, row);
  return 'won';
}

function claimable(data: Data, agentId: string, nowMs: number): boolean {
  const agent = data.agentRows.get(agentId);
  if (agent === undefined || agent.row.goneAtMs !== null) return false;
  if (pausing(data).includes(agentId)) return false;
  return agent.row.value.status === 'ready' && agent.site.pbxSeenAtMs > nowMs - SITE_STALE_MS;
}

export function advance(data: Data, agentId: string, token: string, next: NextPhase): boolean {
  const row = data.reservations.get(agentId);
  if (row === undefined || row.token !== token || token === '' || row.phase === 'free') return false;
  const nowMs = data.clock.nowMs();
  // What has expired may be another's already, and comes to life no more. Its end is written: it is nobody else's yet.
  if (next.phase === 'talk' && !((row.phase === 'offer' || row.phase === 'talk') && row.expiresAtMs > nowMs))
    return false;
  if (next.phase === 'talk') row.noAnswers = 0;
  // Counted once: a repeated call finds the phase moved on.
  else if (next.phase === 'hold' && next.holdReason === 'no_answer' && row.phase === 'offer') row.noAnswers += 1;
  if (row.phase === 'talk' && next.phase !== 'talk') row.idleSinceMs = nowMs;
  const holdReason = next.phase === 'hold' ? next.holdReason : '';
  Object.assign(row, { phase: next.phase, holdReason, expiresAtMs: nowMs + next.leaseMs });
  touch(data, row);
  return true;
}

export function renewTalks(data: Data, tokens: readonly string[], leaseMs: number): readonly string[] {
  const lost = new Set(tokens);
  const nowMs = data.clock.nowMs();
  for (const row of data.reservations.values()) {
    if (row.phase !== 'talk' || row.expiresAtMs <= nowMs || !lost.delete(row.token)) continue;
    row.expiresAtMs = nowMs + leaseMs;
    touch(data, row);
  }
  return [...lost];
}

export function readReservation(data: Data, agentId: string): Reservation | null {
  const row = data.reservations.get(agentId);
  return row ? { ...row } : null;
}
