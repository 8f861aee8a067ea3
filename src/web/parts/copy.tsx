import { useRef, useState } from 'preact/hooks';
import '../styles/copy.css';

interface CopyProps {
  readonly text: string;
  readonly label: string;
}

/** Text to take along. Where the browser gives no clipboard (no TLS), it is marked, so that a key copies it. */
export function CopyBox({ text, label }: CopyProps) {
  const box = useRef<HTMLPreElement>(null);
  const [says, setSays] = useState('');
  const copy = (): void => {
    const mark = (): void => {
      const { current } = box;
      if (current !== null) getSelection()?.selectAllChildren(current);
      setSays('Marked: press Ctrl+C');
    };
    // Its type says it is always there; without TLS it is not.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    if (clipboard === undefined) mark();
    else clipboard.writeText(text).then(() => setSays('Copied'), mark);
  };
  return (
    <div class="copy" role="group" aria-label={label}>
      <pre ref={box} tabIndex={0}>
        {text}
      </pre>
      <button type="button" onClick={copy}>
        Copy
      </button>
      <span class="small muted" role="status">
        {says}
      </span>
    </div>
  );
}
