import type { Log } from '../../ports/log.ts';
import { failureOf, toIpntError } from './errors.ts';
import { Node } from './node.ts';
import type { Link } from './node.ts';
import { parseDatabaseUrl } from './url.ts';
import type { DatabaseAddress } from './url.ts';

const CONNECTIONS_A_POOL = 4;
const PROBE_EACH_MS = 1_000;
/** The preferred node must answer so often in a row before we go back to it. */
const PROBES_TO_RETURN = 5;

export interface Deadline {
  /** For one statement. Default: the URL's. */
  readonly timeoutMs?: number;
  /** For all: waiting for a connection, statements, retries. Default: one and a half times the statement's. */
  readonly deadlineMs?: number;
}

/**
 * The way to the database: one node of several, the preferred one while it serves. All processes use the same list, so claims
 * meet on one node (two Galera nodes that contend for a row cost a certification failure each time). Owns the connections.
 */
export class Database {
  readonly address: DatabaseAddress;
  readonly #nodes: readonly Node[];
  readonly #log: Log;
  #current = 0;
  #answering = true;
  #goodProbes = 0;
  #probe: NodeJS.Timeout | undefined;

  constructor(url: string, log: Log) {
    this.address = parseDatabaseUrl(url);
    this.#nodes = this.address.hosts.map((host) => new Node(this.address, host, CONNECTIONS_A_POOL));
    this.#log = log.child({ component: 'store' });
  }

  /** Host and port of the node in use. */
  get where(): string {
    return this.#node.name;
  }

  get #node(): Node {
    const node = this.#nodes[this.#current];
    if (node === undefined) throw new Error('no node');
    return node;
  }

  limits(given: Deadline = {}): Required<Deadline> {
    const timeoutMs = given.timeoutMs ?? this.address.timeoutMs;
    return { timeoutMs, deadlineMs: given.deadlineMs ?? timeoutMs * 1.5 };
  }

  /**
   * One try on the node in use. Rejects with the driver's errors (errors.ts says what each means); a node that does not serve
   * is left for the next one, which the caller's next try finds.
   */
  async once<T>(
    kind: 'single' | 'batch',
    work: (link: Link) => Promise<T>,
    timeoutMs: number,
    deadlineAtMs: number,
  ): Promise<T> {
    const node = this.#node;
    try {
      const result = await node.run(kind, work, timeoutMs, deadlineAtMs);
      this.#report(true);
      return result;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'down' || failure === 'unknown') {
        this.#report(false, error);
        // A statement that was slow or killed says nothing about its node.
        if (failure === 'down' || !(await this.#stillServes(node))) await this.#leave(node, deadlineAtMs);
      }
      throw error;
    }
  }

  #stillServes(node: Node): Promise<boolean> {
    return this.#nodes.length === 1 ? Promise.resolve(true) : serves(node, this.address, this.address.connectTimeoutMs);
  }

  /** Says when it changes, and only then. */
  #report(answering: boolean, error?: unknown): void {
    if (answering === this.#answering) return;
    this.#answering = answering;
    if (answering) this.#log.info('the database answers again', { event: 'databaseUp', detail: this.where });
    else {
      const { code, message } = toIpntError(error, this.where);
      this.#log.warn('the database does not answer', { event: 'databaseDown', errCode: code, detail: message });
    }
  }

  /** Goes to the next node that serves. Another call may have done so already. */
  async #leave(node: Node, deadlineAtMs: number): Promise<void> {
    if (this.#nodes.length === 1 || this.#node !== node) return;
    const from = this.#current;
    for (let step = 1; step < this.#nodes.length; step++) {
      const index = (from + step) % this.#nodes.length;
      const next = this.#nodes[index];
      if (next === undefined || performance.now() > deadlineAtMs || !(await serves(next, this.address))) continue;
      if (this.#current !== from) return;
      this.#current = index;
      this.#log.warn('using another database node', { event: 'databaseNode', detail: `${node.name} -> ${next.name}` });
      this.#watchPreferred();
      return;
    }
  }

  #watchPreferred(): void {
    this.#goodProbes = 0;
    if (this.#probe !== undefined || this.#current === 0) return;
    this.#probe = setInterval(() => void this.#tryPreferred(), PROBE_EACH_MS);
    this.#probe.unref();
  }

  async #tryPreferred(): Promise<void> {
    const preferred = this.#nodes[0];
    if (preferred === undefined) return;
    this.#goodProbes = (await serves(preferred, this.address)) ? this.#goodProbes + 1 : 0;
    if (this.#goodProbes < PROBES_TO_RETURN || this.#current === 0) return;
    this.#current = 0;
    clearInterval(this.#probe);
    this.#probe = undefined;
    this.#log.info('back on the preferred database node', { event: 'databaseNode', detail: preferred.name });
  }

  async close(): Promise<void> {
    clearInterval(this.#probe);
    this.#probe = undefined;
    await Promise.all(this.#nodes.map((node) => node.close()));
  }
}

/**
 * Whether a node can take our work: it answers, is not read-only, and belongs to a majority where it is Galera's (one without
 * answers `SELECT 1` as if nothing were wrong). Waits until a Galera node has applied what the others had committed, so a
 * reader does not see the past.
 */
async function serves(node: Node, address: DatabaseAddress, timeoutMs = address.timeoutMs): Promise<boolean> {
  try {
    return await node.run(
      'single',
      async (link) => {
        const [readOnly] = await link.send('SELECT @@global.read_only AS readOnly');
        if (Number(readOnly?.rows[0]?.['readOnly'] ?? 0) !== 0) return false;
        // MariaDB is built with Galera and says `wsrep_ready` OFF where it is not used.
        const [galera] = await link.send("SHOW VARIABLES LIKE 'wsrep_on'");
        if (galera?.rows[0]?.['Value'] !== 'ON') return true;
        const [ready] = await link.send("SHOW STATUS LIKE 'wsrep_ready'");
        if (ready?.rows[0]?.['Value'] !== 'ON') return false;
        await link.send('SET SESSION wsrep_sync_wait = 3');
        await link.send('SELECT MAX(version) FROM schema_migration');
        await link.send('SET SESSION wsrep_sync_wait = 0');
        return true;
      },
      timeoutMs,
      performance.now() + timeoutMs,
    );
  } catch {
    return false;
  }
}
