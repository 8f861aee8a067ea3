import { COMPARE } from '../core/model/service.ts';
import type { Measure, MeasureCondition, Service, Step } from '../core/model/service.ts';
import { finding } from './routing-finding.ts';
import type { Finding } from './routing-finding.ts';
import { formatDuration } from './values.ts';

/** Steps that no call comes to, and steps that do nothing. */
export function stepFindings({ name, steps, maxWaitMs }: Service): readonly Finding[] {
  const found: Finding[] = [];
  const at = (i: number): Finding['path'] => ['services', name, 'steps', i];
  const left = steps.findIndex(({ overflow, when }) => overflow !== null && when.length === 0);
  if (left >= 0 && left < steps.length - 1) {
    const message = `is never reached: every call leaves in step ${left + 1}`;
    found.push(finding('fault', at(left + 1), message, 'put it before that step, or give that one a condition'));
  }
  const begins = steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, { afterMs }) => sum + afterMs, 0));
  const late = begins.findIndex((ms) => ms >= maxWaitMs);
  if (late >= 0) {
    const message = `is never reached: it begins after ${formatDuration(begins[late] ?? 0)}, and max_wait is ${formatDuration(maxWaitMs)}`;
    found.push(
      finding(
        'warning',
        at(late),
        message,
        'raise max_wait, or let the steps come sooner (each counts from the one before)',
      ),
    );
  }
  steps.forEach((step, i) => {
    if (doesNothing(step))
      found.push(finding('warning', at(i), 'changes nothing', 'say what it does, or leave it away'));
    const never = impossible(step.when);
    if (never !== null)
      found.push(finding('warning', [...at(i), 'when'], `is never true: ${never}`, 'mend the condition'));
  });
  return found;
}

const doesNothing = (step: Step): boolean =>
  step.requirement === null &&
  step.sites === null &&
  step.priority === 0 &&
  step.strategy === null &&
  step.overflow === null;

/** A measure of which no value meets all that is asked of it; null where each has one. */
function impossible(when: readonly MeasureCondition[]): Measure | null {
  const measures = [...new Set(when.map(({ measure }) => measure))];
  const never = measures.find((measure) => {
    const asked = when.filter((condition) => condition.measure === measure);
    const step = measure === 'service_level' ? 1e-9 : 1;
    const most = measure === 'service_level' ? 1 : Number.MAX_SAFE_INTEGER;
    const tried = asked.flatMap(({ value }) => [value - step, value, value + step]).concat(0, most);
    return !tried
      .filter((value) => value >= 0 && value <= most)
      .some((value) => asked.every(({ operator, value: bound }) => COMPARE[operator](value, bound)));
  });
  return never ?? null;
}
