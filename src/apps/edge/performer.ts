import type { CallEffect, ClaimStep } from '../../core/effects.ts';
import { IpntError } from '../../core/errors.ts';
import type { AgentId } from '../../core/model/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { pause } from '../../ports/clock.ts';
import type { EdgePbx } from '../../ports/edge-pbx.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Log } from '../../ports/log.ts';
import { holdMs } from '../../core/model/claim.ts';
import { phaseOf } from './claim-phase.ts';
import type { Errands } from './errands.ts';
import type { Line } from './line.ts';
import type { LiveCalls } from './live-calls.ts';
import type { Reach } from './parts.ts';
import { fill } from './parts.ts';
import type { StateCopy } from './state-copy.ts';

export interface PerformerParts {
  readonly edgeId: string;
  readonly pbx: EdgePbx;
  readonly store: EdgeStore;
  readonly copy: StateCopy;
  readonly clock: Clock;
  readonly log: Log;
  readonly reach: Reach;
  readonly calls: () => LiveCalls;
  readonly line: () => Line;
  readonly errands: Errands;
  /** A claim was moved on and is no longer ours. */
  readonly onLostToken: (callId: string, token: string) => void;
}

/** A claim whose answer comes later than this is given up: the phone would ring longer than the lease. */
const CLAIM_LATE_MS = 800;

/** An end of a claim that could not be written is tried again for as long as its lease can matter. */
const ADVANCE_TRIES = 12;

/** Carries out what a call's reducer asks for, and reports back with inputs. Never throws. */
export class Performer {
  private readonly parts: PerformerParts;

  constructor(parts: PerformerParts) {
    this.parts = parts;
  }

  perform(callId: string, effect: CallEffect): void {
    const request = this.parts.calls().get(callId)?.request;
    if (!request) return;
    const { channelId } = request;
    const { pbx } = this.parts;
    switch (effect.kind) {
      case 'place':
        return this.parts.line().place(callId);
      case 'leaveLine':
        return this.parts.line().leave(callId);
      case 'changePlace':
        return this.parts.line().change(callId);
      case 'matchAgain':
        return this.parts.line().wake();
      case 'treat':
        return this.run(callId, effect.kind, () => pbx.treat(channelId, effect.music));
      case 'claim':
        return void this.claim(callId, effect);
      case 'advance':
        return void this.advance(callId, effect.agentId, effect.token, effect.step);
      case 'ring':
        return void this.ring(callId, effect);
      case 'cancelRing':
        return this.run(callId, effect.kind, () =>
          pbx.hangup(effect.offerId, effect.elsewhere ? 'answered_elsewhere' : 'normal'),
        );
      case 'hangupAgent':
        return this.run(callId, effect.kind, () => this.endTalk(callId, effect.offerId));
      case 'whisper':
        return this.report(
          callId,
          effect.kind,
          () => pbx.whisper(effect.offerId, effect.place),
          (ok) => ({ kind: 'whispered', offerId: effect.offerId, ok }),
        );
      case 'bridge':
        return this.report(
          callId,
          effect.kind,
          () =>
            pbx.bridge({ callId, callerChannelId: channelId, offerId: effect.offerId, recording: effect.recording }),
          (ok) => ({ kind: 'bridged', offerId: effect.offerId, ok }),
        );
      case 'hangupCaller':
        return this.run(callId, effect.kind, () => this.endTalk(callId, channelId));
      case 'setVariables':
        return this.run(callId, effect.kind, () => pbx.setVariables(channelId, effect.variables));
      case 'giveBack':
        return this.run(callId, effect.kind, () => this.giveBack(channelId, effect.variables));
      case 'redirect':
        return this.report(
          callId,
          effect.kind,
          () => this.redirect(channelId, effect),
          (ok) => ({ kind: 'redirectAnswered', ok }),
        );
      case 'dialInDialplan':
        return void this.dialInDialplan(callId, request.service, channelId, effect);
      case 'identify':
      case 'announce':
      case 'askCallback':
      case 'callCustomer':
      case 'customerIsHere':
      case 'keepCallback':
      case 'endCallback':
      case 'keepAlive':
        return this.parts.errands.run(callId, effect);
      case 'record':
      case 'startTimer':
      case 'stopTimer':
      case 'forget':
        throw new IpntError('BUG', `the effect ${effect.kind} belongs to the live calls`);
    }
  }

  /** Runs something whose answer changes nothing for the call. */
  private run(callId: string, what: string, action: () => Promise<boolean>): void {
    action().catch((error: unknown) => this.complain(callId, what, error));
  }

