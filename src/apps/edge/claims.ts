import type { CallEffect, ClaimStep } from '../../core/effects.ts';
import type { AgentId } from '../../core/model/agent.ts';
import { holdMs } from '../../core/model/claim.ts';
import type { Clock } from '../../ports/clock.ts';
import { pause } from '../../ports/clock.ts';
import type { EdgeStore, NextPhase } from '../../ports/edge-store.ts';
import type { Log } from '../../ports/log.ts';
import type { EdgeMeter } from '../../ports/metrics.ts';
import { phaseOf } from './claim-phase.ts';
import type { LiveCalls } from './live-calls.ts';
import { codeOf } from './parts.ts';
import type { StateCopy } from '../common/state-copy.ts';

/** A claim whose answer comes later than this is given up: the phone would ring longer than the lease. */
const CLAIM_LATE_MS = 800;

/** An end of a claim that could not be written is tried again for as long as its lease can matter. */
const ADVANCE_TRIES = 12;

export interface ClaimsParts {
  readonly edgeId: string;
  readonly store: EdgeStore;
  readonly copy: StateCopy;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: EdgeMeter;
  readonly calls: () => LiveCalls;
}

/** Our holds on agents: won, moved on, never just released. Never throws. */
export class Claims {
  private readonly parts: ClaimsParts;

  constructor(parts: ClaimsParts) {
    this.parts = parts;
  }

  /** Sends it, notes it in the copy at once, and reports the answer to the call. */
  async claim(callId: string, effect: Extract<CallEffect, { kind: 'claim' }>): Promise<void> {
    const { store, copy, clock, edgeId, meter } = this.parts;
    const { agentId, token, leaseMs } = effect;
    const before = copy.reservations.get(agentId);
    const nowMs = copy.dbNow(clock.monoMs());
    const ours = {
      agentId,
      phase: 'offer',
      token,
      callId,
      edgeId,
      holdReason: '',
      expiresAtMs: nowMs + leaseMs,
      changedAtMs: nowMs,
    } as const;
    const claimed = {
      ...ours,
      claimedAtMs: nowMs,
      idleSinceMs: before?.idleSinceMs ?? 0,
      noAnswers: before?.noAnswers ?? 0,
    };
    copy.settle(claimed, clock.monoMs());
    const startedMs = clock.monoMs();
    let result: 'won' | 'lost' | 'failed';
    try {
      result = await store.claim({ agentId, edgeId, callId, token, leaseMs });
    } catch (error) {
      result = 'failed';
      this.parts.log.warn('a claim got no answer', { call: callId, agent: agentId, errCode: codeOf(error) });
    }
    meter.claimed(result, clock.monoMs() - startedMs);
    if (result === 'won' && clock.monoMs() - startedMs > CLAIM_LATE_MS) {
      result = 'failed';
      await this.advance(callId, agentId, token, {
        phase: 'hold',
        holdReason: 'cancelled',
        leaseMs: holdMs('cancelled', 0),
      });
    } else if (result !== 'won') await this.refresh(agentId);
    else copy.settle({ ...(copy.reservations.get(agentId) ?? claimed) }, clock.monoMs());
    this.parts.calls().input(callId, { kind: 'claimAnswered', token, result });
  }

  /** A lost claim reads the row that beat it. */
  private async refresh(agentId: AgentId): Promise<void> {
    const { store, copy, clock } = this.parts;
    try {
      const row = await store.readReservation(agentId);
      if (row) copy.settle(row, clock.monoMs());
    } catch {
      // The next read of changes has it.
    }
  }

  /** Moves a claim on, and tries for as long as its lease can matter. */
  async advance(callId: string, agentId: AgentId, token: string, step: ClaimStep, anew = false): Promise<void> {
    const { store, copy, clock, log } = this.parts;
    const row = copy.reservations.get(agentId);
    const noAnswers = (row?.noAnswers ?? 0) + (step.phase === 'hold' && step.holdReason === 'no_answer' ? 1 : 0);
    const next = phaseOf(step, noAnswers);
    if (row?.token === token) {
      const nowMs = copy.dbNow(clock.monoMs());
      copy.settle(
        {
          ...row,
          phase: next.phase,
          holdReason: next.phase === 'hold' ? next.holdReason : '',
          expiresAtMs: nowMs + next.leaseMs,
          idleSinceMs: next.phase === 'wrap_up' ? nowMs : row.idleSinceMs,
          noAnswers: next.phase === 'talk' ? 0 : noAnswers,
        },
        clock.monoMs(),
      );
    }
    for (let attempt = 1; attempt <= ADVANCE_TRIES; attempt += 1) {
      try {
        const still =
          (await store.advance(agentId, token, next)) || (anew && (await this.takeAnew(callId, agentId, token, next)));
        if (row?.token === token) copy.settle(copy.reservations.get(agentId) ?? row, clock.monoMs());
        if (!still) this.parts.calls().input(callId, { kind: 'tokenLost', token });
        return;
      } catch (error) {
        log.warn('the end of a claim could not be written yet', {
          call: callId,
          agent: agentId,
          attempt,
          errCode: codeOf(error),
        });
        await pause(clock, 250 * Math.min(attempt, 4));
      }
    }
  }

  /** A talk whose lease ran out while no process kept it: taken like any claim, if nobody else has the agent by now. */
  private async takeAnew(callId: string, agentId: AgentId, token: string, next: NextPhase): Promise<boolean> {
    const { store, edgeId } = this.parts;
    const won = await store.claim({ agentId, edgeId, callId, token, leaseMs: next.leaseMs });
    return won === 'won' && store.advance(agentId, token, next);
  }
}
