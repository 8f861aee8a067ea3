/** All operations of the API, in the order in which the documentation tells them. */
import { auditRoutes } from './resources/audit.ts';
import { healthRoutes } from './resources/health.ts';
import { loginRoutes } from './resources/login.ts';
import { peopleRoutes } from './resources/people.ts';
import type { Route } from './route.ts';

export const ROUTES: readonly Route[] = [...loginRoutes, ...peopleRoutes, ...auditRoutes, ...healthRoutes];
