import type { Clock, Timer } from '../../ports/clock.ts';

/** What waits for answers on one connection: each for so long, and none beyond the connection's end. */
export class Waits {
  readonly #clock: Clock;
  readonly #lateError: (detail: string) => Error;
  readonly #waiting = new Set<(error: Error) => void>();
  #ended: Error | undefined;

  /** `lateError` makes the error of what got no answer in time. */
  constructor(clock: Clock, lateError: (detail: string) => Error) {
    this.#clock = clock;
    this.#lateError = lateError;
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  /** Settles by the callback, the deadline, or the connection's end, whichever is first. */
  within<T>(
    ms: number,
    late: string,
    work: (done: (value: T) => void, fail: (error: Error) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      const settle = (act: () => void) => {
        timer.cancel();
        this.#waiting.delete(fail);
        act();
      };
      const fail = (error: Error) => settle(() => reject(error));
      const timer: Timer = this.#clock.after(ms, () => fail(this.#lateError(`${late} within ${ms} ms`)));
      this.#waiting.add(fail);
      work((value) => settle(() => resolve(value)), fail);
    });
  }

  /** Rejects what waits, and whatever will; the first error counts. */
  end(error: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const reject of this.#waiting) reject(error);
  }
}
