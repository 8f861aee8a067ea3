import type { Service } from '../../core/model/service.ts';
import type { Stage } from '../../core/routing/steps.ts';

/** A step that is due and whose condition does not hold is tried again so often. An edge does so with every round of its line. */
const TRY_AGAIN_MS = 1_000;

/** When the steps of a waiting call are to be looked at again; infinite when none is left. */
export function nextStepMs(service: Pick<Service, 'steps'>, stage: Stage, nowMs: number): number {
  const { steps } = service;
  if (stage.step >= steps.length) return Infinity;
  let dueMs = stage.sinceMs;
  for (let index = stage.step; index < steps.length; index += 1) {
    const step = steps[index];
    if (step === undefined) break;
    if (index > stage.step || !stage.inVain) dueMs += step.afterMs;
    if (dueMs > nowMs) return index === stage.step ? dueMs : Math.min(dueMs, nowMs + TRY_AGAIN_MS);
  }
  return nowMs + TRY_AGAIN_MS;
}
