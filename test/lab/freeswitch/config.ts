/** The configuration of a lab's call centre on a real FreeSWITCH: one file, with the shipped dialplan included as an admin would. */
import { fileURLToPath } from 'node:url';
import type { AgentSpec, SiteSpec } from '../asterisk/site-config.ts';

/** The shipped dialplan, by its absolute path. */
export const DIALPLAN_DIR = fileURLToPath(new URL('../../../dialplan/freeswitch', import.meta.url));

/** What follows the @ in mod_callcenter's names. */
export const CALLCENTER = 'default';
export const ESL_PORT = 8021;
/** Where edges call; phones and the site's own callers have a port of their own. */
export const TRUNK_PORT = 5060;
export const PHONE_PORT = 5070;

export interface FreeswitchPlan {
  readonly spec: SiteSpec;
  readonly address: string;
  readonly edgeAddresses: readonly string[];
  readonly callerAddress: string;
  readonly eslPassword: string;
  readonly rtp: { readonly start: number; readonly end: number };
  sipPassword(agent: AgentSpec): string;
}

/** A penalty as level and position of a tier: of two penalties one level, of an odd one the second position. */
export const placeOf = (penalty: number): [level: number, position: number] => [
  Math.floor(penalty / 2) + 1,
  1 + (penalty % 2),
];

const param = (name: string, value: string | number | boolean): string =>
  `<param name="${name}" value="${String(value)}"/>`;
const configuration = (name: string, ...lines: string[]): string =>
  `<configuration name="${name}.conf">${lines.join('\n')}</configuration>`;
const settings = (values: Readonly<Record<string, string | number | boolean>>): string =>
  `<settings>${Object.entries(values)
    .map(([name, value]) => param(name, value))
    .join('\n')}</settings>`;
/** A line of its own: FreeSWITCH's preprocessor reads lines (switch_xml.c, preprocess, 1.10.12). */
const set = (name: string, value: string): string => `<X-PRE-PROCESS cmd="set" data="${name}=${value}"/>`;
const include = (file: string): string => `\n<X-PRE-PROCESS cmd="include" data="${DIALPLAN_DIR}/${file}"/>\n`;

const MODULES = [
  ...['logfile', 'event_socket', 'commands', 'dptools', 'dialplan_xml', 'hash', 'db', 'loopback'],
  ...['sndfile', 'native_file', 'tone_stream', 'sofia', 'callcenter'],
];

/** The whole freeswitch.xml. */
export function freeswitchXml(plan: FreeswitchPlan): string {
  return [
    '<?xml version="1.0"?>',
    '<document type="freeswitch/xml">',
    set('domain', plan.address),
    set('ipnt_agents', plan.spec.agents.map(({ ext }) => ext).join('|')),
    set('ipnt_domain', plan.address),
    set('ipnt_callcenter', CALLCENTER),
    set('hold_music', 'tone_stream://%(1000,4000,440,480);loops=-1'),
    `<section name="configuration">${configurations(plan)}</section>`,
    `<section name="dialplan">${include('ipnt-site.xml')}${phonesContext(plan.spec)}</section>`,
    `<section name="directory">${directory(plan)}</section>`,
    '</document>',
  ].join('\n');
}

function configurations(plan: FreeswitchPlan): string {
  const list = (name: string, addresses: readonly string[]): string =>
    `<list name="${name}" default="deny">${addresses
      .map((address) => `<node type="allow" cidr="${address}/32"/>`)
      .join('')}</list>`;
  return [
    configuration('modules', `<modules>${MODULES.map((name) => `<load module="mod_${name}"/>`).join('')}</modules>`),
    configuration('post_load_modules', '<modules/>'),
    configuration(
      'switch',
      settings({
        ...{ 'max-sessions': 500, 'sessions-per-second': 200, loglevel: 'debug', 'event-heartbeat-interval': 1 },
        ...{ 'rtp-start-port': plan.rtp.start, 'rtp-end-port': plan.rtp.end, 'dump-cores': 'no' },
      }),
    ),
    configuration(
      'logfile',
      '<settings/><profiles><profile name="default"><settings/>',
      '<mappings><map name="all" value="debug,info,notice,warning,err,crit,alert"/></mappings></profile></profiles>',
    ),
    configuration(
      'event_socket',
      settings({
        ...{ 'nat-map': false, 'listen-ip': plan.address, 'listen-port': ESL_PORT, password: plan.eslPassword },
        ...{ 'apply-inbound-acl': 'loopback.auto' },
      }),
    ),
    configuration(
      'acl',
      `<network-lists>${list('ipnt_edges', plan.edgeAddresses)}${list('lab_callers', [plan.callerAddress])}</network-lists>`,
    ),
    configuration('timezones', '<timezones/>'),
    configuration('sofia', `<profiles>${profiles(plan)}</profiles>`),
    callcenter(plan.spec),
  ].join('\n');
}

