/** The configuration of a lab's edge: the shipped dialplan, with the parts that an admin writes. */
import { join } from 'node:path';
import { ariConf, conf, DIALPLAN_DIR, endpointLines, managerConf, pjsipBase } from './base-config.ts';
import type { Credentials } from './base-config.ts';

export interface EdgePlan {
  address: string;
  callerAddress: string;
  /** Where calls to the public network go: the trunk `provider`. */
  providerAddress: string;
  credentials: Credentials;
  /** Name and address of each site, and which queues it has. */
  sites: { name: string; address: string; queues: string[] }[];
  services: string[];
  extraDialplan: string;
}

export function edgeConfigs(plan: EdgePlan): Record<string, string> {
  return {
    'pjsip.conf': edgePjsip(plan),
    'extensions.conf': edgeExtensions(plan),
    'manager.conf': managerConf(plan.address, plan.credentials),
    'ari.conf': ariConf(plan.credentials),
  };
}

function edgePjsip(plan: EdgePlan): string {
  const trunk = (site: { name: string; address: string }): string[] => [
    ...[`[${site.name}]`, 'type = aor', `contact = sip:${site.address}:5060`],
    ...['qualify_frequency = 2', 'qualify_timeout = 1'],
    ...endpointLines(site.name, 'ipnt-nobody', plan.address),
    ...[`aors = ${site.name}`, 'send_pai = yes'],
    ...[`[${site.name}]`, 'type = identify', `endpoint = ${site.name}`, `match = ${site.address}`],
  ];
  return conf(
    pjsipBase(plan.address),
    plan.sites.flatMap(trunk),
    ...['[provider]', 'type = aor', `contact = sip:${plan.providerAddress}:5060`],
    endpointLines('provider', 'ipnt-nobody', plan.address),
    'aors = provider',
    endpointLines('callers', 'from-outside', plan.address),
    ...['[callers]', 'type = identify', 'endpoint = callers', `match = ${plan.callerAddress}`],
  );
}

function edgeExtensions(plan: EdgePlan): string {
  return conf(
    `#include "${join(DIALPLAN_DIR, 'ipnt-edge.conf')}"`,
    '[ipnt-default]',
    plan.services.flatMap((service) => defaultRoute(service, service, plan)),
    defaultRoute('default', plan.services[0] ?? 'none', plan),
    '[from-outside]',
    plan.services.flatMap((service) => [
      `exten => ${service},1,Set(CHANNEL(hangup_handler_push)=lab-result,s,1)`,
      ` same => n,Gosub(ipnt,s,1(service=${service}))`,
      ' same => n,Hangup()',
    ]),
    'exten => _[+0-9].,1,Set(CHANNEL(hangup_handler_push)=lab-result,s,1)',
    ' same => n,Gosub(ipnt,s,1)',
    ' same => n,Hangup()',
    ...RESULT_HANDLER,
    plan.extraDialplan,
  );
}

/** Tries the service's queue at every site that has it, one after the other. */
function defaultRoute(extension: string, queue: string, plan: EdgePlan): string[] {
  const dials = plan.sites
    .filter((site) => site.queues.includes(queue))
    .flatMap((site) => [
      ` same => n,Dial(PJSIP/queue-${queue}@${site.name},90)`,
      ' same => n,GotoIf($["${DIALSTATUS}" = "ANSWER"]?end)',
    ]);
  return [`exten => ${extension},1,NoOp(default route)`, ...dials, ' same => n(end),Return()'];
}

/** Hangup handler of every caller: writes `IPNT-RESULT` to the log, and a UserEvent(IPNTResult) for AMI listeners. */
const RESULT_HANDLER = [
  '[lab-result]',
  'exten => s,1,Log(NOTICE,IPNT-RESULT status=${IPNTSTATUS} agent=${IPNT_AGENT} site=${IPNT_SITE} ' +
    'service=${IPNT_SERVICE} wait=${IPNT_WAIT} waitMs=${IPNT_WAIT_MS} call=${IPNT_CALL} defaulted=${IPNT_DEFAULTED} ' +
    'caller=${FILTER(0-9A-Za-z,${CALLERID(num)})})',
  ' same => n,UserEvent(IPNTResult,Status: ${IPNTSTATUS},Agent: ${IPNT_AGENT},Site: ${IPNT_SITE},Call: ${IPNT_CALL})',
  ' same => n,Return()',
];
