import type { CallEffect } from '../../core/effects.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import type { AgentId } from '../../core/model/agent.ts';
import { announcement } from '../../core/routing/announcement.ts';
import { preferredAgents } from '../../core/routing/preferred.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EdgePbx } from '../../ports/edge-pbx.ts';
import type { Log } from '../../ports/log.ts';
import type { CustomerSource } from '../../ports/provisioning.ts';
import type { Callbacks } from './callbacks.ts';
import type { LiveCalls } from './live-calls.ts';
import type { Standing } from './waiting-calls.ts';
import type { StateCopy } from '../common/state-copy.ts';

const KINDS = [
  'identify',
  'announce',
  'askCallback',
  'callCustomer',
  'customerIsHere',
  'keepCallback',
  'endCallback',
  'keepAlive',
] as const;

/** What the life of a call asks for beside its claims and its legs. */
export type Errand = Extract<CallEffect, { kind: (typeof KINDS)[number] }>;

export const isErrand = (effect: CallEffect): effect is Errand => (KINDS as readonly string[]).includes(effect.kind);

export interface ErrandsParts {
  readonly pbx: EdgePbx;
  readonly clock: Clock;
  readonly log: Log;
  readonly copy: StateCopy;
  readonly customers: CustomerSource;
  /** Whom a number spoke to last in a service; null: nobody, or no answer in time. */
  readonly lastAgentOf: (ani: string, service: string) => Promise<AgentId | null>;
  readonly calls: () => LiveCalls;
  readonly standing: (callId: string) => Standing | null;
  readonly callbacks: () => Callbacks;
  readonly keepAlive: (callId: string) => void;
  /** `PJSIP/{number}@provider`; '' where this edge calls nobody. */
  readonly outbound: string;
}

/** Runs them. Never throws; a call waits for none of them longer than its budget. */
export class Errands {
  private readonly p: ErrandsParts;
  /** Calls whose callers are being told something. */
  private readonly speaking = new Set<string>();

  constructor(parts: ErrandsParts) {
    this.p = parts;
  }

  run(callId: string, errand: Errand): void {
    const state = this.p.calls().get(callId);
    if (state === undefined) return;
    switch (errand.kind) {
      case 'identify':
        return void this.identify(callId, state);
      case 'announce':
        return this.announce(callId, state);
      case 'askCallback':
        return void this.p.callbacks().ask(callId);
      case 'callCustomer':
        return void this.callCustomer(callId, state, errand);
      case 'customerIsHere':
        return this.p.calls().nameChannel(errand.legId, callId);
      case 'keepCallback':
        return void this.p.callbacks().keep(callId, errand.tries, errand.afterMs);
      case 'endCallback':
        return void this.p.callbacks().end(callId, errand.how);
      case 'keepAlive':
        return this.p.keepAlive(callId);
    }
  }

  /** Who is calling, and whom does he know? Both are asked at once, and neither may keep him waiting. */
  private async identify(callId: string, { request }: CallState): Promise<void> {
    const { customers, clock, copy, lastAgentOf } = this.p;
    const { rules, ani, service } = request;
    const startedMs = clock.monoMs();
    const key = { number: ani, customerId: rules.customer.by === 'id' ? request.customerKey : '' };
    const [found, last] = await Promise.all([
      rules.customer.source === 'none' ? NOBODY : customers.find(rules.customer.source, key),
      rules.preferred.last && ani !== '' ? lastAgentOf(ani, service) : null,
    ]);
    const preferred = preferredAgents(rules.preferred, found.customer, last, copy.agents);
    const tookMs = clock.monoMs() - startedMs;
    this.p.calls().input(callId, { kind: 'identified', ...found, preferred, tookMs });
  }

  private announce(callId: string, { request }: CallState): void {
    const { position, expectedWait } = request.rules.announce;
    const standing = this.p.standing(callId);
    // An announcement may take longer than the time between two: it is said to its end, and the next one is left out.
    if (standing === null || this.speaking.has(callId)) return;
    const prompts = announcement(position ? standing.position : null, expectedWait ? standing.expectedWaitMs : null);
    if (prompts.length === 0) return;
    this.speaking.add(callId);
    this.p.pbx
      .say(request.channelId, prompts, request.music)
      .catch((error: unknown) =>
        this.p.log.warn('a caller was not told his place', { call: callId, detail: String(error) }),
      )
      .finally(() => this.speaking.delete(callId));
  }

  /** The customer's phone shows the number that he had called. A leg that could not be tried has ended. */
  private async callCustomer(
    callId: string,
    { request, offer }: CallState,
    errand: Extract<Errand, { kind: 'callCustomer' }>,
  ): Promise<void> {
    const { pbx, outbound, log } = this.p;
    const { legId, timeoutMs } = errand;
    let answer: 'ringing' | 'refused' = 'refused';
    try {
      answer = await pbx.ring({
        ...{ offerId: legId, callId, timeoutMs },
        callerChannelId: offer?.offerId ?? '',
        endpoint: outbound.replace('{number}', request.ani),
        ani: request.dnis,
        callerName: request.rules.title,
      });
    } catch (error) {
      log.warn('a customer could not be called', { call: callId, detail: String(error) });
      pbx.hangup(legId, 'normal').catch(() => undefined);
    }
    if (answer === 'refused')
      this.p.calls().input(callId, { kind: 'offerGone', offerId: legId, cause: 0, techCause: 0 });
  }
}

const NOBODY = { customer: null, problem: '' } as const;
