import type { Clock } from '../../ports/clock.ts';
import type { OfferLeg } from './offer-leg.ts';
import { Phone } from './phone.ts';
import type { Manner, PhoneCall } from './phone.ts';
import type { CalledSite, World } from './world.ts';

/** Somebody with a telephone of his own, whom an edge can call back over its provider. */
export interface Person {
  /** As it is dialled: `+4930123456`. */
  readonly number: string;
  /** What he does with a call that rings. */
  readonly manner: (call: PhoneCall) => Manner;
  readonly talkMs: number;
  /** Who ends the talk. */
  readonly endsBy: 'customer' | 'agent';
  /** Once he has picked up and nobody speaks to him, he hangs up after this long. */
  readonly patienceMs: number;
}

class PersonsPhone extends Phone {
  readonly person: Person;

  constructor(person: Person, siteId: string, clock: Clock) {
    const { number, manner } = person;
    super({ siteId, name: `PJSIP/${number}`, clock, manner, onState: () => undefined });
    this.person = person;
  }
}

/** Whose telephone this is; undefined for an agent's phone. */
export const personAt = (phone: Phone | undefined): Person | undefined =>
  phone instanceof PersonsPhone ? phone.person : undefined;

/**
 * The telephone network beyond a provider: people by number. To an edge it is one more site behind a trunk:
 * `edge.addTrunk('PJSIP/provider', 'outside')`.
 */
export class Outside implements CalledSite {
  readonly phones = new Map<string, Phone>();
  private readonly siteId: string;
  private readonly world: World;

  constructor(world: World, siteId = 'outside') {
    this.world = world;
    this.siteId = siteId;
    world.sites.set(siteId, this);
  }

  add(person: Person): void {
    const phone = new PersonsPhone(person, this.siteId, this.world.clock);
    this.phones.set(phone.name, phone);
  }

  callDirect(): void {
    throw new Error('nobody is redirected to the outside');
  }

  /** No PBX of ours looks at these telephones. */
  emit(): void {}
}

/** A customer who was called back is joined with an agent: both sides are legs, and either's end is told as that. */
export function joinCustomer(world: World, customer: OfferLeg, agent: OfferLeg | undefined): boolean {
  const person = personAt(customer.phone);
  if (!person || !customer.isUp || customer.isBridged || !agent?.isUp) return false;
  customer.isBridged = true;
  agent.isBridged = true;
  world.trace(() => `${person.number} is called back by ${agent.offerId}`);
  world.tell({ kind: 'calledBack', number: person.number, offerId: agent.offerId });
  world.clock.after(person.talkMs, () => (person.endsBy === 'agent' ? agent : customer).agentHangsUp());
  return true;
}
