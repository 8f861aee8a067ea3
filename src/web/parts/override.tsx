import { useState } from 'preact/hooks';
import { printable } from '../../core/explain/text.ts';
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
  /** It was changed: what is shown is out of date. */
  readonly onDone: () => void;
}

type Wish = 'closed' | 'open' | 'auto';

const WORDS: Readonly<Record<Wish, { readonly button: string; readonly title: string; readonly then: string }>> = {
  closed: {
    ...{
      button: 'Close …',
      title: 'Close',
      then: 'From now on its callers are told that it is closed, whatever its hours are,',
    },
  },
  open: { button: 'Open …', title: 'Open', then: 'From now on it takes calls, whatever its hours are,' },
  auto: {
    button: 'Back to its hours …',
    title: 'Back to the hours of',
    then: 'From now on its calendar decides again.',
  },
};

/** Closing and opening by hand, for whoever may; nothing for others. */
export function OverrideButtons({ service, onDone }: OverrideProps) {
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

function OverrideDialog({ wish, service, onClose, onDone }: DialogProps) {
  const [why, setWhy] = useState('');
  const { isBusy, problem, start } = useDoing();
  const { id, title } = service.row;
  const path = `/v1/services/${encodeURIComponent(id)}/override`;
  const words = WORDS[wish];
  const submit = (event: Event): void => {
    event.preventDefault();
    start(() => (wish === 'auto' ? ask('DELETE', path) : ask('PUT', path, { state: wish, why: why.trim() })), onDone);
  };
  return (
    <Dialog title={`${words.title} “${printable(title)}”`} onClose={onClose}>
      <form class="dialog-form" onSubmit={submit}>
        <p>
          {words.then}
          {wish === 'auto'
            ? ''
            : ' until somebody gives it back to its calendar. Calls that wait already go on waiting.'}
        </p>
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
        <DialogFoot button={words.button.replace(' …', '')} isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
