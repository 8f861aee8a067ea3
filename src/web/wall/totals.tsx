import { computed } from '@preact/signals';
import { percent } from '../../core/explain/text.ts';
import { number } from '../format.ts';
import { services } from '../live.ts';
import { Since } from '../parts/since.tsx';
import { levelText } from './attention.ts';
import { abandonedShare, othersOf, totalsOf } from './day.ts';
import { Small } from './figure.tsx';

const totals = computed(() => totalsOf(services.value));

/** All services in one line, where there is more than one. */
export function TotalsLine() {
  if (services.value.length < 2) return null;
  const { waiting, longestSinceMs, today, serviceLevel } = totals.value;
  const others = othersOf(today);
  return (
    <section class="card totals" aria-labelledby="wall-totals">
      <h2 id="wall-totals">All services</h2>
      <dl>
        <Small label="Waiting">{number(waiting)}</Small>
        <Small label="Longest">{longestSinceMs === null ? '–' : <Since sinceMs={longestSinceMs} />}</Small>
        <Small label="Offered today" title="Calls that came in today">
          {number(today.offered)}
        </Small>
        <Small label="Reached" title="Calls of today that reached an agent">
          {number(today.reached)}
        </Small>
        <Small label="Abandoned" title="Calls of today whose callers gave up, and their share of all that came in">
          {number(today.outcomes.abandoned)} <Share part={abandonedShare(today)} />
        </Small>
        <Small
          label="Other"
          isOdd={others.isOdd}
          {...(others.says === '' ? {} : { title: `Calls of today: ${others.says}` })}
        >
          {number(others.count)}
        </Small>
        <Small label="Service level" title="Of today; each call by what its own service promises">
          {levelText(serviceLevel)}
        </Small>
      </dl>
    </section>
  );
}

/** `23%`, smaller, beside the count that it is of. */
export const Share = ({ part }: { readonly part: number | null }) =>
  part === null ? null : <span class="share">{percent(part)}</span>;
