import { IpntError } from '../../core/errors.ts';
import { openConnection } from '../../pbx/freeswitch-esl/client.ts';
import type { EslConnection } from '../../pbx/freeswitch-esl/client.ts';
import { contactOf } from '../../pbx/freeswitch-esl/contact.ts';
import { rowsOfTable } from '../../pbx/freeswitch-esl/wire.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { EslSite } from '../../settings/index.ts';
import { clockFinding, fault, notChecked, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const SHOWN = 5;

/** Looks at a site over the event socket as its adapter would: login, version, clock, mod_callcenter, and whom it can ring. */
export async function examineEsl(site: EslSite): Promise<Finding[]> {
  const part = `site ${site.siteId}`;
  const hooks = { event: () => undefined, odd: () => undefined, closed: () => undefined };
  let connection: EslConnection | undefined;
  try {
    const address = { host: site.host, port: site.port, password: site.password.reveal() };
    connection = await openConnection(address, systemClock, hooks);
    return [
      ok(part, `the event socket at ${site.host}:${site.port} takes the password`),
      versionFinding(part, await connection.api('version')),
      await examineClock(part, connection),
      ...agentFindings(part, await connection.api('callcenter_config agent list'), site.agents.length),
      notChecked(
        part,
        'its dialplan: that the context ipnt-agents reaches the agents, and the guard (optional)',
        'README, "Connect your FreeSWITCH": dialplan/freeswitch/ipnt-site.xml and samples/directory-dial-string.xml, then reloadxml',
      ),
    ];
  } catch (error) {
    if (error instanceof IpntError) return [fault(part, error.message, error.cure)];
    throw error;
  } finally {
    connection?.close('examined');
  }
}

function versionFinding(part: string, said: string): Finding {
  const version = /Version (\d+)\.(\d+)\S*/.exec(said);
  if (version === null) return notChecked(part, 'its version');
  if (Number(version[1]) > 1 || Number(version[2]) >= 10) return ok(part, `FreeSWITCH ${version[0].slice(8)}`);
  return warning(
    part,
    `FreeSWITCH ${version[0].slice(8)} is older than what was tried`,
    'update it; 1.10 is maintained',
  );
}

async function examineClock(part: string, connection: EslConnection): Promise<Finding> {
  const before = Date.now();
  const seconds = Number(await connection.api('strepoch'));
  const halfMs = (Date.now() - before) / 2;
  if (!(seconds > 0)) return notChecked(part, 'its clock');
  // It tells whole seconds: half of one is in the middle.
  return clockFinding(part, 'its clock', seconds * 1_000 + 500 - (before + halfMs), halfMs + 500);
}

function agentFindings(part: string, said: string, listed: number): Finding[] {
  if (said.startsWith('-ERR')) {
    if (listed > 0)
      return [ok(part, `mod_callcenter is not loaded: ${listed} extensions of the settings are followed`)];
    return [
      fault(
        part,
        'mod_callcenter is not loaded, and no agents are listed',
        'load mod_callcenter, or list `agents` of the site',
      ),
    ];
  }
  const agents = rowsOfTable(said);
  const lost = agents.filter((row) => contactOf(row['contact'] ?? '') === null);
  const found = ok(part, `mod_callcenter has ${agents.length} agents`);
  if (lost.length === 0) return [found];
  const names = lost.slice(0, SHOWN).map((row) => row['name'] ?? '?');
  return [
    found,
    warning(
      part,
      `${lost.length} agents cannot be dialled: ${names.join(', ')}${lost.length > SHOWN ? ', ...' : ''}`,
      'give them a contact of one phone: user/NAME, user/NAME@domain or sofia/profile/NAME@host',
    ),
  ];
}
