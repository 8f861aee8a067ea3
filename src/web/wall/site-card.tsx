import { counted, percent } from '../../core/explain/text.ts';
import type { AgentShown, QueueLine, SiteLine } from '../../core/model/board.ts';
import { AGENT_SHOWN } from '../../core/model/board.ts';
import { serverNowMs, tick } from '../clock.ts';
import { number } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { memo } from '../parts/memo.tsx';
import { AGENT_LOOKS, LookPill, Pill, SITE_LOOKS } from '../parts/pill.tsx';
import { Since } from '../parts/since.tsx';
import { href } from '../router.ts';
import { siteConcerns } from './attention.ts';

interface SiteCardProps {
  readonly site: SiteLine;
  readonly queues: readonly QueueLine[];
}

/** One call centre: whether we hear from it, its calls, what its agents do, its own queues. */
export const SiteCard = memo(({ site, queues }: SiteCardProps) => {
  const concern = siteConcerns(site, serverNowMs(tick.value))[0];
  return (
    <article
      class={`card site ${concern?.tone ?? 'good'}${site.state === 'up' ? '' : ' is-silent'}`}
      aria-label={site.title}
    >
      <header>
        <h3>
          <a href={href('agents', '', { site: site.id })}>{site.title}</a>
        </h3>
        {concern === undefined ? (
          <LookPill look={SITE_LOOKS[site.state]} />
        ) : (
          <Pill tone={concern.tone} icon="warn">
            {concern.says}
          </Pill>
        )}
      </header>
      <dl class="site-now">
        <div>
          <dt>Calls in progress</dt>
          <dd class="figure">{number(site.callsInProgress)}</dd>
        </div>
        <div>
          <dt>Waiting in its queues</dt>
          <dd class="figure">{number(site.waiting)}</dd>
        </div>
      </dl>
      <Crowd agents={site.agents} />
      {queues.length === 0 ? null : (
        <>
          <Queues title={site.title} queues={queues} heardAtMs={site.lastHeardMs} />
          <QueueWords queues={queues} />
        </>
      )}
    </article>
  );
});

/** What agents do as a bar, and the same in words: colours are only a help. Who is logged out is counted beside it. */
function Crowd({ agents }: { readonly agents: SiteLine['agents'] }) {
  const present = AGENT_SHOWN.filter((shown) => agents[shown] > 0);
  const barred = present.filter((shown) => shown !== 'logged_out');
  return (
    <div class="crowd">
      <div class="crowd-bar" aria-hidden="true">
        {barred.map((shown) => (
          <span key={shown} class={`crowd-part is-${shown}`} style={{ flexGrow: agents[shown] }} />
        ))}
      </div>
      <ul class="crowd-words" aria-label="Agents">
        {present.map((shown) => (
          <CrowdWord key={shown} shown={shown} count={agents[shown]} />
        ))}
        {present.length === 0 ? <li class="muted">No agents</li> : null}
      </ul>
    </div>
  );
}

const CrowdWord = ({ shown, count }: { readonly shown: AgentShown; readonly count: number }) => (
  <li>
    <span class={`crowd-sign is-${shown}`}>
      <Icon name={AGENT_LOOKS[shown].icon} />
    </span>
    <strong class="figure">{number(count)}</strong> {AGENT_LOOKS[shown].word}
  </li>
);

interface QueuesProps {
  readonly title: string;
  readonly queues: readonly QueueLine[];
  /** Its clocks stand still there; null while the site is heard. */
  readonly heardAtMs: number | null;
}

const Queues = ({ title, queues, heardAtMs }: QueuesProps) => (
  <table class="queues">
    <caption class="unseen">Queues of {title}</caption>
    <thead>
      <tr>
        <th scope="col">Queue</th>
        <th scope="col" class="number">
          Waiting
        </th>
        <th scope="col" class="number">
          Longest
        </th>
        <th scope="col" class="number" title="Agents whom it would ring now, of those logged in">
          Free
        </th>
        <th scope="col" class="number" title="Answered in time over the last half hour">
          Level
        </th>
      </tr>
    </thead>
    <tbody>
      {queues.map((queue) => (
        <tr key={queue.id} class={queue.waiting > 0 ? 'has-waiting' : undefined}>
          <th scope="row">{queue.name}</th>
          <td class="number">{number(queue.waiting)}</td>
          <td class="number">
            {queue.longestSinceMs === null ? '–' : <Since sinceMs={queue.longestSinceMs} untilMs={heardAtMs} />}
          </td>
          <td class="number">
            {queue.ready} of {queue.loggedIn}
          </td>
          <td class="number">{percent(queue.serviceLevel) ?? '–'}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** The same in one line, where a wall has no room for more: who waits, else how many queues there are. */
function QueueWords({ queues }: { readonly queues: readonly QueueLine[] }) {
  const waiting = queues.filter((queue) => queue.waiting > 0).sort((a, b) => b.waiting - a.waiting);
  return (
    <p class="queue-words">
      {waiting.length === 0 ? <span class="muted">Nobody waits in {counted(queues.length, 'queue')}</span> : null}
      {waiting.map((queue) => (
        <span key={queue.id}>
          {queue.name} <strong>{queue.waiting}</strong>{' '}
        </span>
      ))}
    </p>
  );
}
