import type { CallFact } from '../../core/model/call.ts';

/** Kinds that hold a caller's number or name. */
export const PERSONAL_KINDS = ['arrived', 'customerFound', 'callbackAsked'] as const;

/** The fact without whom it was about: that there was a call stays, who made it does not. */
export function withoutPerson(fact: CallFact): CallFact {
  switch (fact.kind) {
    case 'arrived':
      return { ...fact, ani: '' };
    case 'customerFound':
      return { ...fact, customerId: '', name: '', problem: '' };
    case 'callbackAsked':
      return { ...fact, number: '' };
    default:
      return fact;
  }
}
