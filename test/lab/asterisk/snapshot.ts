/** What a call centre's Asterisk says of itself right now, read over AMI by hand: our rows must equal it after quiet. */
import { connect } from 'node:net';
import type { MysqlStore } from '../../../src/store/mysql/index.ts';
import { until } from './ari.ts';
import type { Credentials } from './base-config.ts';
import type { AsteriskInstance } from './instance.ts';

export interface SiteFacts {
  /** By device: activity, status, and `queue/penalty/paused` of each membership. */
  readonly agents: Readonly<
    Record<string, { readonly activity: string; readonly status: string; readonly queues: string[] }>
  >;
  /** Callers waiting, by queue. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly callsInProgress: number;
}

type Event = Readonly<Record<string, string>>;

/** The events of one list action. */
async function list(instance: AsteriskInstance, login: Credentials, action: string): Promise<Event[]> {
  const socket = connect(instance.ami.port, instance.ami.host);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  try {
    const name = `Username: ${login.amiUser}\r\nSecret: ${login.amiPassword}`;
    socket.write(`Action: Login\r\n${name}\r\nEvents: off\r\n\r\nAction: ${action}\r\nActionID: list\r\n\r\n`);
    const whole = await until(async () => (/EventList: Complete/.test(text) ? text : undefined), `${action} is whole`);
    return whole
      .split('\r\n\r\n')
      .map((block) =>
        Object.fromEntries([...block.matchAll(/^([^:\r\n]+): ?(.*?)\r?$/gm)].map(([, k, v]) => [k, v ?? ''])),
      )
      .filter((event) => event['ActionID'] === 'list' && event['Event'] !== undefined);
  } finally {
    socket.destroy();
  }
}

const ACTIVITY = [
  'unknown',
  'idle',
  'talking',
  'talking',
  'unreachable',
  'unreachable',
  'ringing',
  'talking',
  'talking',
];

/** A fresh snapshot. */
export async function factsOfPbx(instance: AsteriskInstance, login: Credentials): Promise<SiteFacts> {
  const [queues, channels] = [
    await list(instance, login, 'QueueStatus'),
    await list(instance, login, 'CoreShowChannels'),
  ];
  const agents: Record<string, { activity: string; status: string; queues: string[] }> = {};
  for (const event of queues.filter((one) => one['Event'] === 'QueueMember')) {
    const agent = (agents[event['StateInterface'] ?? ''] ??= { activity: '', status: 'paused', queues: [] });
    agent.activity = ACTIVITY[Number(event['Status'])] ?? 'unknown';
    agent.queues.push(`${event['Queue']}/${event['Penalty']}/${event['Paused'] === '1'}`);
    if (event['Paused'] !== '1') agent.status = 'ready';
  }
  const waiting: Record<string, number> = {};
  for (const event of queues.filter((one) => one['Event'] === 'QueueParams')) waiting[event['Queue'] ?? ''] = 0;
  for (const event of queues.filter((one) => one['Event'] === 'QueueEntry')) waiting[event['Queue'] ?? '']! += 1;
  const calls = new Set(channels.filter((one) => one['Event'] === 'CoreShowChannel').map((one) => one['Linkedid']));
  return { agents: sorted(agents), waiting, callsInProgress: calls.size };
}

/** The same as our rows have it; agents who left all their queues are no part of a snapshot. */
export async function factsOfRows(store: MysqlStore, siteId: string): Promise<SiteFacts> {
  const [{ sites }, agents, queues] = await Promise.all([store.sites(), store.agents(siteId), store.queues(siteId)]);
  const members = agents
    .filter(({ memberships }) => memberships.length > 0)
    .map(({ name, activity, status, memberships }) => {
      const of = memberships.map(({ queue, penalty, paused }) => `${queue}/${penalty}/${paused}`);
      return [name, { activity: activity as string, status: status as string, queues: of }] as const;
    });
  return {
    agents: sorted(Object.fromEntries(members)),
    waiting: Object.fromEntries(queues.map(({ name, waiting }) => [name, waiting])),
    callsInProgress: sites.find((site) => site.siteId === siteId)?.callsInProgress ?? -1,
  };
}

function sorted(agents: SiteFacts['agents']): SiteFacts['agents'] {
  for (const { queues } of Object.values(agents)) queues.sort();
  return agents;
}
