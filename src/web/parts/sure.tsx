import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem.tsx';
import { useDoing } from './use-doing.ts';
import '../styles/sure.css';

interface SureProps {
  readonly title: string;
  /** What will be, and whether it can be taken back. */
  readonly says: string;
  readonly button: string;
  /** It cannot be taken back: Enter must not do it by accident. */
  readonly isFinal?: boolean;
  readonly work: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks before something is done. */
export function SureDialog({ title, says, button, isFinal = false, work, onClose, onDone }: SureProps) {
  const { isBusy, problem, start } = useDoing();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{says}</p>
      {problem === null ? null : <ProblemNote problem={problem} />}
      <DialogFoot
        button={button}
        isBusy={isBusy}
        first={isFinal ? 'cancel' : 'button'}
        onClose={onClose}
        onButton={() => start(work, onDone)}
      />
    </Dialog>
  );
}

interface FootProps {
  readonly button: string;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  /** Without one the button sends its form. */
  readonly onButton?: () => void;
  /** Where the keyboard begins, if not in a field. */
  readonly first?: 'button' | 'cancel';
}

export const DialogFoot = ({ button, isBusy, onClose, onButton, first }: FootProps) => (
  <div class="dialog-foot">
    <button type="button" data-first={first === 'cancel' ? true : undefined} onClick={onClose}>
      Cancel
    </button>
    <button
      type={onButton === undefined ? 'submit' : 'button'}
      class="primary"
      disabled={isBusy}
      data-first={first === 'button' ? true : undefined}
      {...(onButton === undefined ? {} : { onClick: onButton })}
    >
      {button}
    </button>
  </div>
);
