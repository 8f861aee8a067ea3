/** Who of an Asterisk's endpoints is an agent. ARI does not tell phones from trunks, so the settings do. */
import { addressOf } from '../../core/model/agent.ts';

/** What of a site's settings says who its agents are. */
export interface AgentRule {
  /** Devices of agents; where there are any, nobody else is one. */
  readonly agents: readonly string[];
  /** Endpoints that are no agents, where `agents` is empty. */
  readonly trunks: readonly string[];
}

const PHONES = /^(?:PJSIP|SIP|IAX2)\//;

/**
 * `agents` of the settings where there are any; else every PJSIP, SIP or IAX2 endpoint whose name can be rung and that `trunks`
 * does not name.
 */
export function isAgent({ agents, trunks }: AgentRule, device: string): boolean {
  if (agents.length > 0) return agents.includes(device);
  return PHONES.test(device) && addressOf(device) !== null && !trunks.includes(device);
}

export const deviceOfEndpoint = (endpoint: { readonly technology: string; readonly resource: string }): string =>
  `${endpoint.technology}/${endpoint.resource}`;
