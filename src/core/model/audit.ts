import { AGENT_ACTIONS } from './command.ts';

/** All that can be recorded of who changed what, as pages offer it for a choice. */
export const AUDIT_ACTIONS = [
  ...AGENT_ACTIONS.map((action) => `agent.${action}` as const),
  ...(['agents.import', 'customers.erase', 'customers.import', 'login', 'login.failed'] as const),
  ...(['routing.apply', 'routing.rollback', 'service.auto', 'service.close', 'service.open'] as const),
  ...(['token.add', 'token.remove', 'user.add', 'user.change', 'user.disable', 'user.enable'] as const),
  ...(['user.password', 'user.remove'] as const),
];
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
