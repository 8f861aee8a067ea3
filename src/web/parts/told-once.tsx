import { CopyBox } from './copy.tsx';
import { Dialog } from './dialog.tsx';

interface ToldProps {
  readonly title: string;
  /** What it is, for screen readers. */
  readonly label: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** A secret that was just made: in sight until whoever asked for it says that he has it. */
export const ToldOnce = ({ title, label, secret, onClose }: ToldProps) => (
  <Dialog title={title} onClose={onClose}>
    <p>Copy it now: it is shown this once, and not kept.</p>
    <CopyBox text={secret} label={label} />
    <div class="dialog-foot">
      <button type="button" class="primary" onClick={onClose}>
        I have it
      </button>
    </div>
  </Dialog>
);
