/** A phone's timestamped log, and waiting for what it will say: tests wait on events with a deadline, they never sleep. */
import type { PhoneEvent, PhoneLogEntry } from './types.ts';

type Match = (e: PhoneLogEntry) => boolean;
interface Waiter {
  what: PhoneEvent;
  match: Match;
  resolve: (e: PhoneLogEntry) => void;
}

/** Wall clock that never steps back within the process and has a fraction: entries of all phones can be compared. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

export class PhoneLog {
  readonly entries: PhoneLogEntry[] = [];
  readonly #label: string;
  readonly #sink?: (e: PhoneLogEntry) => void;
  readonly #waiters = new Set<Waiter>();
  #mark = 0;

  constructor(label: string, sink?: (e: PhoneLogEntry) => void) {
    this.#label = label;
    this.#sink = sink;
  }

  record(what: PhoneEvent, call: string, detail: Record<string, string>): PhoneLogEntry {
    const entry: PhoneLogEntry = { atMs: nowMs(), phone: this.#label, what, call, detail };
    this.entries.push(entry);
    this.#sink?.(entry);
    for (const w of this.#waiters) if (w.what === what && w.match(entry)) w.resolve(entry);
    return entry;
  }

  /** Later waits look only at what comes from here on. */
  mark(): void {
    this.#mark = this.entries.length;
  }

  forget(): void {
    this.entries.length = 0;
    this.#mark = 0;
  }

  /** The first such entry since the mark, past or to come. Rejects with the log's tail at the deadline. */
  waitFor(what: PhoneEvent, match: Match = () => true, timeoutMs = 5000): Promise<PhoneLogEntry> {
    for (let i = this.#mark; i < this.entries.length; i++) {
      const e = this.entries[i];
      if (e?.what === what && match(e)) return Promise.resolve(e);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const seen = this.entries.slice(this.#mark).map((e) => `${e.what} ${JSON.stringify(e.detail)}`);
        const tail = seen.slice(-12).join('\n  ');
        reject(new Error(`phone ${this.#label}: no '${what}' within ${timeoutMs} ms; since the mark:\n  ${tail}`));
      }, timeoutMs);
      const waiter: Waiter = {
        what,
        match,
        resolve: (e) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(e);
        },
      };
      this.#waiters.add(waiter);
    });
  }
}