/** `edges` as the sample has it, for the edges; `internal` for phones, which log in, and for the site's own callers. */
function profiles(plan: FreeswitchPlan): string {
  const common = {
    ...{ 'sip-ip': plan.address, 'rtp-ip': plan.address, dialplan: 'XML', tls: false },
    ...{
      'codec-prefs': 'PCMU,PCMA',
      'inbound-codec-negotiation': 'generous',
      'rfc2833-pt': 101,
      'rtp-timer-name': 'soft',
    },
    ...{ 'manage-presence': false, 'disable-srv': true, 'disable-naptr': true },
  };
  const trunk = {
    ...{ 'sip-port': TRUNK_PORT, context: 'ipnt-agents', 'apply-inbound-acl': 'ipnt_edges', 'auth-calls': false },
    ...{ 'accept-blind-reg': false, 'disable-register': true, 'disable-transfer': true },
  };
  const phones = {
    ...{ 'sip-port': PHONE_PORT, context: 'default', 'apply-inbound-acl': 'lab_callers', 'auth-calls': true },
    ...{
      'challenge-realm': 'auto_from',
      'force-register-domain': plan.address,
      'force-register-db-domain': plan.address,
    },
    'log-auth-failures': true,
  };
  return [
    `<profile name="edges">${settings({ ...common, ...trunk })}</profile>`,
    `<profile name="internal"><domains><domain name="${plan.address}" alias="true" parse="false"/></domains>`,
    `${settings({ ...common, ...phones })}</profile>`,
  ].join('\n');
}

function callcenter({ queues, agents }: SiteSpec): string {
  const queue = (name: string): string =>
    `<queue name="${name}@${CALLCENTER}">${[
      param('strategy', 'longest-idle-agent'),
      param('moh-sound', '$${hold_music}'),
      param('time-base-score', 'system'),
      param('tier-rules-apply', false),
      ...Object.entries(queues[name]?.more ?? {}).map(([key, value]) => param(key, value)),
    ].join('')}</queue>`;
  const wrapUp = (agent: AgentSpec): number =>
    Math.max(0, ...Object.keys(agent.queues ?? {}).map((name) => queues[name]?.wrapuptime ?? 0));
  const agent = (one: AgentSpec): string =>
    `<agent name="${one.ext}@${CALLCENTER}" type="callback" contact="[leg_timeout=10]user/${one.ext}@$\${domain}"` +
    ` status="Available" max-no-answer="0" wrap-up-time="${wrapUp(one)}" reject-delay-time="1" busy-delay-time="1"` +
    ' no-answer-delay-time="1"/>';
  const tiers = agents.flatMap(({ ext, queues: places = {} }) =>
    Object.entries(places).map(([name, penalty]) => {
      const [level, position] = placeOf(penalty);
      return `<tier agent="${ext}@${CALLCENTER}" queue="${name}@${CALLCENTER}" level="${level}" position="${position}"/>`;
    }),
  );
  return configuration(
    'callcenter',
    settings({ 'cc-instance-id': 'single_box' }),
    `<queues>${Object.keys(queues).map(queue).join('\n')}</queues>`,
    `<agents>${agents
      .filter((one) => one.queues !== undefined)
      .map(agent)
      .join('\n')}</agents>`,
    `<tiers>${tiers.join('\n')}</tiers>`,
  );
}

/** Phones and the site's own callers: feature codes, queues, colleagues. */
function phonesContext({ agents, queues }: SiteSpec): string {
  const extension = (number: string, ...actions: string[]): string =>
    `<extension name="${number}"><condition field="destination_number" expression="^${number}$">${actions.join('')}` +
    '</condition></extension>';
  const action = (application: string, data = ''): string => `<action application="${application}" data="${data}"/>`;
  return [
    '<context name="default">',
    include('ipnt-features.xml'),
    ...Object.keys(queues).map((name) =>
      extension(`queue-${name}`, action('answer'), action('callcenter', `${name}@${CALLCENTER}`)),
    ),
    ...agents.map(({ ext }) =>
      extension(ext, action('set', 'hangup_after_bridge=true'), action('bridge', `user/${ext}@$\${domain}`)),
    ),
    extension('600', action('answer'), action('echo')),
    '</context>',
  ].join('\n');
}

function directory(plan: FreeswitchPlan): string {
  const user = (agent: AgentSpec): string =>
    `<user id="${agent.ext}"><params>${param('password', plan.sipPassword(agent))}</params>` +
    '<variables><variable name="user_context" value="default"/></variables></user>';
  return [
    `<domain name="${plan.address}">`,
    include('samples/directory-dial-string.xml'),
    `<groups><group name="default"><users>${plan.spec.agents.map(user).join('\n')}</users></group></groups>`,
    '</domain>',
  ].join('\n');
}
