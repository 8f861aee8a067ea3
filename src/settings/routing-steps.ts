import { COMPARE } from '../core/model/service.ts';
import type { MeasureCondition, Service, Step } from '../core/model/service.ts';
import { finding, stepName } from './routing-finding.ts';
import type { Finding } from './routing-finding.ts';
import { conditionsText } from './routing-values.ts';
import { formatDuration } from './values.ts';

/** Steps that no call comes to, and steps that do nothing. */
export function stepFindings({ name, steps, maxWaitMs }: Service): readonly Finding[] {
  const found: Finding[] = [];
  const at = (i: number): Finding['path'] => ['services', name, 'steps', i];
  const left = steps.findIndex(({ overflow, when }) => overflow !== null && when.length === 0);
  if (left >= 0 && left < steps.length - 1) {
    const message = `${stepName(left + 1)} is never reached: every call leaves in ${stepName(left)}`;
    found.push(finding('fault', at(left + 1), message, 'put it before that step, or give that one a condition'));
  }
  const begins = steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, { afterMs }) => sum + afterMs, 0));
  const late = begins.findIndex((ms) => ms >= maxWaitMs);
  if (late >= 0) {
    const message = `${stepName(late)} is never reached: it begins after ${formatDuration(begins[late] ?? 0)}, and max_wait is ${formatDuration(maxWaitMs)}`;
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
      found.push(finding('warning', at(i), `${stepName(i)} changes nothing`, 'say what it does, or leave it away'));
    const never = impossible(step.when);
    if (never !== null)
      found.push(
        finding('warning', [...at(i), 'when'], `is never true: ${conditionsText(never)}`, 'mend the condition'),
      );
  });
  return found;
}

const doesNothing = (step: Step): boolean =>
  step.requirement === null &&
  step.sites === null &&
  step.priority === 0 &&
  step.strategy === null &&
  step.overflow === null;

/** The first condition, or pair, of one measure that no value meets; null where there is none. */
function impossible(when: readonly MeasureCondition[]): readonly MeasureCondition[] | null {
  const alone = when.find((one) => !hasValue([one]));
  if (alone !== undefined) return [alone];
  for (const [i, one] of when.entries())
    for (const other of when.slice(i + 1))
      if (other.measure === one.measure && !hasValue([one, other])) return [one, other];
  // Any two go together and all do not: `waiting <= 1 and waiting != 0 and waiting != 1`.
  for (const { measure } of when) {
    const asked = when.filter((condition) => condition.measure === measure);
    if (!hasValue(asked)) return asked;
  }
  return null;
}

/** Whether there is a value that meets all of these, which ask for one measure. */
function hasValue(asked: readonly MeasureCondition[]): boolean {
  const isShare = asked[0]?.measure === 'service_level';
  const step = isShare ? 1e-9 : 1;
  const most = isShare ? 1 : Number.MAX_SAFE_INTEGER;
  return asked
    .flatMap(({ value }) => [value - step, value, value + step])
    .concat(0, most)
    .filter((value) => value >= 0 && value <= most)
    .some((value) => asked.every(({ operator, value: bound }) => COMPARE[operator](value, bound)));
}
