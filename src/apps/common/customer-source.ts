import { IpntError } from '../../core/errors.ts';
import type { AgentId } from '../../core/model/agent.ts';
import { customerOf } from '../../core/routing/customer-row.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { CustomerDatabase, CustomerKey } from '../../ports/customers.ts';
import type { Log } from '../../ports/log.ts';
import type { CustomerSource, CustomerStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';

/** A source of the settings, opened. */
export interface OpenSource {
  readonly name: string;
  readonly database: CustomerDatabase;
  readonly budgetMs: number;
  readonly cacheMs: number;
}

type Found = Awaited<ReturnType<CustomerSource['find']>>;

/** Of the shared customer tables: an import is seen soon. */
const SHARED = { budgetMs: 150, cacheMs: 10_000 };
const NOBODY: Found = { customer: null, problem: '' };
const MOST_CACHED = 10_000;
/** Lookups under way: the database is too slow for more. */
const MOST_ASKED = 40;
/** A source that does not answer is tried again so often; one that is refused for what it is, so often; and a good one is looked at. */
const RETRY_MS = 1_000;
const RETRY_REFUSED_MS = 30_000;
const CHECK_AGAIN_MS = 600_000;

/** Where callers are looked up: the shared tables, or somebody else's database. Bounded in time and in number, cached, never in the way. */
export class Customers implements CustomerSource {
  private readonly lookups = new Map<string, Lookup>();
  private readonly sources: readonly OpenSource[];
  private readonly records: Pick<QueryStore, 'lastAgentOf'>;
  private readonly clock: Clock;

  constructor(
    store: Pick<CustomerStore, 'findCustomer'> & Pick<QueryStore, 'lastAgentOf'>,
    sources: readonly OpenSource[],
    clock: Clock,
    log: Log,
  ) {
    this.sources = sources;
    this.records = store;
    this.clock = clock;
    this.lookups.set('shared', new Lookup('shared', sharedTables(store), SHARED, clock, log));
    for (const source of sources)
      this.lookups.set(source.name, new Lookup(source.name, askedOf(source.database), source, clock, log));
  }

  /** Looks at once whether each source answers and can only read: what is wrong is logged before a call needs it. */
  check(): void {
    for (const { name } of this.sources) void this.lookups.get(name)?.check();
  }

  find(source: string, key: CustomerKey): Promise<Found> {
    if (source === 'none') return Promise.resolve(NOBODY);
    const lookup = this.lookups.get(source);
    if (lookup !== undefined) return lookup.find(key);
    return Promise.resolve({ customer: null, problem: `these settings have no customer source "${source}"` });
  }

  /** Whom a number spoke to last in a service; null: nobody, or no answer in time. Never rejects. */
  lastAgentOf(ani: string, service: string): Promise<AgentId | null> {
    const asked = this.records.lastAgentOf(ani, service).catch(() => null);
    return within(this.clock, SHARED.budgetMs, asked, () => null);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.sources.map(({ database }) => database.close()));
  }
}

/** How one source is asked. */
interface Asked {
  keyOf(key: CustomerKey): string;
  find(key: CustomerKey): Promise<Found>;
  rightsToWrite(): Promise<readonly string[]>;
}

const askedOf = (database: CustomerDatabase): Asked => ({
  keyOf: (key) => database.keyOf(key),
  find: async (key) => {
    const row = await database.find(key);
    return row === null ? NOBODY : customerOf(row);
  },
  rightsToWrite: () => database.rightsToWrite(),
});

/** By id where one was collected, else by number. */
const sharedTables = (store: Pick<CustomerStore, 'findCustomer'>): Asked => ({
  keyOf: ({ number, customerId }) => (customerId === '' ? number : `id ${customerId}`),
  find: async ({ number, customerId }) => {
    const customer = await store.findCustomer(customerId === '' ? { number } : { customerId });
    return { customer, problem: '' };
  },
  rightsToWrite: () => Promise.resolve([]),
});

class Lookup {
  private readonly name: string;
  private readonly asked: Asked;
  private readonly limits: Pick<OpenSource, 'budgetMs' | 'cacheMs'>;
  private readonly clock: Clock;
  private readonly log: Log;
  /** Oldest use first. */
  private readonly cache = new Map<string, { readonly found: Found; readonly untilMs: number }>();
  private readonly underWay = new Map<string, Promise<Found>>();
  private checking: Promise<void> | null = null;
  private checkedUntilMs = -Infinity;
  /** What is wrong with the source; null while it answers. Nobody is sent there until `retryAtMs`. */
  private trouble: IpntError | null = null;
  private retryAtMs = -Infinity;

