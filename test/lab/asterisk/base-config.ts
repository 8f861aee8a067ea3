/** The configuration files that every Asterisk of a lab has, whatever its role. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Part } from '../../../src/runtime/parts/index.ts';

/** The shipped dialplan, included by its absolute path as an admin would. */
export const DIALPLAN_DIR = fileURLToPath(new URL('../../../dialplan/asterisk', import.meta.url));
const MODULES_LIST = fileURLToPath(new URL('./modules.list', import.meta.url));

export interface InstancePlan {
  name: string;
  address: string;
  /** Everything it writes lives here. */
  dir: string;
  /** Holds the control socket, whose path may have 107 characters at most. */
  runDir: string;
  /** What its role adds: pjsip.conf, extensions.conf and so on, by file name. */
  configs: Record<string, string>;
  rtp: { start: number; end: number };
  /** Logs each dialplan step, which a bench does not want. On by default. */
  verbose?: boolean;
}

export interface Credentials {
  amiUser: string;
  amiPassword: string;
  ariUser: string;
  ariPassword: string;
  /** A site's ARI user who may only read. */
  ariReader: string;
}

/** Joins the lines of a configuration file. */
export function conf(...lines: (string | readonly string[])[]): string {
  return lines.flat().join('\n') + '\n';
}

/** Writes the whole tree of an instance and returns the path of its asterisk.conf. */
export function writeInstance(plan: InstancePlan, part: Part): string {
  const at = (...names: string[]): string => join(plan.dir, ...names);
  for (const name of [
    'etc',
    'log',
    'spool/recording',
    'db',
    'lib/keys',
    'data/sounds',
    'data/moh',
    'data/static-http',
    'agi-bin',
  ])
    mkdirSync(at(name), { recursive: true });
  link(part.documentationDir, at('data', 'documentation'));
  // ARI serves its declarations from here; without them ari-client cannot connect.
  link(join(part.documentationDir, '..', 'rest-api'), at('data', 'rest-api'));
  if (part.soundsDir !== '') link(part.soundsDir, at('data', 'sounds', 'en'));
  writeFileSync(at('data', 'moh', 'tone.wav'), toneWav());
  for (const [file, text] of Object.entries({ ...commonConfigs(plan), ...plan.configs }))
    writeFileSync(at('etc', file), text, { mode: 0o600 });
  writeFileSync(at('etc', 'asterisk.conf'), asteriskConf(plan, part));
  return at('etc', 'asterisk.conf');
}

function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** `entityid` must differ: instances of one machine would share the id made of its network card. */
function asteriskConf(plan: InstancePlan, part: Part): string {
  const entity = plan.address
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
    .join(':');
  return conf(
    '[directories]',
    `astetcdir => ${join(plan.dir, 'etc')}`,
    `astmoddir => ${part.modulesDir}`,
    `astvarlibdir => ${join(plan.dir, 'lib')}`,
    `astdbdir => ${join(plan.dir, 'db')}`,
    `astkeydir => ${join(plan.dir, 'lib')}`,
    `astdatadir => ${join(plan.dir, 'data')}`,
    `astagidir => ${join(plan.dir, 'agi-bin')}`,
    `astspooldir => ${join(plan.dir, 'spool')}`,
    `astrundir => ${plan.runDir}`,
    `astlogdir => ${join(plan.dir, 'log')}`,
    `astsbindir => ${join(plan.dir, 'agi-bin')}`,
    '[options]',
    `systemname = ${plan.name}`,
    `entityid = 02:00:${entity}`,
    'nocolor = yes',
    'hideconnect = yes',
    'verbose = 3',
    'documentation_language = en_US',
  );
}

