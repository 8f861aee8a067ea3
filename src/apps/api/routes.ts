/** All operations of the API, in the order in which the documentation tells them. */
import { AGENT_ROUTES } from './resources/agents.ts';
import { BOARD_ROUTES } from './resources/board.ts';
import { CALL_ROUTES } from './resources/calls.ts';
import { healthRoutes } from './resources/health.ts';
import { loginRoutes } from './resources/login.ts';
import { SERVICE_ROUTES } from './resources/services.ts';
import type { Route } from './route.ts';

export const ROUTES: readonly Route[] = [
  ...loginRoutes,
  ...BOARD_ROUTES,
  ...AGENT_ROUTES,
  ...SERVICE_ROUTES,
  ...CALL_ROUTES,
  ...healthRoutes,
];