  /** Runs something that the call waits for; a failure counts as `false`. */
  private report(
    callId: string,
    what: string,
    action: () => Promise<boolean>,
    input: (ok: boolean) => Parameters<LiveCalls['input']>[1],
  ): void {
    action().then(
      (ok) => this.parts.calls().input(callId, input(ok)),
      (error: unknown) => {
        this.complain(callId, what, error);
        this.parts.calls().input(callId, input(false));
      },
    );
  }

  private complain(callId: string, event: string, error: unknown): void {
    const detail = String(error);
    this.parts.log.warn('the PBX did not do what a call needs', {
      call: callId,
      event,
      errCode: codeOf(error),
      detail,
    });
  }

  /** The other leg goes, and the bridge with it: an empty one would stand on the edge for ever. */
  private async endTalk(callId: string, channelId: string): Promise<boolean> {
    const [hungUp] = await Promise.all([
      this.parts.pbx.hangup(channelId, 'normal'),
      this.parts.pbx.destroyBridge(callId),
    ]);
    return hungUp;
  }

  private async giveBack(
    channelId: string,
    variables: Readonly<Record<string, string>>,
    followed = false,
  ): Promise<boolean> {
    await this.parts.pbx.setVariables(channelId, variables);
    return this.parts.pbx.continueInDialplan(channelId, followed);
  }

  /**
   * Followed there: a caller who hangs up while the dialplan dials comes back with no report. Who could not be sent is still
   * here: the offer came to nothing.
   */
  private async dialInDialplan(
    callId: string,
    service: string,
    channelId: string,
    { chosen, timeoutMs }: Extract<CallEffect, { kind: 'dialInDialplan' }>,
  ): Promise<void> {
    const variables = {
      IPNT_CALL: callId,
      IPNT_SERVICE: service,
      IPNT_ROUTE: 'dial',
      IPNT_DIAL: fill(this.parts.reach.trunks[chosen.siteId] ?? '', chosen.address),
      IPNT_DIAL_TIMEOUT: String(Math.max(1, Math.ceil(timeoutMs / 1000))),
    };
    const isSent = await this.giveBack(channelId, variables, true).catch((error: unknown) => {
      this.complain(callId, 'dialInDialplan', error);
      return false;
    });
    if (!isSent) this.parts.calls().input(callId, { kind: 'dialReported', dialStatus: 'CHANUNAVAIL' });
  }

  private async redirect(channelId: string, effect: Extract<CallEffect, { kind: 'redirect' }>): Promise<boolean> {
    const { chosen, variables } = effect;
    const template = this.parts.reach.redirects[chosen.siteId];
    if (template === undefined || !(await this.parts.pbx.setVariables(channelId, variables))) return false;
    return this.parts.pbx.redirect(channelId, fill(template, chosen.address));
  }

  private async claim(callId: string, effect: Extract<CallEffect, { kind: 'claim' }>): Promise<void> {
    const { store, copy, clock, edgeId } = this.parts;
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

  private async advance(callId: string, agentId: AgentId, token: string, step: ClaimStep): Promise<void> {
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
        const still = await store.advance(agentId, token, next);
        if (row?.token === token) copy.settle(copy.reservations.get(agentId) ?? row, clock.monoMs());
        if (!still) this.parts.onLostToken(callId, token);
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

  private async ring(callId: string, effect: Extract<CallEffect, { kind: 'ring' }>): Promise<void> {
    const { pbx, reach } = this.parts;
    const request = this.parts.calls().get(callId)?.request;
    const template = reach.trunks[effect.chosen.siteId];
    if (!request) return;
    let answer: 'ringing' | 'refused' = 'refused';
    if (template !== undefined) {
      try {
        answer = await pbx.ring({
          offerId: effect.offerId,
          callId,
          callerChannelId: request.channelId,
          endpoint: fill(template, effect.chosen.address),
          timeoutMs: effect.timeoutMs,
          ani: request.ani,
          callerName: request.callerName,
        });
      } catch (error) {
        this.complain(callId, 'ring', error);
        // Nobody knows whether it was done.
        pbx.hangup(effect.offerId, 'normal').catch(() => undefined);
      }
    }
    if (answer === 'refused') this.parts.calls().input(callId, { kind: 'ringRefused', offerId: effect.offerId });
  }
}

const codeOf = (error: unknown): string => (error instanceof IpntError ? error.code : 'BUG');
