import { computed } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Frame } from './frame.tsx';
import { LoginPage } from './pages/login.tsx';
import { isPageReady, PageHead } from './parts/page.tsx';
import { Empty, Loading, ProblemNote } from './parts/problem.tsx';
import type { PageProps, Route } from './router.ts';
import { go, route } from './router.ts';
import { homeOf, PAGE_TABLE } from './routes.ts';
import { loadSession, may, me, sessionProblem } from './session.ts';

/** Where we are, once it is known who looks. */
const shownRoute = computed<Route>(() => {
  const [here, who] = [route.value, me.value];
  return here.page === 'wall' && who ? { ...here, page: homeOf(who.rights) } : here;
});

/** Who looks decides what is shown: the login, or the page that the address names. */
export function App() {
  const who = me.value;
  const here = shownRoute.value;
  if (sessionProblem.value !== null)
    return (
      <main class="alone">
        <ProblemNote problem={sessionProblem.value} again={() => void loadSession()} />
      </main>
    );
  if (who === undefined) return <main class="alone" />;
  // The address stays as it is: whoever logs in lands where he wanted to go.
  if (who === null) return <LoginPage />;
  if (here.page === 'login') {
    go('#/');
    return null;
  }
  return (
    <Frame me={who} here={here}>
      <Main here={here} />
    </Frame>
  );
}

/** The page's place. Going elsewhere moves the focus there, as a new document would. */
function Main({ here }: { readonly here: Route }) {
  const main = useRef<HTMLElement>(null);
  const place = `${here.page} ${here.param}`;
  const shown = useRef(place);
  if (shown.current !== place) isPageReady.value = false;
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [place]);
  return (
    <main id="main" ref={main} tabIndex={-1} data-page={here.page} data-ready={isPageReady.value ? 'true' : undefined}>
      <Page key={place} here={here} />
    </main>
  );
}

type State = { readonly page: ComponentType<PageProps> } | { readonly failed: true } | null;

function Page({ here }: { readonly here: Route }) {
  const [state, setState] = useState<State>(null);
  const entry = here.page === 'login' || here.page === 'missing' ? null : PAGE_TABLE[here.page];
  const isAllowed = entry !== null && (entry.right === null || may(entry.right));
  useEffect(() => {
    if (entry === null || !isAllowed) {
      isPageReady.value = true;
      return;
    }
    entry.load().then(
      (module) => setState({ page: module.default }),
      () => setState({ failed: true }),
    );
  }, [entry, isAllowed]);
  if (entry === null)
    return (
      <>
        <PageHead title="No such page" />
        <Empty title="There is no such page">Choose one from the menu.</Empty>
      </>
    );
  if (!isAllowed)
    return (
      <>
        <PageHead title="Not for you" />
        <Empty title="Your role may not see this page">An administrator can change that.</Empty>
      </>
    );
  if (state === null) return <Loading what="the page" />;
  if ('failed' in state) return <ProblemNote problem={OUTDATED} again={() => location.reload()} />;
  const Shown = state.page;
  return <Shown route={here} />;
}

/** A part of the pages that is gone: the program was updated since this page was opened, or the network is away. */
const OUTDATED = {
  title: 'This page could not be loaded',
  detail: 'The server was updated, or does not answer.',
  status: 0,
  code: '',
  cure: 'load the page again',
  faults: [],
};
