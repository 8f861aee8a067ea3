/** The database has not answered for this long: calls take their default route. */
const DOWN_AFTER_MS = 2_000;
/** It must have answered for this long before it is trusted again. */
const UP_AFTER_MS = 5_000;
/** Callers who wait when it goes down keep their place for this long. */
export const KEEP_WAITING_MS = 10_000;

export type HealthChange = 'wentDown' | 'cameUp' | null;

/** Whether the database may be relied on, by when it answered; on a monotonic clock that the caller reads. */
export class DatabaseHealth {
  private lastAnswerMs: number;
  private lastFailureMs: number | null = null;
  private answeringSinceMs: number | null;
  private downSinceMs: number | null = null;

  constructor(nowMs: number) {
    this.lastAnswerMs = nowMs;
    this.answeringSinceMs = nowMs;
  }

  get isDown(): boolean {
    return this.downSinceMs !== null;
  }

  /** How long it has been down; 0 when it is up. */
  downForMs(nowMs: number): number {
    return this.downSinceMs === null ? 0 : nowMs - this.downSinceMs;
  }

  answered(nowMs: number): HealthChange {
    this.lastAnswerMs = nowMs;
    this.answeringSinceMs ??= nowMs;
    this.lastFailureMs = null;
    if (this.downSinceMs === null || nowMs - this.answeringSinceMs < UP_AFTER_MS) return null;
    this.downSinceMs = null;
    return 'cameUp';
  }

  failed(nowMs: number): HealthChange {
    this.lastFailureMs = nowMs;
    this.answeringSinceMs = null;
    return this.checked(nowMs);
  }

  /** Called now and then: silence counts as well as failures. */
  checked(nowMs: number): HealthChange {
    if (this.downSinceMs !== null || this.lastFailureMs === null || nowMs - this.lastAnswerMs < DOWN_AFTER_MS)
      return null;
    this.downSinceMs = nowMs;
    return 'wentDown';
  }
}
