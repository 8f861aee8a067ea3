/** ARI operations with their three ends: done, gone (no error: the caller hung up), refused (an error that names the place). */
import { IpntError } from '../../core/errors.ts';
import type { AriConnection } from './client.ts';
import { isDone, isGone, reasonOf } from './rest.ts';
import type { Params, Reply } from './rest.ts';

export interface Requests {
  /** Whether the PBX carries out requests in the order of sending. */
  ordered(): boolean;
  /** The bare answer. */
  ask(resource: string, operation: string, params?: Params): Promise<Reply>;
  /** True when done, false when the channel or bridge is gone. */
  attempt(resource: string, operation: string, params: Params): Promise<boolean>;
  onChannel(operation: string, channelId: string, params?: Params): Promise<boolean>;
  /**
   * Groups one after the other; true when all succeeded. Where the PBX carries out requests in the order of sending (over
   * the websocket) all are sent at once, which saves a round trip a group.
   */
  inOrder(...groups: readonly (readonly (() => Promise<boolean>)[])[]): Promise<boolean>;
}

export function createRequests(connection: () => AriConnection | undefined, place: string): Requests {
  const ask: Requests['ask'] = (resource, operation, params) => {
    const link = connection();
    if (!link) return Promise.reject(new IpntError('ARI_UNREACHABLE', 'the link is down', place));
    return link.request(resource, operation, params);
  };
  const attempt: Requests['attempt'] = async (resource, operation, params) => {
    const reply = await ask(resource, operation, params);
    if (isDone(reply)) return true;
    if (isGone(reply)) return false;
    throw refused(`${resource}.${operation}`, reply, place);
  };
  return {
    ordered: () => connection()?.ordered ?? false,
    ask,
    attempt,
    onChannel: (operation, channelId, params = {}) => attempt('channels', operation, { channelId, ...params }),
    inOrder: async (...groups) => {
      const waves = connection()?.ordered ? [groups.flat()] : groups;
      for (const wave of waves) {
        const results = await Promise.allSettled(wave.map((step) => step()));
        for (const result of results) if (result.status === 'rejected') throw result.reason;
        if (results.some((result) => result.status === 'fulfilled' && !result.value)) return false;
      }
      return true;
    },
  };
}

/** A read-only ARI user is told 403 (facts, "When the ARI app's websocket closes"). */
export function refused(what: string, reply: Reply, place: string): IpntError {
  const code = reply.status === 401 || reply.status === 403 ? 'ARI_LOGIN_REFUSED' : 'ARI_REFUSED';
  return new IpntError(code, `${what}: ARI answered ${reasonOf(reply)}`, place);
}
