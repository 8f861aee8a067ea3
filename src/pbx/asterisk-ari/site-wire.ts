/**
 * What ARI says of a whole call centre, checked once at the border, as wire.ts does for an edge. Field names: Asterisk 22.10.1,
 * `/ari/api-docs/events.json`; each event was seen there with a read-only user and `subscribeAll=true`.
 */
import { z } from 'zod';
import { cleanText, endpointSchema, readList, text } from './wire.ts';

const channelSchema = z.object({
  id: z.string(),
  name: z.string().default(''),
  state: z.string().default(''),
  /** 2026-11-28T03:45:12.769+0000 */
  creationtime: z.string().default(''),
  dialplan: z
    .object({ app_name: z.string().default(''), app_data: z.string().default('') })
    .default({ app_name: '', app_data: '' }),
});
export type SiteChannel = z.infer<typeof channelSchema>;

const bridgeSchema = z.object({ id: z.string(), channels: z.array(z.string()).default([]) });

/** Names of a UserEvent's headers are the dialplan's own spelling; of two that differ in case alone the first counts. */
const headers = z.record(z.string(), z.unknown()).transform((all) => {
  const known: Record<string, string> = {};
  for (const [key, value] of Object.entries(all))
    if (typeof value === 'string') known[key.toLowerCase()] ??= cleanText(value);
  return known;
});

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ChannelCreated'), channel: channelSchema }),
  z.object({ type: z.literal('ChannelStateChange'), channel: channelSchema }),
  z.object({ type: z.literal('ChannelDestroyed'), channel: channelSchema }),
  z.object({ type: z.literal('Dial'), caller: channelSchema.optional(), peer: channelSchema }),
  z.object({ type: z.literal('ChannelEnteredBridge'), bridge: bridgeSchema, channel: channelSchema }),
  z.object({
    type: z.literal('DeviceStateChanged'),
    device_state: z.object({ name: z.string(), state: z.string() }),
  }),
  z.object({ type: z.literal('EndpointStateChange'), endpoint: endpointSchema }),
  z.object({ type: z.literal('PeerStatusChange'), endpoint: endpointSchema }),
  z.object({
    type: z.literal('ChannelUserevent'),
    eventname: z.string(),
    channel: channelSchema.optional(),
    userevent: headers,
  }),
  z.object({
    type: z.literal('BridgeBlindTransfer'),
    result: z.string(),
    exten: text.default(''),
    channel: channelSchema,
  }),
  z.object({
    type: z.literal('BridgeAttendedTransfer'),
    result: z.string(),
    transferer_first_leg: channelSchema,
    transfer_target: channelSchema.optional(),
  }),
  z.object({ type: z.literal('ApplicationReplaced') }),
]);
export type SiteEvent = z.infer<typeof eventSchema>;

const TYPES: ReadonlySet<string> = new Set(eventSchema.options.map((option) => option.shape.type.value));

export const isSiteEvent = (type: string): boolean => TYPES.has(type);

/** An event that we know; `malformed` when it has a type of ours and not its fields; undefined for all others. */
export function readSiteEvent(json: Readonly<Record<string, unknown>>): SiteEvent | 'malformed' | undefined {
  const type = json['type'];
  if (typeof type !== 'string' || !TYPES.has(type)) return undefined;
  return eventSchema.safeParse(json).data ?? 'malformed';
}

export const readSiteChannels = readList(channelSchema);
export const readEndpoints = readList(endpointSchema);
export const readDeviceState = (json: unknown): string =>
  z.object({ state: z.string() }).safeParse(json).data?.state ?? '';
