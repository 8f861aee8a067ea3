import { z } from 'zod';
import type { Candidate, Decision } from '../../../core/model/decision.ts';
import { STRATEGIES } from '../../../core/model/service.ts';
import { countsByReason, reasonShape } from './reason.ts';
import { amount, atMs, count, spanMs, text } from './values.ts';

export const strategyShape = z.enum(STRATEGIES);

export const candidateShape: z.ZodType<Candidate> = z.object({
  agentId: text('his id'),
  title: text('what people called him then'),
  rank: count("his place in the strategy's order, from 1"),
  idleMs: spanMs('how long he had been idle; null: no call of his is known').nullable(),
  keys: z.array(z.number()).meta({ description: 'what the strategy ordered by, first key first' }),
});

export const decisionShape: z.ZodType<Decision> = z.object({
  callId: text('the call'),
  service: text('its service'),
  requirement: text('what it asked for'),
  strategy: strategyShape,
  step: count('the step of the service; 0 before the first'),
  atMs: atMs('when'),
  versions: z
    .record(z.string(), z.string())
    .meta({ description: 'the state that it was made from: site to `epoch.version`' }),
  routingVersion: amount("version of the call's rules; 0: not known"),
  winner: candidateShape.nullable(),
  next: z.array(candidateShape).meta({ description: 'the next ten in the order' }),
  refused: z
    .array(
      z.object({ agentId: text('his id'), title: text('what people called him then'), reasons: z.array(reasonShape) }),
    )
    .meta({ description: 'up to 200 who meet the requirement and could not take it' }),
  others: countsByReason,
  ahead: count('calls for the same people that were ahead in the line'),
});
