import { percent } from '../../core/explain/text.ts';
import type { ServiceRow } from '../../core/model/board.ts';
import { number } from '../format.ts';
import { abandonedShare, othersOf } from './day.ts';
import { Small } from './figure.tsx';

/** The calls of a day that reached no agent: with those that did they make up all that came in. */
export function NotReached({ today }: { readonly today: ServiceRow['today'] }) {
  const others = othersOf(today);
  const share = abandonedShare(today);
  return (
    <>
      <Small label="Abandoned" title="Calls of today whose callers gave up, and their share of all that came in">
        {number(today.outcomes.abandoned)} {share === null ? null : <span class="share">{percent(share)}</span>}
      </Small>
      <Small
        label="Other"
        isOdd={others.isOdd}
        title={`Calls of today that are neither reached nor abandoned: ${others.says || 'none'}`}
      >
        {number(others.count)}
      </Small>
    </>
  );
}
