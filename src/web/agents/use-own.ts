import type { AgentAnswer } from '../answers.ts';
import { get } from '../api.ts';
import { setServerClock } from '../clock.ts';
import type { Loaded } from '../parts/use-load.ts';
import { useLoad } from '../parts/use-load.ts';
import { me } from '../session.ts';

/**
 * The agent that whoever looks is, asked for anew each `everyMs`. He may not see the board that the stream tells of, and one row out of the
 * server's memory costs little.
 */
export function useOwn(everyMs?: number): Loaded<AgentAnswer> {
  const agentId = me.value?.agentId ?? '';
  return useLoad(
    `own ${agentId}`,
    async (signal) => {
      const own = await get<AgentAnswer>(`/v1/agents/${encodeURIComponent(agentId)}`, {}, signal);
      setServerClock(own.nowMs);
      return own;
    },
    everyMs,
  );
}
