/** All operations of the API, in the order in which the documentation tells them. */
import { healthRoutes } from './resources/health.ts';
import { loginRoutes } from './resources/login.ts';
import type { Route } from './route.ts';

export const ROUTES: readonly Route[] = [...loginRoutes, ...healthRoutes];
