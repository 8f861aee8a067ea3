/**
 * Queues, as far as the dialplan reports them: ARI has none. `UserEvent(IPNTQueue,...)` of dialplan/asterisk/ipnt-queue-report.conf.
 */
import type { PbxEvent, WaitingReport } from '../../core/events.ts';
import type { SiteEvent } from './site-wire.ts';

/** What was reported of queues so far. It outlives a connection: nothing of it can be asked for again. */
export interface QueueMemory {
  readonly names: Set<string>;
  /** By the caller's channel id. */
  readonly waiting: Map<string, { readonly queue: string; readonly sinceMs: number }>;
}

export const newQueueMemory = (): QueueMemory => ({ names: new Set(), waiting: new Map() });

const QUEUE = /^[^\s"]{1,80}$/;
/** A dialplan that makes up names must not fill the memory. */
const MOST_QUEUES = 1_000;

type UserEvent = Extract<SiteEvent, { type: 'ChannelUserevent' }>;

/** `malformed` where it has no queue, no call, or an event that there is not. Changes `memory`. */
export function queueReported(
  memory: QueueMemory,
  { userevent, channel }: UserEvent,
  atMs: number,
  isAgent: (device: string) => boolean,
): readonly PbxEvent[] | 'malformed' {
  const queue = userevent['queue'] ?? '';
  const callId = userevent['call'] || channel?.id || '';
  const isKnown = memory.names.has(queue);
  if (!QUEUE.test(queue) || callId === '' || (!isKnown && memory.names.size >= MOST_QUEUES)) return 'malformed';
  const happened = (userevent['event'] ?? '').toLowerCase();
  const device = userevent['agent'] ?? '';
  if (isOfAgent(happened) ? !isAgent(device) : !['join', 'leave', 'abandon'].includes(happened)) return 'malformed';
  memory.names.add(queue);
  const waited = memory.waiting.get(callId);
  const waitMs = waited === undefined ? seconds(userevent['wait']) : Math.max(0, atMs - waited.sinceMs);
  const call = { queue, callId };
  if (happened === 'join') {
    memory.waiting.set(callId, { queue, sinceMs: atMs });
    return [{ kind: 'callerJoined', ...call }];
  }
  memory.waiting.delete(callId);
  const left: PbxEvent = { kind: 'callerLeft', ...call };
  if (happened === 'abandon') return [{ kind: 'callerAbandoned', ...call, waitMs }, left];
  if (happened === 'leave') return [left];
  if (happened === 'connect') return [left, { kind: 'agentConnected', ...call, device, waitMs }];
  const talkMs = seconds(userevent['talk']);
  return [{ kind: 'agentCompleted', ...call, device, waitMs: seconds(userevent['wait']), talkMs }];
}

const isOfAgent = (happened: string): boolean => happened === 'connect' || happened === 'complete';

/** Whole seconds, as the dialplan counts. */
function seconds(value = ''): number {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? Math.trunc(number) * 1_000 : 0;
}

/** A waiting caller's channel is gone and nobody reported why: he hung up. */
export function waiterGone(memory: QueueMemory, callId: string, atMs: number): readonly PbxEvent[] {
  const waited = memory.waiting.get(callId);
  if (!memory.waiting.delete(callId) || waited === undefined) return [];
  const { queue, sinceMs } = waited;
  return [
    { kind: 'callerAbandoned', queue, callId, waitMs: Math.max(0, atMs - sinceMs) },
    { kind: 'callerLeft', queue, callId },
  ];
}

/** What of a channel tells that our snippet has it wait: it is in Queue() with our subroutine for the answer. */
const REPORTING = /^([^,\s"]{1,80}),.*\bipnt-queue-connected\b/;

/**
 * Brings the memory in line with the channels that there are: who is gone or talks no longer waits, who waits and was never
 * reported to us (he came while nobody listened) does, since his call began.
 */
export function reconcileWaiting(
  memory: QueueMemory,
  channels: readonly {
    readonly id: string;
    readonly creationtime: string;
    readonly dialplan: { readonly app_name: string; readonly app_data: string };
  }[],
  isBridged: (channelId: string) => boolean,
  atMs: number,
): readonly WaitingReport[] {
  const unbridged = channels.filter(({ id }) => !isBridged(id));
  const alive = new Set(unbridged.map(({ id }) => id));
  for (const callId of memory.waiting.keys()) if (!alive.has(callId)) memory.waiting.delete(callId);
  for (const { id, dialplan, creationtime } of unbridged) {
    const queue = dialplan.app_name === 'Queue' ? REPORTING.exec(dialplan.app_data)?.[1] : undefined;
    if (queue === undefined || memory.waiting.has(id) || memory.names.size >= MOST_QUEUES) continue;
    memory.names.add(queue);
    memory.waiting.set(id, { queue, sinceMs: epochMs(creationtime) ?? atMs });
  }
  return [...memory.waiting].map(([callId, { queue, sinceMs }]) => ({ queue, callId, sinceMs }));
}

/** ARI's times have an offset without a colon, which is not what Date takes. */
export function epochMs(text: string): number | null {
  const atMs = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(atMs) ? null : atMs;
}
