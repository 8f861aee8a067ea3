import { span } from '../../core/explain/text.ts';
import type { ServiceRow } from '../../core/model/board.ts';
import { serverNowMs, tick } from '../clock.ts';
import { clockSpan, number } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { memo } from '../parts/memo.tsx';
import { Pill } from '../parts/pill.tsx';
import { Since } from '../parts/since.tsx';
import { href } from '../router.ts';
import type { Concern } from './attention.ts';
import { levelText, serviceConcerns } from './attention.ts';
import { Figure, Small } from './figure.tsx';
import { NotReached } from './not-reached.tsx';

/** One service: how many wait and for how long, whether today is within target, who is there for it. */
export const ServiceTile = memo(({ row }: { readonly row: ServiceRow }) => {
  const concerns = serviceConcerns(row, serverNowMs(tick.value));
  const worst = concerns[0];
  return (
    <article class={`card tile ${worst?.tone ?? (row.isOpen ? 'good' : 'calm')}`} aria-label={row.title}>
      <header>
        <h3>
          <a href={href('services', row.id)}>{row.title}</a>
        </h3>
        <State row={row} worst={worst} />
      </header>
      <dl class="tile-now">
        <Figure label="Waiting" isLoud={row.waiting > 0 && row.eligible === 0}>
          {number(row.waiting)}
        </Figure>
        <Figure label="Longest wait" isLoud={concerns.some(({ says }) => says.startsWith('Waiting'))}>
          {row.longestSinceMs === null ? '–' : <Since sinceMs={row.longestSinceMs} />}
        </Figure>
        <Figure label="Expected wait">
          {row.expectedWaitMs === null || !row.isOpen ? '–' : clockSpan(row.expectedWaitMs)}
        </Figure>
      </dl>
      <Level row={row} />
      {row.isOpen || row.serviceLevel === null ? null : <Why why={row.why} />}
      <dl class="tile-rest">
        <Small label="Reached today" title="Calls of today that reached an agent, of all that came in">
          {number(row.today.reached)} of {number(row.today.offered)}
        </Small>
        <NotReached today={row.today} />
        <Small
          label="Eligible"
          title="Agents who could take a call of it now"
          isLoud={row.waiting > 0 && row.eligible === 0}
        >
          {number(row.eligible)}
        </Small>
        <Small label="Staffed" title="Agents on duty who have what it asks for, on a break or in a call included">
          {number(row.staffed)}
        </Small>
        <Small label="Talking" title="Calls of it that talk to an agent now">
          {number(row.talking)}
        </Small>
      </dl>
      <Means row={row} />
      {concerns.length > 1 ? (
        <p class="tile-more">
          Also:{' '}
          {concerns
            .slice(1)
            .map(({ says }) => says.toLowerCase())
            .join('; ')}
        </p>
      ) : null}
    </article>
  );
});

function State({ row, worst }: { readonly row: ServiceRow; readonly worst: Concern | undefined }) {
  if (worst !== undefined)
    return (
      <Pill tone={worst.tone} icon={worst.tone === 'bad' ? 'bad' : 'warn'}>
        {worst.says}
      </Pill>
    );
  return row.isOpen ? (
    <Pill tone="good" icon="good" title={row.why}>
      Good
    </Pill>
  ) : (
    <Pill tone="calm" icon="closed" title={row.why}>
      Closed
    </Pill>
  );
}

/** Why it is closed: two lines of it, the whole where somebody points at it. */
const Why = ({ why }: { readonly why: string }) => (
  <p class="tile-why two-lines" title={why}>
    <Icon name="closed" /> {why}
  </p>
);

/** How long callers of today waited and talked. */
function Means({ row: { meanWaitMs, meanTalkMs, today } }: { readonly row: ServiceRow }) {
  if (meanWaitMs === null) return null;
  return (
    <p class="tile-means" title="Today: waits of those who reached an agent, and talks without wrap-up">
      Mean wait <strong class="figure">{clockSpan(meanWaitMs)}</strong>, longest{' '}
      <strong class="figure">{clockSpan(today.longestWaitMs)}</strong>
      {meanTalkMs === null ? null : (
        <>
          ; mean talk <strong class="figure">{clockSpan(meanTalkMs)}</strong>
        </>
      )}
    </p>
  );
}

/** The day's service level as number and bar, with a mark where it should be; a closed service says why instead. */
function Level({ row }: { readonly row: ServiceRow }) {
  const { serviceLevel, recentServiceLevel, serviceLevelTarget: target, serviceLevelMs, isOpen, why } = row;
  if (!isOpen && serviceLevel === null) return <Why why={why} />;
  const isBelow = serviceLevel !== null && serviceLevel < target;
  const says = `Service level today ${levelText(serviceLevel)}, target ${levelText(target)} within ${span(serviceLevelMs)}`;
  return (
    <div class={isBelow ? 'level below' : 'level'}>
      <p class="level-figure figure">{levelText(serviceLevel)}</p>
      <div class="level-rest">
        <p class="level-words">
          <span class="level-name">Service level today</span>
          <span>
            last ½ h <strong class="figure">{levelText(recentServiceLevel)}</strong>
          </span>
        </p>
        <div class="level-bar" role="img" aria-label={says}>
          <span class="level-fill" style={{ width: `${(serviceLevel ?? 0) * 100}%` }} />
          <span class="level-mark" style={{ left: `${target * 100}%` }} />
        </div>
        <p class="level-words">
          <span>
            in {span(serviceLevelMs)}, target {levelText(target)}
          </span>
        </p>
      </div>
    </div>
  );
}
