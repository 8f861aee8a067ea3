import type { CallEffect } from '../../core/effects.ts';
import { IpntError } from '../../core/errors.ts';
import type { EdgePbx } from '../../ports/edge-pbx.ts';
import type { Log } from '../../ports/log.ts';
import type { Claims } from './claims.ts';
import { isErrand } from './errands.ts';
import type { Errands } from './errands.ts';
import type { Line } from './line.ts';
import type { LiveCalls } from './live-calls.ts';
import type { Reach } from './parts.ts';
import { codeOf, fill } from './parts.ts';

export interface PerformerParts {
  readonly pbx: EdgePbx;
  readonly log: Log;
  readonly reach: Reach;
  readonly calls: () => LiveCalls;
  readonly line: () => Line;
  readonly errands: Errands;
  readonly claims: Claims;
}

/** Carries out what a call's reducer asks for, and reports back with inputs. Never throws. */
export class Performer {
  private readonly parts: PerformerParts;

  constructor(parts: PerformerParts) {
    this.parts = parts;
  }

  perform(callId: string, effect: CallEffect): void {
    const request = this.parts.calls().get(callId)?.request;
    if (!request) return;
    if (isErrand(effect)) return this.parts.errands.run(callId, effect);
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
        return void this.parts.claims.claim(callId, effect);
      case 'advance':
        return void this.parts.claims.advance(callId, effect.agentId, effect.token, effect.step, effect.anew);
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
            pbx.bridge({
              ...{ callId, callerChannelId: channelId, offerId: effect.offerId },
              ...{ recording: effect.recording, keys: effect.keys },
            }),
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
