import { computed } from '@preact/signals';
import { number } from '../format.ts';
import { services } from '../live.ts';
import { Since } from '../parts/since.tsx';
import { levelText } from './attention.ts';
import { totalsOf } from './day.ts';
import { Small } from './figure.tsx';
import { NotReached } from './not-reached.tsx';

const totals = computed(() => totalsOf(services.value));

/** All services in one line, where there is more than one. */
export function TotalsLine() {
  if (services.value.length < 2) return null;
  const { waiting, longestSinceMs, today, serviceLevel } = totals.value;
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
        <NotReached today={today} />
        <Small label="Service level" title="Of today; each call by what its own service promises">
          {levelText(serviceLevel)}
        </Small>
      </dl>
    </section>
  );
}
