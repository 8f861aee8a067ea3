import { addressOf } from '../../core/model/agent.ts';
import { deviceOfEndpoint, isAgent } from '../../pbx/asterisk-ari/site-agents.ts';
import { readEndpoints } from '../../pbx/asterisk-ari/site-wire.ts';
import type { AriSite } from '../../settings/index.ts';
import { askAri, examineExtension, examineLogin, field } from './ari.ts';
import { fault, notChecked, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** How many agents are named; the others are counted. */
const NAMED = 5;

/** Looks at a site over ARI as its adapter would: login, version, clock, rights, who its agents are, and our dialplan. */
export async function examineAriSite(site: AriSite): Promise<Finding[]> {
  const part = `site ${site.siteId}`;
  const login = await examineLogin(part, site.ari);
  if (login.some(({ state }) => state === 'fault')) return login;
  const endpoints = await askAri(site.ari, '/endpoints');
  const found = readEndpoints(endpoints.body).map(deviceOfEndpoint);
  const agents = found.filter((device) => isAgent(site, device));
  return [
    ...login,
    await examineRights(part, site),
    endpoints.status === 200
      ? ok(part, 'may read its endpoints')
      : fault(part, `may not read its endpoints (${endpoints.status})`, 'load res_ari_endpoints.so'),
    ...agentsFindings(part, site, found, agents),
    ...(await examineAgent(part, site, agents[0])),
    notChecked(
      part,
      'whether its queues are reported (ARI does not tell)',
      '#include dialplan/asterisk/ipnt-queue-report.conf for its queues to be shown',
    ),
  ];
}

/** Asks for the end of a channel that there is not: who may only read is refused, and nothing is changed either way. */
async function examineRights(part: string, site: AriSite): Promise<Finding> {
  const { status } = await askAri(site.ari, '/channels/ipnt-doctor-nobody', 'DELETE');
  if (status === 403) return ok(part, 'the user may only read');
  if (status === 0) return notChecked(part, 'whether the user may only read');
  return warning(part, 'the user may do more than read', 'read_only = yes for this user in ari.conf');
}

function agentsFindings(
  part: string,
  site: AriSite,
  found: readonly string[],
  agents: readonly string[],
): readonly Finding[] {
  const named = [...agents.slice(0, NAMED), ...(agents.length > NAMED ? [`${agents.length - NAMED} more`] : [])];
  const missing = [...site.agents, ...site.trunks].filter((device) => !found.includes(device));
  return [
    agents.length > 0
      ? ok(part, `${agents.length} agents: ${named.join(', ')}`)
      : warning(
          part,
          'it has no agents',
          'see `pjsip show endpoints`, and agents and trunks of this site in the settings',
        ),
    ...missing.map((device) =>
      warning(part, `there is no endpoint ${device}`, 'name one of `pjsip show endpoints` in the settings'),
    ),
  ];
}

/** Whether his device can be read, and whether the trunk's context reaches him. */
async function examineAgent(part: string, site: AriSite, agent: string | undefined): Promise<readonly Finding[]> {
  if (agent === undefined) return [];
  const { status, body } = await askAri(site.ari, `/deviceStates/${encodeURIComponent(agent)}`);
  const canRead = status === 200 && typeof field(body, 'state') === 'string';
  return [
    canRead
      ? ok(part, 'may read device states')
      : fault(part, `may not read device states (${status})`, 'load res_ari_device_states.so'),
    await examineExtension(
      part,
      site.ari,
      `${addressOf(agent) ?? ''}@ipnt-agents`,
      'the trunk from the edge finds its agents',
      '#include dialplan/asterisk/ipnt-site.conf and your ipnt-agent-numbers.conf in extensions.conf, then `dialplan reload`' +
        (site.agents.length === 0 ? `; if ${agent} is a trunk, name it in trunks of this site` : ''),
    ),
  ];
}
