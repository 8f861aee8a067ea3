import type { CallRequest } from '../model/call.ts';
import type { Service } from '../model/service.ts';
import { bothOf } from './requirement.ts';

/**
 * The wishes of a call that goes on by other rules: those of another service, or its own as they were changed. What the dialplan
 * asked for this one call (whisper, recording, what comes after) stays; so does what is known of the customer.
 */
export function underRules(request: CallRequest, rules: Service, routingVersion: number): CallRequest {
  return {
    ...request,
    service: rules.name,
    requirement: bothOf(rules.requirement, request.customer?.requirement ?? ''),
    priority: request.customer?.priority ?? rules.priority,
    maxWaitMs: rules.maxWaitMs,
    ringMs: rules.ringMs,
    wrapUpMs: rules.wrapUpMs,
    arrivalMs: rules.arrivalMs,
    // Who has heard music was answered: there is no 302 any more.
    delivery: rules.delivery === 'redirect' && request.music !== '' ? 'bridge' : rules.delivery,
    networkFirst: rules.share === 'network_first',
    music: rules.music,
    rules,
    routingVersion,
  };
}
