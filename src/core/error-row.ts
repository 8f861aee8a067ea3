/** Kinds of error, by what must happen: stop at boot, answer 4xx, carry on, retry, tell, or assert and exit. */
export type ErrorKind = 'config' | 'input' | 'conflict' | 'unavailable' | 'refused' | 'bug';

export interface ErrorRow {
  readonly kind: ErrorKind;
  readonly httpStatus: number;
  readonly retryable: boolean;
  readonly message: string;
  /** What to do about it. */
  readonly cure: string;
}

/** A row of the table of errors. */
export const row = (
  kind: ErrorKind,
  httpStatus: number,
  retryable: boolean,
  message: string,
  cure: string,
): ErrorRow => ({
  kind,
  httpStatus,
  retryable,
  message,
  cure,
});
