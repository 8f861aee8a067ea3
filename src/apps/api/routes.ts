/** All operations of the API, in the order in which the documentation tells them. */
import { AGENT_ROUTES } from './resources/agents.ts';
import { AUDIT_ROUTES } from './resources/audit.ts';
import { BOARD_ROUTES } from './resources/board.ts';
import { CALL_ROUTES } from './resources/calls.ts';
import { COMMAND_ROUTES } from './resources/commands.ts';
import { CUSTOMER_ROUTES } from './resources/customers.ts';
import { HEALTH_ROUTES } from './resources/health.ts';
import { HOUR_ROUTES } from './resources/hours.ts';
import { LOGIN_ROUTES } from './resources/login.ts';
import { PEOPLE_ROUTES } from './resources/people.ts';
import { ROUTE_TEST_ROUTES } from './resources/route-test.ts';
import { ROUTING_ROUTES } from './resources/routing.ts';
import { SERVICE_ROUTES } from './resources/services.ts';
import type { Route } from './route.ts';

export const ROUTES: readonly Route[] = [
  ...LOGIN_ROUTES,
  ...BOARD_ROUTES,
  ...AGENT_ROUTES,
  ...COMMAND_ROUTES,
  ...SERVICE_ROUTES,
  ...HOUR_ROUTES,
  ...ROUTE_TEST_ROUTES,
  ...CALL_ROUTES,
  ...CUSTOMER_ROUTES,
  ...ROUTING_ROUTES,
  ...PEOPLE_ROUTES,
  ...AUDIT_ROUTES,
  ...HEALTH_ROUTES,
];