function commonConfigs(plan: InstancePlan): Record<string, string> {
  const modules = readFileSync(MODULES_LIST, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return {
    'modules.conf': conf('[modules]', 'autoload = no', ...modules.map((name) => `load => ${name}.so`)),
    'logger.conf': conf('[general]', 'dateformat = %F %T.%3q', 'queue_log = yes', '[logfiles]', fullLog(plan)),
    'rtp.conf': conf('[general]', `rtpstart = ${plan.rtp.start}`, `rtpend = ${plan.rtp.end}`),
    'cdr.conf': conf('[general]', 'enable = no'),
    'indications.conf': INDICATIONS,
    // Their absence is logged as an error; their being empty is not.
    ...Object.fromEntries(EMPTY.map((file) => [file, conf('[general]')])),
    'acl.conf': conf('; no named lists'),
    'musiconhold.conf': conf(
      ['default', 'jazz'].flatMap((name) => [
        `[${name}]`,
        'mode = files',
        `directory = ${join(plan.dir, 'data', 'moh')}`,
      ]),
    ),
    'http.conf': conf(
      ...['[general]', 'enabled = yes', `bindaddr = ${plan.address}`, 'bindport = 8088'],
      ...['sessionlimit = 1000', 'session_keep_alive = 60000'],
    ),
  };
}

const EMPTY = [
  ...['ccss.conf', 'cel.conf', 'features.conf', 'pjproject.conf', 'queues.conf', 'udptl.conf'],
  'websocket_client.conf',
];

const INDICATIONS = conf(
  ...['[general]', 'country = us', '[us]', 'description = United States', 'ringcadence = 2000,4000'],
  ...['dial = 350+440', 'busy = 480+620/500,0/500', 'ring = 440+480/2000,0/4000', 'congestion = 480+620/250,0/250'],
);

function fullLog(plan: InstancePlan): string {
  return `full => notice,warning,error${plan.verbose === false ? '' : ',verbose(3)'}`;
}

/** With exactly the rights that dialplan/asterisk/samples/manager.conf documents. */
export function managerConf(address: string, credentials: Credentials, write = 'reporting'): string {
  return conf(
    ...[
      '[general]',
      'enabled = yes',
      `bindaddr = ${address}`,
      'port = 5038',
      'webenabled = no',
      'displayconnects = no',
    ],
    `[${credentials.amiUser}]`,
    `secret = ${credentials.amiPassword}`,
    ...['deny = 0.0.0.0/0.0.0.0', 'permit = 127.0.0.0/255.0.0.0'],
    ...['read = agent,call,system,user', `write = ${write}`, 'writetimeout = 1000'],
    ...['VarSet', 'Newexten', 'RTCP', 'TestEvent'].map((event) => `eventfilter = !Event: ${event}`),
  );
}

/** With an acl of its own, as dialplan/asterisk/samples/ari.conf documents. */
export function ariConf(credentials: Credentials): string {
  return conf(
    ...['[general]', 'enabled = yes', 'websocket_write_timeout = 1000'],
    ...[`[${credentials.ariUser}]`, 'type = user', `password = ${credentials.ariPassword}`, 'read_only = no'],
    ...ARI_ACL,
    ...[`[${credentials.ariReader}]`, 'type = user', `password = ${credentials.ariPassword}`, 'read_only = yes'],
    ...ARI_ACL,
  );
}

const ARI_ACL = ['deny = 0.0.0.0/0.0.0.0', 'permit = 127.0.0.0/255.0.0.0'];

/** The transport and the global part of a pjsip.conf. */
export function pjsipBase(address: string): string[] {
  return [
    ...['[global]', 'type = global', 'endpoint_identifier_order = ip,username'],
    ...['[transport-udp]', 'type = transport', 'protocol = udp', `bind = ${address}:5060`, 'local_net = 127.0.0.0/8'],
  ];
}

/** What every endpoint of the lab has. `media_address` keeps the RTP of a lab on its own addresses. */
export function endpointLines(name: string, context: string, address: string): string[] {
  return [
    ...[`[${name}]`, 'type = endpoint', 'transport = transport-udp', `context = ${context}`],
    ...['disallow = all', 'allow = ulaw,alaw', 'direct_media = no', 'send_connected_line = no'],
    ...[`media_address = ${address}`, 'bind_rtp_to_media_address = yes'],
  ];
}

/** A second of a 440 Hz tone: music on hold needs one file, and packages of music are large. */
function toneWav(): Buffer {
  const rate = 8000;
  const head = Buffer.alloc(44);
  const data = Buffer.alloc(rate * 2);
  for (let i = 0; i < rate; i++) data.writeInt16LE(Math.round(3000 * Math.sin((2 * Math.PI * 440 * i) / rate)), i * 2);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
