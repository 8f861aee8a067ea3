/** A plain GET to ARI: before there is a websocket, and for answers that are too large for one. */
import { IpntError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { parseJson } from './rest.ts';
import type { Reply } from './rest.ts';

/** Where the PBX is, without user or password. */
export const placeOf = (url: string): string => {
  try {
    return new URL(url).host;
  } catch {
    return 'ARI';
  }
};

/** `path` is below `/ari/`. Rejects with ARI_UNREACHABLE when there is no whole answer within the deadline. */
export async function getOverHttp(
  at: { readonly url: string; readonly user: string; readonly password: string; readonly clock: Clock },
  path: string,
  deadlineMs: number,
): Promise<Reply> {
  const aborter = new AbortController();
  const timer = at.clock.after(deadlineMs, () => aborter.abort());
  try {
    const authorization = `Basic ${Buffer.from(`${at.user}:${at.password}`).toString('base64')}`;
    const answer = await fetch(new URL(`/ari/${path}`, at.url), { headers: { authorization }, signal: aborter.signal });
    return { status: answer.status, body: parseJson(await answer.text()) ?? null };
  } catch (error) {
    const code = (error as { cause?: { code?: unknown } }).cause?.code;
    const detail = aborter.signal.aborted
      ? `no answer within ${deadlineMs} ms`
      : `no connection (${String(code ?? 'failed')})`;
    throw new IpntError('ARI_UNREACHABLE', detail, placeOf(at.url));
  } finally {
    timer.cancel();
  }
}
