/** The configuration of a lab's call centre: agents' phones, queues, the trunk from the edges and the site's own callers. */
import { join } from 'node:path';
import { ariConf, conf, DIALPLAN_DIR, endpointLines, managerConf, pjsipBase } from './base-config.ts';
import type { Credentials } from './base-config.ts';

export interface AgentSpec {
  ext: string;
  title?: string;
  password?: string;
  /** Penalty by queue. */
  queues?: Record<string, number>;
  /** Not written to queues.conf but added with `queue add member` once the site is up. */
  dynamic?: boolean;
  /** Member and trunk calls go through the shipped guard. */
  guard?: boolean;
  /** His phone does not register: it is at the phones' address, port 5060. */
  fixed?: boolean;
}

export interface QueueSpec {
  strategy?: string;
  wrapuptime?: number;
  timeout?: number;
  retry?: number;
  /** Further keys of queues.conf. */
  more?: Record<string, string>;
}

export interface SiteSpec {
  name: string;
  /** Its PBX is a FreeSWITCH: the machine's own, or the server that replays one. Asterisk without. */
  freeswitch?: 'real' | 'replaying';
  agents: AgentSpec[];
  queues: Record<string, QueueSpec>;
  /** Our AMI user may pause agents, and log them in and out. */
  commands?: boolean;
  /** Added to its extensions.conf. */
  extraDialplan?: string;
}

export interface SitePlan {
  spec: SiteSpec;
  address: string;
  phoneAddress: string;
  edgeAddresses: string[];
  callerAddress: string;
  credentials: Credentials;
  sipPassword(agent: AgentSpec): string;
}

export function siteConfigs(plan: SitePlan): Record<string, string> {
  return {
    'pjsip.conf': sitePjsip(plan),
    'extensions.conf': siteExtensions(plan.spec),
    'queues.conf': siteQueues(plan.spec),
    'manager.conf': managerConf(plan.address, plan.credentials, plan.spec.commands ? 'reporting,agent' : undefined),
    'ari.conf': ariConf(plan.credentials),
  };
}

/** The interface under which an agent is a member of queues. */
export function memberInterface(agent: AgentSpec): string {
  return agent.guard ? `Local/${agent.ext}@ipnt-guard/n` : `PJSIP/${agent.ext}`;
}

/** What adds a dynamic agent to his queues, as CLI commands. */
export function addMemberCommands(agent: AgentSpec): string[] {
  return Object.entries(agent.queues ?? {}).map(
    ([queue, penalty]) =>
      `queue add member ${memberInterface(agent)} to ${queue} penalty ${penalty} as "${titleOf(agent)}"` +
      ` state_interface PJSIP/${agent.ext}`,
  );
}

function titleOf(agent: AgentSpec): string {
  return agent.title ?? `Agent ${agent.ext}`;
}

function sitePjsip(plan: SitePlan): string {
  const agent = (a: AgentSpec): string[] => [
    ...endpointLines(a.ext, 'from-phones', plan.address),
    ...[`aors = ${a.ext}`, `auth = ${a.ext}`, `callerid = "${titleOf(a)}" <${a.ext}>`],
    ...[
      `[${a.ext}]`,
      'type = auth',
      'auth_type = userpass',
      `username = ${a.ext}`,
      `password = ${plan.sipPassword(a)}`,
    ],
    ...[`[${a.ext}]`, 'type = aor', 'max_contacts = 1', 'remove_existing = yes'],
    ...(a.fixed ? [`contact = sip:${a.ext}@${plan.phoneAddress}:5060`] : []),
  ];
  return conf(
    pjsipBase(plan.address),
    plan.spec.agents.flatMap(agent),
    endpointLines('edge', 'ipnt-agents', plan.address),
    ...['trust_id_inbound = yes', 'set_var = IPNT_TRUNK=yes'],
    ...['[edge]', 'type = identify', 'endpoint = edge', `match = ${plan.edgeAddresses.join(',')}`],
    endpointLines('callers', 'from-outside-site', plan.address),
    ...['[callers]', 'type = identify', 'endpoint = callers', `match = ${plan.callerAddress}`],
  );
}

function siteExtensions(spec: SiteSpec): string {
  const ring = (agent: AgentSpec): string =>
    `exten => ${agent.ext},1,Gosub(${agent.guard ? 'ipnt-guard-ring' : 'ipnt-ring'},s,1(PJSIP/${agent.ext}))`;
  return conf(
    '[globals]',
    'IPNT_PAUSE_1 = lunch',
    'IPNT_PAUSE_2 = training',
    ...['ipnt-site.conf', 'ipnt-guard.conf', 'ipnt-features.conf', 'ipnt-queue-report.conf'].map(
      (f) => `#include "${join(DIALPLAN_DIR, f)}"`,
    ),
    '[ipnt-agent-numbers]',
    spec.agents.map(ring),
    '[ipnt-guarded-numbers]',
    spec.agents.filter((agent) => agent.guard).map(ring),
    '[from-phones]',
    'include => ipnt-features',
    'include => ipnt-queues',
    spec.agents.flatMap((agent) => [
      `exten => ${agent.ext},hint,PJSIP/${agent.ext}`,
      `exten => ${agent.ext},1,Dial(PJSIP/${agent.ext},30)`,
      ' same => n,Hangup()',
    ]),
    'exten => 600,1,Answer()',
    ' same => n,Echo()',
    '[from-outside-site]',
    'include => ipnt-queues',
    ...['exten => _reported-.,1,Gosub(ipnt-queue,s,1(${EXTEN:9}))', ' same => n,Hangup()'],
    spec.extraDialplan ?? '',
  );
}

function siteQueues(spec: SiteSpec): string {
  const queue = ([name, q]: [string, QueueSpec]): string[] => [
    `[${name}]`,
    `strategy = ${q.strategy ?? 'leastrecent'}`,
    `timeout = ${q.timeout ?? 15}`,
    `retry = ${q.retry ?? 1}`,
    `wrapuptime = ${q.wrapuptime ?? 0}`,
    ...['ringinuse = no', 'autofill = yes', 'joinempty = yes', 'leavewhenempty = no', 'musicclass = default'],
    ...Object.entries(q.more ?? {}).map(([key, value]) => `${key} = ${value}`),
    ...spec.agents
      .filter((agent) => !agent.dynamic && agent.queues?.[name] !== undefined)
      .map((a) => `member => ${memberInterface(a)},${a.queues?.[name]},${titleOf(a)},PJSIP/${a.ext}`),
  ];
  return conf(
    ...[
      '[general]',
      'persistentmembers = yes',
      'autofill = yes',
      'shared_lastcall = yes',
      'log_membername_as_agent = no',
    ],
    Object.entries(spec.queues).flatMap(queue),
  );
}
