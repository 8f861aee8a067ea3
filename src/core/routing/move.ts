import type { CallRequest } from '../model/call.ts';
import type { Service } from '../model/service.ts';
import { bothOf } from './requirement.ts';

/**
 * The wishes of a call that goes on by other rules: those of another service, or its own as they were changed. What the dialplan
 * asked for this one call (whisper, recording, what comes after) stays, and so does what it asked in place of its own service's
 * rules (requirement, priority, longest wait, music); so does what is known of the customer.
 */
export function underRules(request: CallRequest, rules: Service, routingVersion: number): CallRequest {
  const { rules: before, customer } = request;
  const stays = rules.name === before.name;
  const own = <T>(asked: T, was: T, is: T): T => (stays && asked !== was ? asked : is);
  const needs = (service: Service): string => bothOf(service.requirement, customer?.requirement ?? '');
  const goesAt = (service: Service): number => customer?.priority ?? service.priority;
  return {
    ...request,
    service: rules.name,
    requirement: own(request.requirement, needs(before), needs(rules)),
    priority: own(request.priority, goesAt(before), goesAt(rules)),
    maxWaitMs: own(request.maxWaitMs, before.maxWaitMs, rules.maxWaitMs),
    ringMs: rules.ringMs,
    wrapUpMs: rules.wrapUpMs,
    arrivalMs: rules.arrivalMs,
    // Who has heard music was answered: there is no 302 any more.
    delivery: rules.delivery === 'redirect' && request.music !== '' ? 'bridge' : rules.delivery,
    networkFirst: rules.share === 'network_first',
    music: own(request.music, before.music, rules.music),
    rules,
    routingVersion,
  };
}
