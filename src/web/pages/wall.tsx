import { computed } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { counted } from '../../core/explain/text.ts';
import type { QueueLine } from '../../core/model/board.ts';
import { tick } from '../clock.ts';
import { timeOf } from '../format.ts';
import { edges, hasBoard, isOld, queues, services, sites, useLive } from '../live.ts';
import { Icon } from '../parts/icon.tsx';
import { LiveNote } from '../parts/live-note.tsx';
import { usePage } from '../parts/page.tsx';
import { EDGE_LOOKS, LookPill } from '../parts/pill.tsx';
import { Empty, Loading } from '../parts/problem.tsx';
import type { PageProps } from '../router.ts';
import { go } from '../router.ts';
import '../styles/wall.css';
import { ServiceTile } from '../wall/service-tile.tsx';
import { SiteCard } from '../wall/site-card.tsx';
import { TotalsLine } from '../wall/totals.tsx';
import { Verdict } from '../wall/verdict.tsx';

const NO_QUEUES: readonly QueueLine[] = [];

/** Queues by site. */
const queuesBySite = computed(() => {
  const groups = new Map<string, QueueLine[]>();
  for (const queue of queues.value) groups.set(queue.siteId, [...(groups.get(queue.siteId) ?? []), queue]);
  return groups;
});

/** The wallboard. With `?wall` it has the screen for itself and fits it. */
export default function WallPage({ route }: PageProps) {
  useLive();
  usePage('Wallboard', hasBoard.value);
  const isWall = route.query.has('wall');
  return (
    <div class={`wall${isOld.value ? ' is-old' : ''}`}>
      <WallHead isWall={isWall} />
      <LiveNote />
      {hasBoard.value ? <Figures isWall={isWall} /> : <Loading what="the figures" />}
    </div>
  );
}

/** The way into the wall view and out of it is one button to those who work by keys: it keeps the focus. */
function useWay(isWall: boolean) {
  const way = useRef<HTMLAnchorElement>(null);
  const was = useRef(isWall);
  useEffect(() => {
    if (was.current !== isWall) way.current?.focus({ preventScroll: true });
    was.current = isWall;
    if (!isWall) return undefined;
    const leave = ({ key }: KeyboardEvent): void => {
      // The first Escape ends the full screen, where there is one.
      if (key === 'Escape' && document.fullscreenElement === null) go('#/');
    };
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, [isWall]);
  return way;
}

function WallHead({ isWall }: { readonly isWall: boolean }) {
  const way = useWay(isWall);
  return (
    <header class="wall-head">
      <h1 class={isWall ? 'unseen' : undefined}>Wallboard</h1>
      {hasBoard.value ? <Verdict /> : <div class="verdict" />}
      <p class="wall-clock figure" aria-hidden="true">
        {timeOf(tick.value)}
      </p>
      <div class="actions">
        {isWall ? (
          <>
            <button type="button" class="quiet" onClick={toggleFullScreen} aria-label="Full screen" title="Full screen">
              <Icon name="expand" />
            </button>
            <a
              ref={way}
              class="button quiet"
              href="#/"
              aria-label="Leave the wall view"
              title="Leave the wall view (Escape)"
            >
              <Icon name="close" />
            </a>
          </>
        ) : (
          <a ref={way} class="button" href="#/?wall">
            <Icon name="screen" /> Wall view
          </a>
        )}
      </div>
    </header>
  );
}

/** A browser may refuse; then it stays as it is. */
function toggleFullScreen(): void {
  const done =
    document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen();
  done.catch(() => undefined);
}

const Figures = ({ isWall }: { readonly isWall: boolean }) => (
  <>
    <TotalsLine />
    <section class="tiles" data-count={services.value.length} aria-labelledby="wall-services">
      <h2 id="wall-services" class="unseen">
        Services
      </h2>
      {services.value.map((row) => (
        <ServiceTile key={row.id} row={row} />
      ))}
      {services.value.length === 0 ? (
        <Empty title="No services yet">Apply a routing file: `ipnt apply -f routing.yaml`.</Empty>
      ) : null}
    </section>
    <section class="sites" data-count={sites.value.length} aria-labelledby="wall-sites">
      <div class="section-head">
        <h2 id="wall-sites">Sites</h2>
        <Edges />
      </div>
      {sites.value.map((site) => (
        <SiteCard key={site.id} site={site} queues={queuesBySite.value.get(site.id) ?? NO_QUEUES} />
      ))}
    </section>
    {isWall ? null : <LatePlots />}
  </>
);

const Edges = () => (
  <ul class="edges" aria-label="Edges">
    {edges.value.map((edge) => (
      <li key={edge.id}>
        {edge.id} <LookPill look={EDGE_LOOKS[edge.state]} /> <span class="muted">{counted(edge.calls, 'call')}</span>
      </li>
    ))}
  </ul>
);

/** The plots come after the first figures: what draws them is the largest part of the page. */
function LatePlots() {
  const [Plots, setPlots] = useState<ComponentType | null>(null);
  useEffect(() => {
    // Without them the wallboard is what it is for.
    import('../wall/plots.tsx').then(
      (module) => setPlots(() => module.Plots),
      () => undefined,
    );
  }, []);
  return Plots === null ? null : <Plots />;
}
