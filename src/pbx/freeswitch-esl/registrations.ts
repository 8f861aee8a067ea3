import { text } from './fields.ts';
import type { Contact } from './contact.ts';
import type { EslEvent, Row } from './wire.ts';

/** Who is registered: what an agent with a `user/` contact needs to be rung. */
export interface Registrations {
  /** `sofia::register`, `::unregister` and `::expire` (sofia_reg.c, 1.10.12); whose it is, or null for any other event. */
  event(event: EslEvent): string | null;
  /** `show registrations as json`: all of them. */
  load(rows: readonly Row[]): void;
  clear(): void;
  /** Null where nothing has told. */
  isRegistered(contact: Contact): boolean | null;
  /** Whether a call from there comes from one of the user's registered phones. */
  isFrom(user: string, address: string): boolean;
}

interface Registered {
  readonly user: string;
  readonly realm: string;
  readonly address: string;
}

const CHANGES: Readonly<Record<string, 'comes' | 'goes'>> = {
  'sofia::register': 'comes',
  'sofia::unregister': 'goes',
  'sofia::expire': 'goes',
};

export function createRegistrations(): Registrations {
  /** By Call-ID of the REGISTER: a user may have several phones. */
  const byToken = new Map<string, Registered>();
  /** Users of whom an event has told, where no list has. */
  const heardOf = new Set<string>();
  let isListed = false;
  const of = (user: string): Registered[] => [...byToken.values()].filter((one) => one.user === user);
  return {
    event(event) {
      const subclass = text(event, 'Event-Subclass');
      const change = Object.hasOwn(CHANGES, subclass) ? CHANGES[subclass] : undefined;
      if (change === undefined) return null;
      const user = text(event, 'from-user') || text(event, 'user') || text(event, 'username');
      const realm = text(event, 'from-host') || text(event, 'host') || text(event, 'realm');
      const token = text(event, 'call-id') || `${user}@${realm}`;
      heardOf.add(user);
      if (change === 'goes') byToken.delete(token);
      else byToken.set(token, { user, realm, address: text(event, 'network-ip') });
      return user;
    },
    load(rows) {
      byToken.clear();
      for (const row of rows) {
        const [user, realm, address] = [text(row, 'reg_user'), text(row, 'realm'), text(row, 'network_ip')];
        byToken.set(text(row, 'token') || `${user}@${realm}`, { user, realm, address });
      }
      isListed = true;
    },
    clear() {
      byToken.clear();
      heardOf.clear();
      isListed = false;
    },
    isRegistered({ user, domain }) {
      const his = of(user);
      // A domain under which nobody registers is another name of one (an alias, a profile).
      const isNamed = domain !== '' && [...byToken.values()].some(({ realm }) => realm === domain);
      if (his.some(({ realm }) => !isNamed || realm === domain)) return true;
      return isListed || heardOf.has(user) ? false : null;
    },
    isFrom: (user, address) => address !== '' && of(user).some((one) => one.address === address),
  };
}
