import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { focusFirst, rememberFocus } from './focus.ts';
import { Icon } from './icon.tsx';

interface DialogProps {
  readonly title: string;
  /** What the ✕ is called: where another button says “Close” it must be something else. */
  readonly dismiss?: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A question in front of the page. The browser's own dialog keeps the focus in it and closes on Escape; it ends where it was opened. */
export function Dialog({ title, dismiss = 'Close', onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    const giveBack = rememberFocus();
    shown?.showModal();
    return () => {
      shown?.close();
      // Behind the change that took the dialog away: only then it is known what is left.
      setTimeout(giveBack);
    };
  }, []);
  // A dialog that goes on with something else has another title.
  useLayoutEffect(() => {
    if (dialog.current !== null) focusFirst(dialog.current);
  }, [title]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog-body">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="quiet" aria-label={dismiss} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
