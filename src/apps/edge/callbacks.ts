import type { CallRequest } from '../../core/model/call.ts';
import { NO_WISHES } from '../../core/model/call.ts';
import { servicesByName } from '../../core/model/routing.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { Service } from '../../core/model/service.ts';
import { startCallback } from '../../core/reduce/call-callback.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import { serviceState } from '../../core/routing/identify.ts';
import type { Callback, CallbackStore } from '../../ports/callbacks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Fence } from '../../ports/site-store.ts';
import type { LiveCalls } from './live-calls.ts';
import { seqOfEpoch } from './parts.ts';

export interface CallbacksParts {
  readonly edgeId: string;
  readonly fence: Fence;
  readonly store: CallbackStore;
  readonly calls: LiveCalls;
  readonly clock: Clock;
  readonly log: Log;
  readonly routing: () => Routing;
  /** The database's clock. */
  readonly dbNowMs: () => number;
  readonly normalise: (number: string) => string;
  /** This edge knows how to dial a number. */
  readonly canDial: boolean;
  readonly onFenced: (why: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** A callback is a call of its own; its id tells which call asked for it. */
const idOf = (callId: string): string => `${callId}.back`;

/** E.164, and allowed by the service: anybody may claim to call from anywhere. */
export const mayCallBack = ({ callback }: Service, number: string): boolean =>
  /^\+\d{7,15}$/.test(number) && callback.allow.some((prefix) => number.startsWith(prefix));

/** The hours in which customers are called back: those of the callback, else the service's own. */
export function callbackHours(
  routing: Routing,
  rules: Service,
  nowMs: number,
): { open: boolean; untilMs: number | null } {
  const calendar = rules.callback.calendar || rules.calendar;
  return serviceState(routing, { name: rules.name, closed: false, calendar }, nowMs);
}

/** A calendar that is changed meanwhile is seen after this. */
const LOOK_AT_HOURS_AGAIN_MS = 900_000;

/** The promises to call back: kept in the database before the caller is told, and taken over from edges that died. */
export class Callbacks {
  private readonly p: CallbacksParts;
  private looking = false;

  constructor(parts: CallbacksParts) {
    this.p = parts;
  }

  /** A caller asked for it. The promise is kept first: it holds even if he hangs up at this moment. */
  async ask(callId: string): Promise<void> {
    const { calls, fence, store, normalise, canDial, clock, log } = this.p;
    const state = calls.get(callId);
    if (state === undefined) return;
    const number = normalise(state.request.ani);
    const refuse = (why: string): void => {
      log.info('a callback is refused', { call: callId, service: state.request.service, detail: why });
      calls.input(callId, { kind: 'callbackKept', result: 'refused', number });
    };
    if (!canDial) return refuse('this edge has no `outbound` in the settings');
    if (!mayCallBack(state.request.rules, number)) return refuse('the number does not begin as the service allows');
    const callback = this.rowOf(state, number);
    try {
      const kept = await store.keepCallback(fence, callback);
      if (kept === 'fenced') return this.p.onFenced('the epoch was taken by another process');
      if (kept === 'duplicate') log.info('a number is called back already', { call: callId });
      else {
        const request = { ...state.request, ...CALLED_BACK, callId: callback.callId, ani: number };
        calls.begin(startCallback(request, { ...callback, afterMs: 0 }, clock.monoMs()));
      }
      calls.input(callId, { kind: 'callbackKept', result: 'ok', number });
    } catch (error) {
      this.p.onFailure(error);
      refuse('the database does not answer');
    }
  }

  private rowOf({ request, stage, arrivedAtMs }: CallState, number: string): Callback {
    const { callId, service, callerName, dnis } = request;
    return {
      callId: idOf(callId),
      edgeId: this.p.edgeId,
      service,
      number,
      callerName,
      dnis,
      requirement: request.requirement,
      priority: stage.priority,
      arrivedAtMs: arrivedAtMs ?? this.p.dbNowMs(),
      tries: 0,
      notBeforeMs: 0,
    };
  }

  /** Tries made, and when the next may be: for whoever takes over. */
  async keep(callId: string, tries: number, afterMs: number): Promise<void> {
    const state = this.p.calls.get(callId);
    if (state === undefined) return;
    const { request, arrivedAtMs } = state;
    const nowMs = this.p.dbNowMs();
    const row = this.rowOf(state, request.ani);
    const kept = { ...row, callId, tries, arrivedAtMs: arrivedAtMs ?? nowMs, notBeforeMs: nowMs + afterMs };
    try {
      if ((await this.p.store.keepCallback(this.p.fence, kept)) === 'fenced')
        this.p.onFenced('the epoch was taken by another process');
    } catch (error) {
      this.p.onFailure(error);
    }
  }

  async end(callId: string, how: 'done' | 'failed'): Promise<void> {
    try {
      await this.p.store.endCallback(this.p.fence, callId, how);
    } catch (error) {
      this.p.onFailure(error);
      this.p.log.error('a callback is over and could not be marked so', { call: callId });
    }
  }

  /** Out of hours nobody is called, and no agent is left alone for it. */
  private postpone(): void {
    const { calls, clock, routing } = this.p;
    const nowMs = clock.nowMs();
    for (const { callback, phase, request } of calls.states()) {
      if (callback === null || callback.isHere || phase !== 'waiting') continue;
      const { open, untilMs } = callbackHours(routing(), request.rules, nowMs);
      if (open) continue;
      const afterMs = Math.min((untilMs ?? Infinity) - nowMs, LOOK_AT_HOURS_AGAIN_MS);
      calls.input(request.callId, { kind: 'postponed', afterMs });
    }
  }

  /** Those of earlier processes and of dead edges: begun here, in the place that they had. */
  async look(): Promise<void> {
    this.postpone();
    if (this.looking) return;
    this.looking = true;
    try {
      const found = await this.p.store.takeCallbacks(this.p.fence);
      if (found === 'fenced') return this.p.onFenced('the epoch was taken by another process');
      for (const callback of found) if (this.p.calls.get(callback.callId) === undefined) this.resume(callback);
    } catch (error) {
      this.p.onFailure(error);
    } finally {
      this.looking = false;
    }
  }

  private resume(callback: Callback): void {
    const { calls, clock, fence, log, edgeId } = this.p;
    const rules = servicesByName(this.p.routing()).get(callback.service);
    if (rules === undefined) {
      log.warn('a callback of a service that is gone', { call: callback.callId, service: callback.service });
      void this.end(callback.callId, 'failed');
      return;
    }
    const { callId, service, number, callerName, dnis, requirement, priority } = callback;
    const { maxWaitMs, ringMs, wrapUpMs, arrivalMs, music } = rules;
    const request: CallRequest = {
      ...NO_WISHES,
      ...{ callId, edgeId, service, ani: number, callerName, dnis, requirement, priority },
      ...{ maxWaitMs, ringMs, wrapUpMs, arrivalMs, music, rules, routingVersion: this.p.routing().version },
      ...CALLED_BACK,
      networkFirst: rules.share === 'network_first',
    };
    const afterMs = Math.max(0, callback.notBeforeMs - this.p.dbNowMs());
    log.info('a callback is taken over', { call: callId, service });
    calls.begin(startCallback(request, { ...callback, afterMs }, clock.monoMs()), seqOfEpoch(fence.epoch));
  }
}

/** A callback did not come out of a dialplan: it is bridged here, and ends with its talk. */
const CALLED_BACK = { channelId: '', delivery: 'bridge', after: 'hangup', whisper: '', record: '' } as const;
