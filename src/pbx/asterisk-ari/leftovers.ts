/** What an earlier app, or an earlier connection, left on the PBX: read from ARI, since no event is replayed (facts, "When the ARI app's websocket closes"). */
import { IpntError } from '../../core/errors.ts';
import type { LeftOver } from '../../ports/edge-pbx.ts';
import { isOfferId } from './address.ts';
import { isDone, isGone, reasonOf } from './rest.ts';
import type { Reply } from './rest.ts';
import type { Requests } from './requests.ts';
import { readBridges, readChannels, readMembers, readValue, toChannelInfo } from './wire.ts';
import type { AriChannel } from './wire.ts';

export interface Snapshot {
  readonly channels: readonly AriChannel[];
  /** Ids of the channels in our application. */
  readonly inside: ReadonlySet<string>;
  /** Bridge of each bridged channel. */
  readonly bridgeOf: ReadonlyMap<string, string>;
}

/** Throws unless the answer is good. */
export function bodyOf(reply: Reply, what: string): unknown {
  if (isDone(reply)) return reply.body;
  throw new IpntError('ARI_REFUSED', `${what}: ARI answered ${reasonOf(reply)}`);
}

export async function takeSnapshot({ ask }: Requests, app: string): Promise<Snapshot> {
  const [channels, bridges, application] = await Promise.all([
    ask('channels', 'list'),
    ask('bridges', 'list'),
    ask('applications', 'get', { applicationName: app }),
  ]);
  const bridgeOf = new Map(
    readBridges(bodyOf(bridges, 'GET /bridges')).flatMap((bridge) =>
      bridge.channels.map((id) => [id, bridge.id] as const),
    ),
  );
  return {
    channels: readChannels(bodyOf(channels, 'GET /channels')),
    // An application that nobody has registered yet is no error: it has nobody in it.
    inside: new Set(isGone(application) ? [] : readMembers(bodyOf(application, 'GET /applications'))),
    bridgeOf,
  };
}

/** How many callers' variables are read at once. */
const BATCH = 50;
const VARIABLES = ['IPNT_CALL', 'IPNT_SERVICE', 'IPNT_PHASE', 'IPNT_AGENT', 'IPNTSTATUS'] as const;

/** Sorts a snapshot into callers, with what their variables say, and offers. `ended`: whose end was told already. */
export async function readLeftOvers(
  { ask }: Requests,
  snapshot: Snapshot,
  ended: ReadonlySet<string>,
): Promise<LeftOver> {
  const { inside, bridgeOf } = snapshot;
  const bridged = (id: string) => bridgeOf.has(id);
  const channels = snapshot.channels.filter((channel) => !ended.has(channel.id));
  const waiting = channels.filter((channel) => inside.has(channel.id) && !isOfferId(channel.id));
  const callers: LeftOver['callers'][number][] = [];
  for (let from = 0; from < waiting.length; from += BATCH) {
    const some = waiting.slice(from, from + BATCH).map(async (channel) => {
      const values = await Promise.all(VARIABLES.map((variable) => readVariable(ask, channel.id, variable)));
      const [named = '', service = '', phase = '', agentId = '', status = ''] = values;
      // The app may have gone between the bridge and the variables: the bridge has the call's name.
      const callId = named || (bridgeOf.get(channel.id) ?? '');
      return { ...toChannelInfo(channel), callId, service, phase, agentId, status, bridged: bridged(channel.id) };
    });
    callers.push(...(await Promise.all(some)));
  }
  const offers = channels
    .filter((channel) => isOfferId(channel.id))
    .map((channel) => ({ offerId: channel.id, up: channel.state === 'Up', bridged: bridged(channel.id) }));
  // Once more: reading the variables took a while.
  return {
    callers: callers.filter((caller) => !ended.has(caller.channelId)),
    offers: offers.filter((offer) => !ended.has(offer.offerId)),
  };
}

async function readVariable(ask: Requests['ask'], channelId: string, variable: string): Promise<string> {
  const reply = await ask('channels', 'getChannelVar', { channelId, variable });
  return isDone(reply) ? readValue(reply.body) : '';
}
