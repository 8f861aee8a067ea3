import type { PbxEvent } from '../../core/events.ts';
import { between, text } from './fields.ts';
import type { EslEvent } from './wire.ts';

/** Of `bridge-agent-fail`, those that mean that he let it ring. */
const UNANSWERED = new Set(['NO_ANSWER', 'ALLOTTED_TIMEOUT']);

/**
 * What callcenter::info tells of a queue's calls (mod_callcenter.c, 1.10.12), null where it tells nothing of one. A caller is named
 * by his channel; `members-count` is no count of waiting callers: it has an answered one until his call ends.
 */
export function queueCallOf(event: EslEvent, queue: string): PbxEvent[] | null {
  const call = { queue, callId: text(event, 'CC-Member-Session-UUID') };
  const agent = { ...call, device: text(event, 'CC-Agent') };
  const action = text(event, 'CC-Action');
  if (queue === '' || call.callId === '') return null;
  const toldMs = (from: string, to: string) => between(event, `CC-${from}-Time`, `CC-${to}-Time`);
  switch (action) {
    case 'member-queue-start':
    case 'member-queue-resume':
      return [{ kind: 'callerJoined', ...call }];
    case 'member-queue-end': {
      // BREAK_OUT is a caller who hung up. One whose time ran out, or who pressed a key, goes on elsewhere.
      if (text(event, 'CC-Cause') !== 'Cancel' || text(event, 'CC-Cancel-Reason') !== 'BREAK_OUT')
        return [{ kind: 'callerLeft', ...call }];
      return [{ kind: 'callerAbandoned', ...call, waitMs: toldMs('Member-Joined', 'Member-Leaving') }];
    }
    case 'bridge-agent-start':
      return [{ kind: 'agentConnected', ...agent, waitMs: toldMs('Member-Joined', 'Agent-Answered') }];
    case 'bridge-agent-end': {
      const waitMs = toldMs('Member-Joined', 'Agent-Answered');
      return [{ kind: 'agentCompleted', ...agent, waitMs, talkMs: toldMs('Agent-Answered', 'Bridge-Terminated') }];
    }
    case 'bridge-agent-fail':
      if (!UNANSWERED.has(text(event, 'CC-Hangup-Cause'))) return [];
      return [{ kind: 'agentRangNoAnswer', ...agent, rangMs: toldMs('Agent-Called', 'Agent-Aborted') }];
    default:
      return null;
  }
}
