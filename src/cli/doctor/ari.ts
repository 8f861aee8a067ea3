import type { AriAccess, EdgeSettings } from '../../settings/index.ts';
import { trunkOf } from '../../apps/edge/parts.ts';
import { ERRORS } from '../../core/errors.ts';
import { clockFinding, fault, notChecked, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const DEADLINE_MS = 3_000;

/** An answer of ARI; status 0 when there was none, with why. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly why: string;
}

export async function askAri(ari: AriAccess, path: string, method = 'GET'): Promise<Answer> {
  const login = Buffer.from(`${ari.user}:${ari.password.reveal()}`).toString('base64');
  try {
    const response = await fetch(`${ari.url}/ari${path}`, {
      method,
      headers: { authorization: `Basic ${login}` },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const body: unknown = await response.json().catch(() => null);
    return { status: response.status, body, why: '' };
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: unknown } };
    const why =
      name === 'TimeoutError' ? `no answer within ${DEADLINE_MS} ms` : `no connection (${String(cause?.code ?? name)})`;
    return { status: 0, body: null, why };
  }
}

export const field = (body: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    body,
  );

/** Whether ARI is there and takes the login; then the rest can be looked at. A fault where not. */
export async function examineLogin(part: string, ari: AriAccess): Promise<Finding[]> {
  const info = await askAri(ari, '/asterisk/info');
  if (info.status === 0) return [fault(part, `ARI at ${ari.url}: ${info.why}`, ERRORS.ARI_UNREACHABLE.cure)];
  if (info.status === 401 || info.status === 403)
    return [fault(part, `ARI refused the login of ${ari.user}`, ERRORS.ARI_LOGIN_REFUSED.cure)];
  if (info.status !== 200)
    return [fault(part, `${ari.url} is no ARI: it answers ${info.status}`, ERRORS.ARI_UNREACHABLE.cure)];
  const version = field(info.body, 'system', 'version');
  return [
    ok(part, `ARI at ${ari.url} takes the login of ${ari.user}`),
    typeof version === 'string' ? ok(part, `Asterisk ${version}`) : notChecked(part, 'its version'),
    await examineClock(part, ari),
  ];
}

/** Looks at an edge over ARI: login, version, clock, our application, the trunk to each site, our dialplan. */
export async function examineEdge(edge: EdgeSettings): Promise<Finding[]> {
  const part = `edge ${edge.edgeId}`;
  const login = await examineLogin(part, edge.ari);
  if (login.some(({ state }) => state === 'fault')) return login;
  return [
    ...login,
    await examineApplication(part, edge),
    ...(await Promise.all(
      Object.entries(edge.trunks).map(([siteId, template]) => examineTrunk(part, edge, siteId, trunkOf(template))),
    )),
    await examineExtension(part, edge.ari, 's@ipnt', 'calls can be given to us with Gosub(ipnt,s,1(...))', EDGE_CURE),
    await examineExtension(
      part,
      edge.ari,
      'T@ipnt',
      'a frozen application loses no caller (the T extension takes the default route)',
      EDGE_CURE,
    ),
  ];
}

const EDGE_CURE = '#include dialplan/asterisk/ipnt-edge.conf in extensions.conf, then `dialplan reload`';

async function examineClock(part: string, ari: AriAccess): Promise<Finding> {
  const before = Date.now();
  const { body } = await askAri(ari, '/asterisk/ping');
  const halfMs = (Date.now() - before) / 2;
  // 2026-11-22T17:00:00.123+0000: the offset without a colon is not what Date takes.
  const text = field(body, 'timestamp');
  const atMs = typeof text === 'string' ? Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) : Number.NaN;
  return Number.isNaN(atMs)
    ? notChecked(part, 'its clock')
    : clockFinding(part, 'its clock', atMs - (before + halfMs), halfMs);
}

async function examineApplication(part: string, edge: EdgeSettings): Promise<Finding> {
  const { status } = await askAri(edge.ari, `/applications/${encodeURIComponent(edge.app)}`);
  if (status === 200) return ok(part, `the application "${edge.app}" is registered in Asterisk`);
  if (status !== 404) return notChecked(part, `whether the application "${edge.app}" is registered`);
  return warning(
    part,
    `the application "${edge.app}" is not registered: calls take their default route`,
    `start \`ipnt edge ${edge.edgeId}\` (or \`ipnt run\`)`,
  );
}

/** The state of an endpoint is that of its qualified contacts: `unknown` when nobody asks them. */
async function examineTrunk(part: string, edge: EdgeSettings, siteId: string, trunk: string): Promise<Finding> {
  const [technology = '', resource = ''] = trunk.split('/');
  if (technology === 'Local' || resource === '' || trunk.includes('{agent}'))
    return notChecked(part, `the trunk to ${siteId} (${trunk})`);
  const { status, body } = await askAri(
    edge.ari,
    `/endpoints/${encodeURIComponent(technology)}/${encodeURIComponent(resource)}`,
  );
  if (status === 404)
    return fault(
      part,
      `there is no endpoint ${trunk} for site ${siteId}`,
      'name one of `pjsip show endpoints` in the settings',
    );
  const state = field(body, 'state');
  if (state === 'online') return ok(part, `the trunk ${trunk} to ${siteId} is up`);
  if (state === 'offline')
    return fault(
      part,
      `the trunk ${trunk} to ${siteId} is down`,
      `check the network, and \`pjsip show contacts\` on the edge`,
    );
  return warning(
    part,
    `whether the trunk ${trunk} to ${siteId} is up, Asterisk does not know`,
    'set qualify_frequency for its AOR in pjsip.conf',
  );
}

/**
 * Whether the dialplan has an extension, `s@ipnt`. The device state of a Local channel is INVALID exactly when its extension does not
 * exist (core_local.c, local_devicestate, Asterisk 22): asking it changes nothing.
 */
export async function examineExtension(
  part: string,
  ari: AriAccess,
  place: string,
  what: string,
  cure: string,
): Promise<Finding> {
  const { status, body } = await askAri(ari, `/deviceStates/${encodeURIComponent(`Local/${place}`)}`);
  const state = field(body, 'state');
  if (status !== 200 || typeof state !== 'string')
    return notChecked(
      part,
      `whether the dialplan has ${place}`,
      `load res_ari_device_states.so, or look with \`dialplan show ${place}\``,
    );
  if (state !== 'INVALID') return ok(part, `the dialplan has ${place}: ${what}`);
  return fault(part, `the dialplan has no ${place}`, cure);
}
