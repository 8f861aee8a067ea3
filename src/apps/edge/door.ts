import { startCall } from '../../core/reduce/call.ts';
import { wayOut } from '../../core/reduce/call-state.ts';
import type { CallRequest } from '../../core/model/call.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { ChannelInfo } from '../../ports/edge-pbx.ts';
import type { Count } from './counting.ts';
import type { EdgeParts } from './parts.ts';
import { admit, factsOfSentBack, variablesOfSentBack } from './entrance.ts';
import { destinationOf } from './destinations.ts';
import type { LiveCalls } from './live-calls.ts';
import type { StateCopy } from '../common/state-copy.ts';

/** The dialplan's TIMEOUT(absolute) is 3 s at entry; a call that still waits renews it. */
const FIRST_RENEWAL_MS = 1_500;
const RENEW_EVERY_MS = 10_000;
const RENEWED_TIMEOUT_S = 30;

export interface DoorParts {
  readonly parts: EdgeParts;
  readonly epoch: number;
  readonly calls: LiveCalls;
  readonly copy: StateCopy;
  readonly routing: () => Routing;
  readonly view: () => RoutingView;
  readonly databaseDown: () => boolean;
  readonly count: Count;
  readonly once: (ms: number, fn: () => void) => void;
}

/** Where callers come in: identified and admitted, or sent back at once; and kept from their absolute timeout while they wait. */
export class Door {
  private readonly d: DoorParts;
  private callCount = 0;

  constructor(parts: DoorParts) {
    this.d = parts;
  }

  enter(channel: ChannelInfo, args: readonly string[]): void {
    const { edgeId, pbx, recorder, clock, log, normalise } = this.d.parts;
    this.callCount += 1;
    const callId = `${edgeId}-${this.d.epoch}-${this.callCount.toString(36)}`;
    const admission = admit(callId, channel, args, {
      edgeId,
      routing: this.d.routing(),
      databaseDown: this.d.databaseDown(),
      nowMs: clock.nowMs(),
      waitingOf: (service) => this.waitingOf(service),
      normalise,
    });
    switch (admission.kind) {
      case 'admitted':
        this.d.calls.begin(startCall(admission.request, clock.monoMs()));
        this.keepAlive(admission.request);
        return;
      case 'reported':
        return this.cameBack(channel.channelId, admission);
      case 'sentBack': {
        const { request, status, detail, target } = admission;
        factsOfSentBack(request, status, detail).forEach((fact, index) => {
          recorder.record({ callId, seq: index + 1, atMs: clock.nowMs(), fact });
          this.d.count(request.service, fact);
        });
        if (status === 'ERROR')
          log.warn('a call goes to its default route', { call: callId, service: request.service, detail });
        pbx
          .setVariables(channel.channelId, { ...variablesOfSentBack(request, status), ...this.wayOut(target, callId) })
          .then(() => pbx.continueInDialplan(channel.channelId))
          .catch((error: unknown) =>
            log.error('a call could not be sent back', { call: callId, detail: String(error) }),
          );
      }
    }
  }

  private wayOut(target: Parameters<typeof destinationOf>[0] | null, callId: string): Readonly<Record<string, string>> {
    const { view, parts } = this.d;
    return target === null ? {} : wayOut(destinationOf(target, view(), callId, parts.reach).route);
  }

  /** The dialplan's own Dial is over. A call that only an earlier process knew is not asked to wait for anybody. */
  private cameBack(channelId: string, report: { readonly callId: string; readonly dialStatus: string }): void {
    const { callId, dialStatus } = report;
    const request = this.d.calls.get(callId)?.request;
    if (request?.channelId === channelId) {
      this.d.calls.input(callId, { kind: 'dialReported', dialStatus });
      return this.keepAlive(request);
    }
    const { pbx, log } = this.d.parts;
    log.warn('a call came back from the dialplan that is not known here', { call: callId, detail: dialStatus });
    const variables = { IPNT_ROUTE: '', ...(dialStatus === 'ANSWER' ? {} : { IPNTSTATUS: 'ERROR' }) };
    pbx
      .setVariables(channelId, variables)
      .then(() => pbx.continueInDialplan(channelId))
      .catch((error: unknown) => log.error('a call could not be sent back', { call: callId, detail: String(error) }));
  }

  /** Names the channel for whoever starts next, and renews its absolute timeout for as long as it waits. */
  private keepAlive(request: CallRequest, firstMs = FIRST_RENEWAL_MS): void {
    const { pbx, log } = this.d.parts;
    const { callId, channelId, service } = request;
    const renew = (): void => {
      const phase = this.d.calls.get(callId)?.phase;
      if (
        phase === undefined ||
        phase === 'talking' ||
        phase === 'closing' ||
        phase === 'over' ||
        phase === 'inDialplan'
      )
        return;
      pbx
        .setVariables(channelId, { IPNT_CALL: callId, IPNT_SERVICE: service, IPNT_PHASE: 'waiting' })
        .then(() => pbx.setAbsoluteTimeout(channelId, RENEWED_TIMEOUT_S))
        .catch((error: unknown) =>
          log.warn('the absolute timeout was not renewed', { call: callId, detail: String(error) }),
        );
      this.d.once(RENEW_EVERY_MS, renew);
    };
    this.d.once(firstMs, renew);
  }

  /** A caller whom his agent sent back waits as at first. */
  keepAliveAgain(callId: string): void {
    const request = this.d.calls.get(callId)?.request;
    if (request !== undefined) this.keepAlive(request, 0);
  }

  private waitingOf(service: string): number {
    let count = 0;
    for (const call of this.d.copy.waiting.values()) {
      if (call.service === service && call.edgeId !== this.d.parts.edgeId) count += 1;
    }
    for (const state of this.d.calls.states()) {
      if (state.request.service === service && (state.phase === 'placing' || state.phase === 'waiting')) count += 1;
    }
    return count;
  }
}