  constructor(name: string, asked: Asked, limits: Pick<OpenSource, 'budgetMs' | 'cacheMs'>, clock: Clock, log: Log) {
    this.name = name;
    this.asked = asked;
    this.limits = limits;
    this.clock = clock;
    this.log = log;
  }

  async find(key: CustomerKey): Promise<Found> {
    const text = this.asked.keyOf(key);
    if (text === '') return NOBODY;
    const nowMs = this.clock.monoMs();
    const cached = this.cache.get(text);
    if (cached !== undefined && cached.untilMs > nowMs) {
      this.keep(text, cached);
      return cached.found;
    }
    if (this.trouble !== null && nowMs < this.retryAtMs) return { customer: null, problem: this.trouble.message };
    let answer = this.underWay.get(text);
    if (answer === undefined) {
      if (this.underWay.size >= MOST_ASKED) return { customer: null, problem: 'too many lookups are under way' };
      answer = this.ask(text, key).finally(() => this.underWay.delete(text));
      this.underWay.set(text, answer);
    }
    const { budgetMs } = this.limits;
    // An answer that comes too late for this call is there for the next one.
    return within(this.clock, budgetMs, answer, () => ({ customer: null, problem: `no answer within ${budgetMs} ms` }));
  }

  async check(): Promise<void> {
    try {
      await this.checked();
      this.note(null);
    } catch (error) {
      this.note(error);
    }
  }

  private async ask(text: string, key: CustomerKey): Promise<Found> {
    try {
      await this.checked();
      const found = await this.asked.find(key);
      this.keep(text, { found, untilMs: this.clock.monoMs() + this.limits.cacheMs });
      this.note(null);
      return found;
    } catch (error) {
      return { customer: null, problem: this.note(error) };
    }
  }

  /** Throws CUSTOMER_SOURCE_WRITABLE for a login that can do more than read: it is not asked at all. */
  private checked(): Promise<void> {
    if (this.clock.monoMs() < this.checkedUntilMs) return Promise.resolve();
    this.checking ??= this.asked
      .rightsToWrite()
      .then((rights) => {
        if (rights.length > 0)
          throw new IpntError('CUSTOMER_SOURCE_WRITABLE', `it may ${rights.join(', ')}`, this.name);
        this.checkedUntilMs = this.clock.monoMs() + CHECK_AGAIN_MS;
      })
      .finally(() => (this.checking = null));
    return this.checking;
  }

  private keep(text: string, entry: { readonly found: Found; readonly untilMs: number }): void {
    this.cache.delete(text);
    if (this.limits.cacheMs > 0) this.cache.set(text, entry);
    const [oldest] = this.cache.keys();
    if (this.cache.size > MOST_CACHED && oldest !== undefined) this.cache.delete(oldest);
  }

  /** Remembers how the source is, and logs it when that changes. Gives back what is wrong, as one reads it. */
  private note(error: unknown): string {
    const before = this.trouble?.code;
    if (error === null) {
      this.trouble = null;
      if (before !== undefined) this.log.info('the customer source answers again', { detail: this.name });
      return '';
    }
    const known = error instanceof IpntError ? error : new IpntError('BUG', String(error), this.name, { cause: error });
    this.trouble = known;
    const isDown = known.retryable;
    this.retryAtMs = this.clock.monoMs() + (isDown ? RETRY_MS : RETRY_REFUSED_MS);
    if (before !== known.code) {
      const fields = { errCode: known.code, detail: `${this.name}: ${known.message}; ${known.cure}` };
      if (isDown) this.log.warn('a customer source does not answer', fields);
      else this.log.error('a customer source cannot be used', fields);
    }
    return known.message;
  }
}

/** The answer, or what is said in its place when it is late. The answer never rejects. */
function within<T>(clock: Clock, ms: number, answer: Promise<T>, late: () => T): Promise<T> {
  return new Promise((resolve) => {
    const timer: Timer = clock.after(ms, () => resolve(late()));
    void answer.then((found) => {
      timer.cancel();
      resolve(found);
    });
  });
}
