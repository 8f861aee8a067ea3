import type { ClaimStep } from '../../core/effects.ts';
import { holdMs, TALK_LEASE_MS } from '../../core/model/claim.ts';
import type { NextPhase } from '../../ports/edge-store.ts';

/** What a step of the core means for the row: the phase, and how long it lasts. */
export function phaseOf(step: ClaimStep, noAnswers: number): NextPhase {
  switch (step.phase) {
    case 'talk':
      return { phase: 'talk', leaseMs: TALK_LEASE_MS };
    case 'wrap_up':
      return step;
    case 'hold': {
      const leaseMs = step.leaseMs ?? holdMs(step.holdReason, noAnswers, step.noAnswerMs);
      return { phase: 'hold', holdReason: step.holdReason, leaseMs };
    }
  }
}
