import { useMemo, useState } from 'preact/hooks';
import { decisionPicture } from '../../core/explain/picture.ts';
import type { Titles } from '../../core/explain/titles.ts';
import { printable } from '../../core/explain/text.ts';
import type { RouteAnswer } from '../answers.ts';
import { ask } from '../api.ts';
import type { DryRunForm as Form } from './dry-run-query.ts';
import { dryRunBody, EMPTY_FORM } from './dry-run-query.ts';
import { Field, Select } from './field.tsx';
import { Picture } from './picture.tsx';
import { ProblemNote } from './problem.tsx';
import { useDoing } from './use-doing.ts';

interface DryRunProps {
  readonly service: string;
  /** The service's; '' where it has no calendar. */
  readonly zone: string;
  readonly titles: Titles;
}

/** What would become of a call: asked of the code that runs at an edge, in the state as it is. Nobody is rung. */
export function DryRunForm({ service, zone, titles }: DryRunProps) {
  const [form, setForm] = useState<Form>({ ...EMPTY_FORM, service });
  const [fault, setFault] = useState('');
  const [answer, setAnswer] = useState<RouteAnswer | null>(null);
  const { isBusy, problem, start } = useDoing();
  const submit = (event: Event): void => {
    event.preventDefault();
    const body = dryRunBody(form);
    setFault(typeof body === 'string' ? body : '');
    // What was said of another call must not stand below a fault.
    setAnswer(null);
    if (typeof body === 'string') return;
    start(() => ask<RouteAnswer>('POST', '/v1/route/test', body), setAnswer);
  };
  return (
    <section class="card call-part" aria-labelledby="try">
      <h2 id="try">Try a call out</h2>
      <p class="muted">What would become of it, as things stand now. Nobody is rung.</p>
      <form class="dry-form" onSubmit={submit}>
        <Fields form={form} set={(more) => setForm((old) => ({ ...old, ...more }))} service={service} zone={zone} />
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Trying …' : 'Try'}
        </button>
      </form>
      <div aria-live="polite">
        {fault === '' ? null : <p class="fault">{fault}</p>}
        {problem === null || fault !== '' ? null : <ProblemNote problem={problem} />}
        {answer === null ? null : <Answer answer={answer} titles={titles} />}
      </div>
    </section>
  );
}

/** A service without a calendar has no clock of its own. */
const NO_ZONE = 'UTC';

interface FieldsProps {
  readonly form: Form;
  readonly set: (more: Partial<Form>) => void;
  readonly service: string;
  readonly zone: string;
}

const Fields = ({ form, set, service, zone }: FieldsProps) => (
  <>
    <Select
      label="The call is for"
      value={form.by}
      onValue={(by) => set({ by: by === 'number' ? 'number' : 'service' })}
      choices={[
        { value: 'service', title: `the service ${service}` },
        { value: 'number', title: 'a dialled number' },
      ]}
    />
    {form.by === 'number' ? (
      <Field label="Dialled number" inputMode="tel" required value={form.dnis} onValue={(dnis) => set({ dnis })} />
    ) : null}
    <Field label="Caller's number" inputMode="tel" value={form.ani} onValue={(ani) => set({ ani })} />
    <Field label="Customer's id" value={form.customer} onValue={(customer) => set({ customer })} />
    <Field
      label="Needs"
      placeholder="as the service"
      value={form.requirement}
      onValue={(requirement) => set({ requirement })}
    />
    <Field
      label="Priority"
      inputMode="numeric"
      placeholder="as the service"
      value={form.priority}
      onValue={(priority) => set({ priority })}
    />
    <Field
      label={form.by === 'number' ? 'Time (on the clock of its service)' : `Time (${printable(zone || NO_ZONE)})`}
      type="datetime-local"
      value={form.at}
      onValue={(at) => set({ at })}
    />
    <Field
      label="Has waited, seconds"
      inputMode="decimal"
      placeholder="0"
      value={form.waited}
      onValue={(waited) => set({ waited })}
    />
  </>
);

function Answer({ answer, titles }: { readonly answer: RouteAnswer; readonly titles: Titles }) {
  const { decision } = answer.run;
  const picture = useMemo(
    () => (decision === null ? null : decisionPicture(decision, titles, 'is')),
    [decision, titles],
  );
  return (
    <div class="dry-answer">
      <h3>What would happen</h3>
      <pre class="dry-text">{answer.text.map(printable).join('\n')}</pre>
      {picture === null ? null : <Picture picture={picture} level={3} />}
    </div>
  );
}
