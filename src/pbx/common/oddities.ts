import type { Log } from '../../ports/log.ts';

/** Kinds of odd things that are told apart; what a hostile sender makes up beyond is one kind. */
const MOST_KINDS = 200;
const THE_REST = 'other odd messages';

/** What comes from a PBX and cannot be understood: counted by kind over all connections, logged the first time. The rest goes on. */
export class Oddities {
  readonly #log: Log;
  readonly #counts = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  note(what: string, detail = ''): void {
    const told = detail === '' ? what : `${what}: ${detail}`;
    const kind = this.#counts.has(told) || this.#counts.size < MOST_KINDS ? told : THE_REST;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count === 1) this.#log.warn(`the PBX sent ${kind}: passed over, and counted from here on`, { event: 'odd' });
  }
}
