import { IpntError } from '../core/errors.ts';

/** An error whose cure is not the usual one of its code, because of what the person was doing. */
class CuredError extends IpntError {
  readonly #cure: string;

  constructor(error: IpntError, cure: string) {
    super(error.code, error.detail, error.where, { cause: error });
    this.#cure = cure;
  }

  override get cure(): string {
    return this.#cure;
  }
}

/** ARGUMENT_INVALID of the command line: the usual cure is about the dialplan's arguments. */
export const wrongOption = (detail: string, cure: string, where = ''): IpntError =>
  new CuredError(new IpntError('ARGUMENT_INVALID', detail, where), cure);

/** Runs `work`; what it throws on purpose gets this cure. */
export function withCure<T>(cure: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof IpntError ? new CuredError(error, cure) : error;
  }
}
