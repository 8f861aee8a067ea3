import { useState } from 'preact/hooks';
import { closedText } from '../../core/explain/rules.ts';
import type { Titles } from '../../core/explain/titles.ts';
import { printable } from '../../core/explain/text.ts';
import type { Service } from '../../core/model/service.ts';
import type { ServiceAnswer } from '../answers.ts';
import { ask } from '../api.ts';
import { may } from '../session.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { ProblemNote } from './problem.tsx';
import { DialogFoot } from './sure.tsx';
import { useDoing } from './use-doing.ts';

interface OverrideProps {
  readonly service: ServiceAnswer;
  readonly titles: Titles;
  /** It was changed: what is shown is out of date. */
  readonly onDone: () => void;
}

type Wish = 'closed' | 'open' | 'auto';

interface Words {
  readonly button: string;
  /** What the question is called, and its button. */
  readonly title: (service: string) => string;
  readonly then: (rules: Service, titles: Titles) => string;
}

const BY_HAND = 'Whatever its hours are, until somebody gives it back to its calendar,';
const WAITING = 'Calls that wait already go on waiting.';

const WORDS: Readonly<Record<Wish, Words>> = {
  closed: {
    button: 'Close …',
    title: (service) => `Close ${service}`,
    then: (rules, titles) => `${BY_HAND} its calls go ${closedText(rules, titles)}. ${WAITING}`,
  },
  open: {
    button: 'Open …',
    title: (service) => `Open ${service}`,
    then: () => `${BY_HAND} it takes calls. ${WAITING}`,
  },
  auto: {
    button: 'Back to its hours …',
    title: (service) => `Back to the hours of ${service}`,
    then: () => 'From now on its calendar decides again.',
  },
};

/** Closing and opening by hand, for whoever may; nothing for others. */
export function OverrideButtons({ service, titles, onDone }: OverrideProps) {
  const [wish, setWish] = useState<Wish | null>(null);
  const { row, opening } = service;
  if (!may('change_service', { service: row.id })) return null;
  const isByHand = opening.sinceMs !== null;
  const wishes: readonly Wish[] = [opening.isOpen ? 'closed' : 'open', ...(isByHand ? (['auto'] as const) : [])];
  return (
    <>
      {wishes.map((one) => (
        <button key={one} type="button" class={one === 'closed' ? 'danger' : ''} onClick={() => setWish(one)}>
          {WORDS[one].button}
        </button>
      ))}
      {wish === null ? null : (
        <OverrideDialog
          wish={wish}
          service={service}
          titles={titles}
          onClose={() => setWish(null)}
          onDone={() => {
            setWish(null);
            onDone();
          }}
        />
      )}
    </>
  );
}

interface DialogProps extends OverrideProps {
  readonly wish: Wish;
  readonly onClose: () => void;
}

function OverrideDialog({ wish, service, titles, onClose, onDone }: DialogProps) {
  const [why, setWhy] = useState('');
  const { isBusy, problem, start } = useDoing();
  const { id, title } = service.row;
  const path = `/v1/services/${encodeURIComponent(id)}/override`;
  const words = WORDS[wish];
  const name = words.title(printable(title));
  const submit = (event: Event): void => {
    event.preventDefault();
    start(() => (wish === 'auto' ? ask('DELETE', path) : ask('PUT', path, { state: wish, why: why.trim() })), onDone);
  };
  return (
    <Dialog title={name} dismiss="Cancel" onClose={onClose}>
      <form class="dialog-form" onSubmit={submit}>
        <p>{printable(words.then(service.rules, titles))}</p>
        {wish === 'auto' ? null : (
          <Field
            label="Why"
            hint="Others read it on this page, and in the audit."
            required
            maxLength={255}
            value={why}
            onValue={setWhy}
          />
        )}
        {problem === null ? null : <ProblemNote problem={problem} />}
        <DialogFoot button={name} isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
