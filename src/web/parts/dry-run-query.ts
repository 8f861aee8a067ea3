/** What the form of a dry run asks the API. Pure. */

export interface DryRunForm {
  readonly by: 'service' | 'number';
  readonly service: string;
  readonly dnis: string;
  readonly ani: string;
  readonly customer: string;
  readonly requirement: string;
  /** As they were typed. */
  readonly priority: string;
  readonly waited: string;
  /** `2026-12-24T10:00` on the wall clock of the service; '' for now. */
  readonly at: string;
}

export const EMPTY_FORM: DryRunForm = {
  ...{ by: 'service', service: '', dnis: '', ani: '', customer: '', requirement: '', priority: '', waited: '', at: '' },
};

/** The body of `POST /v1/route/test`; what is left empty is not sent. A text says what is wrong. */
export function dryRunBody(form: DryRunForm): Readonly<Record<string, unknown>> | string {
  const priority = form.priority.trim() === '' ? undefined : Number(form.priority);
  const waitedS = form.waited.trim() === '' ? undefined : Number(form.waited.replace(',', '.'));
  if (priority !== undefined && !Number.isInteger(priority)) return 'The priority is a whole number, like 5 or -5.';
  if (waitedS !== undefined && !(waitedS >= 0 && Number.isFinite(waitedS)))
    return 'How long it has waited is a number of seconds, like 30.';
  if (form.by === 'number' && form.dnis.trim() === '') return 'Write the number that was dialled.';
  const texts = {
    ...(form.by === 'number' ? { dnis: form.dnis } : { service: form.service }),
    ...{ ani: form.ani, customer: form.customer, requirement: form.requirement, at: form.at },
  };
  return {
    ...Object.fromEntries(
      Object.entries(texts)
        .map(([key, value]) => [key, value.trim()])
        .filter(([, value]) => value !== ''),
    ),
    ...(priority === undefined ? {} : { priority }),
    ...(waitedS === undefined || waitedS === 0 ? {} : { waitedMs: Math.round(waitedS * 1_000) }),
  };
}
