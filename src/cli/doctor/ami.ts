import { IpntError } from '../../core/errors.ts';
import { openConnection } from '../../pbx/asterisk-ami/client.ts';
import type { AmiConnection } from '../../pbx/asterisk-ami/client.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { AmiSite } from '../../settings/index.ts';
import { clockFinding, fault, notChecked, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** What the site adapter asks; each must be allowed. Asking changes nothing. */
const NEEDED: readonly { readonly action: Readonly<Record<string, string>>; readonly cure: string }[] = [
  { action: { Action: 'QueueStatus' }, cure: 'load app_queue.so' },
  { action: { Action: 'CoreShowChannels' }, cure: 'write = reporting for this user in manager.conf' },
  {
    action: { Action: 'DeviceStateList' },
    cure: 'write = reporting for this user, and load res_manager_devicestate.so',
  },
];

/** What our user must not be able to do: a stolen secret would be worth too much. */
const TOO_MUCH = [
  'originate',
  'command',
  'getconfig',
  'updateconfig',
  'setvar',
  'hangup',
  'redirect',
  'dbput',
  'reload',
];

/** Looks at a site over AMI as its adapter would: login, rights, version, clock, and the contexts of our dialplan. */
export async function examineAmi(site: AmiSite): Promise<Finding[]> {
  const part = `site ${site.siteId}`;
  const address = { host: site.host, port: site.port, user: site.user, password: site.password.reveal() };
  let connection: AmiConnection;
  try {
    connection = await openConnection(address, systemClock, { message: () => undefined, closed: () => undefined });
  } catch (error) {
    if (error instanceof IpntError) return [fault(part, error.message, error.cure)];
    throw error;
  }
  try {
    return [
      ok(part, `AMI at ${site.host}:${site.port} takes the login of ${site.user}`),
      ...(await examineVersion(part, connection)),
      ...(await examineRights(part, connection)),
      await examineClock(part, connection),
      await examineContext(part, connection, 'ipnt-agents', 'the trunk from the edge finds its context'),
      await examineGuard(part, connection),
    ];
  } finally {
    connection.close('examined');
  }
}

type Asked = { readonly answer: Readonly<Record<string, string>> } | { readonly refused: string };

async function ask(connection: AmiConnection, action: Readonly<Record<string, string>>): Promise<Asked> {
  try {
    return { answer: await connection.action(action) };
  } catch (error) {
    if (error instanceof IpntError) return { refused: error.detail };
    throw error;
  }
}

async function examineVersion(part: string, connection: AmiConnection): Promise<Finding[]> {
  const asked = await ask(connection, { Action: 'CoreSettings' });
  const version = 'answer' in asked ? (asked.answer['asteriskversion'] ?? '') : '';
  const major = /^(?:certified\/)?(\d+)/.exec(version)?.[1];
  if (major === undefined) return [notChecked(part, `its version${version === '' ? '' : ` ("${version}")`}`)];
  if (Number(major) >= 18) return [ok(part, `Asterisk ${version}`)];
  return [warning(part, `Asterisk ${version} is older than what was tried`, 'update it; 20 and 22 are maintained')];
}

async function examineRights(part: string, connection: AmiConnection): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { action, cure } of NEEDED) {
    const asked = await ask(connection, action);
    const name = action['Action'] ?? '';
    findings.push('answer' in asked ? ok(part, `may ask ${name}`) : fault(part, `may not ask ${asked.refused}`, cure));
  }
  // ListCommands names those actions alone that this user may run (manager.c, action_listcommands, Asterisk 22).
  const listed = await ask(connection, { Action: 'ListCommands' });
  // An answer without even Ping is none.
  if ('refused' in listed || !('ping' in listed.answer))
    return [...findings, notChecked(part, 'whether the user may do more than it should')];
  const many = TOO_MUCH.filter((action) => action in listed.answer);
  findings.push(
    many.length === 0
      ? ok(part, 'may do no more than it should')
      : warning(
          part,
          `may do more than it should: ${many.join(', ')}`,
          'write = reporting (with agent, for commands) and nothing else in manager.conf',
        ),
  );
  findings.push(
    'queuepause' in listed.answer
      ? ok(part, 'may pause agents and log them in and out: `ipnt agent` works')
      : ok(part, 'may not pause agents: `ipnt agent` is refused there (write = reporting,agent would let it)'),
  );
  return findings;
}

/** Ping's answer has the PBX's clock. */
async function examineClock(part: string, connection: AmiConnection): Promise<Finding> {
  const before = Date.now();
  const asked = await ask(connection, { Action: 'Ping' });
  const halfMs = (Date.now() - before) / 2;
  const seconds = 'answer' in asked ? Number(asked.answer['timestamp']) : Number.NaN;
  if (!(seconds > 0)) return notChecked(part, 'its clock');
  return clockFinding(part, 'its clock', seconds * 1_000 - (before + halfMs), halfMs);
}

/** `reporting` may read the dialplan: an unknown context is refused by name. */
async function contextThere(connection: AmiConnection, context: string): Promise<boolean | null> {
  const asked = await ask(connection, { Action: 'ShowDialPlan', Context: context });
  if ('answer' in asked) return true;
  return /did not find context/i.test(asked.refused) ? false : null;
}

async function examineContext(
  part: string,
  connection: AmiConnection,
  context: string,
  what: string,
): Promise<Finding> {
  const there = await contextThere(connection, context);
  if (there === null)
    return notChecked(part, `whether the dialplan has [${context}]`, 'write = reporting would let it ask');
  if (there) return ok(part, `the dialplan has [${context}]: ${what}`);
  return fault(
    part,
    `the dialplan has no [${context}]`,
    '#include dialplan/asterisk/ipnt-site.conf in extensions.conf, then `dialplan reload`',
  );
}

async function examineGuard(part: string, connection: AmiConnection): Promise<Finding> {
  const there = await contextThere(connection, 'ipnt-guard');
  if (there === null) return notChecked(part, 'whether the guard is there');
  if (there) return ok(part, 'the guard against two calls at once is in the dialplan');
  return ok(
    part,
    'the guard is not in the dialplan: its queue and an edge may offer an agent two calls within some 10 ms (optional)',
  );
}
