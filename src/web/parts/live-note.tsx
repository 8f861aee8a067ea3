import { connectNow, hasBoard, lostSinceMs, staleSinceMs } from '../live.ts';
import { tick } from '../clock.ts';
import { clockSpan, exactTimeOf, roughSpan } from '../format.ts';
import { Icon } from './icon.tsx';
import { Since } from './since.tsx';

/**
 * Says plainly when figures are old, and why; nothing while all is well. What ticks is hidden from screen readers: they are told once,
 * not each second.
 */
export function LiveNote() {
  const lost = lostSinceMs.value;
  const stale = staleSinceMs.value;
  const told =
    lost !== null
      ? 'No connection to the server. The figures are old.'
      : stale !== null
        ? 'The database does not answer. The figures stand still.'
        : '';
  return (
    <>
      <p class="unseen" role="status">
        {told}
      </p>
      {lost !== null ? <Lost sinceMs={lost} /> : stale !== null ? <StaleNote sinceMs={stale} /> : null}
    </>
  );
}

const Lost = ({ sinceMs }: { readonly sinceMs: number }) => (
  <div class="note bad live-note">
    <Icon name="warn" />
    <p>
      <strong>
        {hasBoard.value ? <>Figures from {roughSpan(tick.value - sinceMs)} ago</> : 'No answer from the server'}
      </strong>
      , connecting again …
    </p>
    <button type="button" onClick={connectNow}>
      Try now
    </button>
  </div>
);

/** The server's own figures stand still. */
export const StaleNote = ({ sinceMs }: { readonly sinceMs: number }) => (
  <div class="note bad live-note">
    <Icon name="warn" />
    <p>
      <strong>The database does not answer.</strong> Figures stand still since {exactTimeOf(sinceMs)} (
      <Since sinceMs={sinceMs} format={clockSpan} />
      ).
    </p>
  </div>
);
