import type { NextFunction, Request, Response } from 'express';

type Middleware = (request: Request, response: Response, next: NextFunction) => unknown;

/** A middleware of express as a promise: resolves when it hands on, rejects with what it complains of. */
export const through = (middleware: Middleware, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    const next = (error?: unknown): void => (error === undefined ? resolve() : reject(error as Error));
    void Promise.resolve(middleware(request, response, next)).catch(reject);
  });
