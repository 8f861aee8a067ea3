/** Who guesses passwords must wait: so many failures from one address, and so many for one name. */
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Request, Response } from 'express';
import { ERRORS, IpntError } from '../../core/errors.ts';
import { through } from './through.ts';

export interface GuessLimits {
  readonly windowMs: number;
  /** A whole call centre may stand behind one address. */
  readonly failuresByAddress: number;
  readonly failuresByName: number;
}

export const GUESS_LIMITS: GuessLimits = { windowMs: 5 * 60_000, failuresByAddress: 50, failuresByName: 10 };

/** Counts a guess; throws TOO_MANY_LOGINS, with Retry-After in the answer. */
export type Guard = (request: Request, response: Response, name: string) => Promise<void>;

/** The name that a request tries. */
const NAMES = new WeakMap<Request, string>();

/** What a wrong password is answered with. */
const REFUSED: readonly number[] = [ERRORS.LOGIN_REFUSED.httpStatus, ERRORS.PASSWORD_WRONG.httpStatus];

/** Kept in memory: a restart forgets, and each process counts for itself. What succeeds does not count. */
export function openGuard({ windowMs, failuresByAddress, failuresByName }: GuessLimits): Guard {
  const limiter = (limit: number, keyGenerator: (request: Request) => string) =>
    rateLimit({
      ...{ windowMs, limit, keyGenerator, validate: false, standardHeaders: false, legacyHeaders: false },
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_request, { statusCode }) => !REFUSED.includes(statusCode),
      handler: (_request, response, next) => {
        response.setHeader('Retry-After', Math.ceil(windowMs / 1_000));
        next(new IpntError('TOO_MANY_LOGINS'));
      },
    });
  const byAddress = limiter(failuresByAddress, ({ ip }) => ipKeyGenerator(ip ?? ''));
  const byName = limiter(failuresByName, (request) => NAMES.get(request)?.toLowerCase() ?? '');
  return async (request, response, name) => {
    NAMES.set(request, name);
    for (const one of [byAddress, byName]) await through(one, request, response);
  };
}
