import { expect, test } from 'vitest';
import { reasonSentences } from '../../../../src/core/explain/reasons.ts';
import type { Reason } from '../../../../src/core/model/decision.ts';

const offer: Reason = { code: 'claimed', callId: 'c1', phase: 'offer' };
const talk: Reason = { code: 'claimed', callId: 'c1', phase: 'talk' };
const TALKING: Reason = { code: 'talking' };
const PAUSED: Reason = { code: 'paused', reason: 'lunch' };

// One call is told as one: what the phone does and what we claimed the agent for are the same thing seen twice.
test.each<[reasons: Reason[], callId: string | undefined, said: string[]]>([
  [[offer], 'c1', ['was just being rung for this call']],
  [[offer], 'c2', ['was just being rung for another call of ours']],
  [[offer], undefined, ['was just being rung for a call of ours']],
  [[TALKING, talk], 'c2', ['was in another call of ours']],
  [[TALKING, talk], undefined, ['was in a call of ours']],
  [[PAUSED, TALKING, talk], 'c2', ['was on a pause ("lunch")', 'was in another call of ours']],
  [[TALKING, PAUSED], 'c2', ['was in a call', 'was on a pause ("lunch")']],
])('%j, told of call %s', (reasons, callId, said) => {
  expect(reasonSentences(reasons, { atMs: 0, ...(callId !== undefined && { callId }) })).toEqual(said);
});
