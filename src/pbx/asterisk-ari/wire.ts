/**
 * What ARI says, checked once at the border: JSON in, a closed union out. Fields that we do not use are not looked at, unknown
 * types and malformed messages are `undefined`, never an exception. Field names: Asterisk 22.10.1,
 * `/ari/api-docs/events.json`.
 */
import { z } from 'zod';
import type { ChannelInfo } from '../../ports/edge-pbx.ts';

/** A caller's name can be 4 kB of anything (seen with SIPp): bounded and without control characters from here on. */
export const MAX_TEXT = 256;

// The C0 and C1 controls and the line separators of Unicode: no later layer has to think of them again.
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

/** Text of the outside world, without control characters and no longer than MAX_TEXT code points. */
export const cleanText = (text: string, max = MAX_TEXT): string =>
  Array.from(text.slice(0, max * 4).replaceAll(CONTROL, ' '))
    .slice(0, max)
    .join('')
    .trim();

export const text = z.string().transform((value) => cleanText(value));

const channelSchema = z.object({
  id: z.string(),
  name: z.string().default(''),
  state: z.string().default(''),
  caller: z.object({ name: text.default(''), number: text.default('') }).default({ name: '', number: '' }),
  language: z.string().default(''),
  dialplan: z.object({ context: z.string().default(''), exten: text.default('') }).default({ context: '', exten: '' }),
});
export type AriChannel = z.infer<typeof channelSchema>;

export const endpointSchema = z.object({
  technology: z.string(),
  resource: z.string(),
  state: z.string().default('unknown'),
});
export type AriEndpoint = z.infer<typeof endpointSchema>;

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('StasisStart'), args: z.array(z.string()).default([]), channel: channelSchema }),
  z.object({ type: z.literal('StasisEnd'), channel: channelSchema }),
  z.object({ type: z.literal('ChannelStateChange'), channel: channelSchema }),
  z.object({ type: z.literal('ChannelHangupRequest'), channel: channelSchema }),
  z.object({
    type: z.literal('ChannelDestroyed'),
    cause: z.number().default(0),
    tech_cause: z.number().default(0),
    channel: channelSchema,
  }),
  z.object({
    type: z.literal('ChannelDtmfReceived'),
    timestamp: z.string().default(''),
    digit: z.string().regex(/^[0-9A-D*#]$/),
    channel: channelSchema,
  }),
  z.object({
    type: z.literal('PlaybackFinished'),
    playback: z.object({ id: z.string(), target_uri: z.string().default('') }),
  }),
  z.object({ type: z.literal('EndpointStateChange'), endpoint: endpointSchema }),
  z.object({ type: z.literal('ContactStatusChange'), endpoint: endpointSchema }),
  z.object({ type: z.literal('PeerStatusChange'), endpoint: endpointSchema }),
  z.object({ type: z.literal('ApplicationReplaced'), application: z.string().default('') }),
]);
export type AriEvent = z.infer<typeof eventSchema>;

const TYPES = eventSchema.options.map((option) => option.shape.type.value);

/**
 * `PUT /applications/{app}/eventFilter`: only what we read; variables and dialplan steps are half of all events. The answers to
 * requests over the websocket pass the same filter: without RESTResponse there never is one (seen on 22.10.1).
 */
export const EVENT_FILTER = { allowed: [...TYPES, 'RESTResponse'].map((type) => ({ type })) };

const wanted: ReadonlySet<string> = new Set(TYPES);

const isWanted = (type: unknown): boolean => typeof type === 'string' && wanted.has(type);

/** An event that we know, or undefined. */
export function readEvent(json: unknown): AriEvent | undefined {
  const type = (json as { type?: unknown } | null)?.type;
  if (!isWanted(type)) return undefined;
  const parsed = eventSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** A list in an answer, as far as its members are understood. */
export const readList =
  <T>(schema: z.ZodType<T>) =>
  (json: unknown): T[] =>
    (Array.isArray(json) ? json : []).flatMap((item: unknown) => {
      const parsed = schema.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    });

export const readChannels = readList(channelSchema);
export const readBridges = readList(z.object({ id: z.string(), channels: z.array(z.string()).default([]) }));

export const readEndpoint = (json: unknown): AriEndpoint | undefined => endpointSchema.safeParse(json).data;

/** `channel_ids` of GET /applications/{app}: who is in the application now. */
export const readMembers = (json: unknown): readonly string[] =>
  z.object({ channel_ids: z.array(z.string()) }).safeParse(json).data?.channel_ids ?? [];

/** `value` of GET /channels/{id}/variable; '' when there is none. */
export const readValue = (json: unknown): string => z.object({ value: text }).safeParse(json).data?.value ?? '';

export const toChannelInfo = (channel: AriChannel): ChannelInfo => ({
  channelId: channel.id,
  name: channel.name,
  state: channel.state === 'Ring' ? 'ring' : channel.state === 'Up' ? 'up' : 'other',
  ani: channel.caller.number,
  callerName: channel.caller.name,
  exten: channel.dialplan.exten,
  context: channel.dialplan.context,
});
