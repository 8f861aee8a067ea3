import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { IconName } from './parts/icon.tsx';
import { Icon } from './parts/icon.tsx';
import type { Route } from './router.ts';
import { NAVIGATION } from './routes.ts';
import type { Me } from './session.ts';
import { logOut, may } from './session.ts';
import type { Theme } from './theme.ts';
import { setTheme, theme, THEMES } from './theme.ts';

interface FrameProps {
  readonly me: Me;
  readonly here: Route;
  readonly children: ComponentChildren;
}

/** What stands around every page: the way to it, who looks, light or dark. A wall shows the page alone. */
export function Frame({ me, here, children }: FrameProps) {
  const isWall = here.page === 'wall' && here.query.has('wall');
  useEffect(() => {
    document.documentElement.classList.toggle('is-wall', isWall);
  }, [isWall]);
  return (
    <>
      {isWall ? null : <Top me={me} here={here} />}
      {children}
    </>
  );
}

function Top({ me, here }: { readonly me: Me; readonly here: Route }) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [here]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the page
      </button>
      <header class="top">
        <a class="brand" href="#/">
          <BrandMark />
          ipnt
        </a>
        <button
          type="button"
          class="quiet menu-button"
          aria-expanded={isOpen}
          aria-controls="menu"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'close' : 'menu'} />
          Menu
        </button>
        <div id="menu" class={isOpen ? 'menu open' : 'menu'}>
          <nav aria-label="Pages">
            <ul>
              {NAVIGATION.filter((entry) => may(entry.right)).map((entry) => (
                <li key={entry.address}>
                  <a href={entry.address} aria-current={entry.pages.includes(here.page) ? 'page' : undefined}>
                    {entry.title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <ThemeSwitch />
          <Who me={me} isHere={here.page === 'account'} />
        </div>
      </header>
    </>
  );
}

/** Three lines that meet: calls of several places on their way to one. */
const BrandMark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d="M3 5c7 0 6 7 12 7M3 12h12M3 19c7 0 6-7 12-7" />
    <circle cx="18.5" cy="12" r="3" />
  </svg>
);

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: 'contrast', light: 'sun', dark: 'moon' };
const THEME_WORDS: Readonly<Record<Theme, string>> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
};

function ThemeSwitch() {
  const now = theme.value;
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'system';
  const says = `Colours: ${THEME_WORDS[now]}. Change to ${THEME_WORDS[next]}`;
  return (
    <button type="button" class="quiet theme" title={says} aria-label={says} onClick={() => setTheme(next)}>
      <Icon name={THEME_ICONS[now]} />
    </button>
  );
}

/** Who looks: the way to his account. */
const Who = ({ me, isHere }: { readonly me: Me; readonly isHere: boolean }) => (
  <div class="who">
    <a class="who-name" href="#/account" aria-current={isHere ? 'page' : undefined}>
      <Icon name="person" />
      <span class="unseen">Your account:</span> {me.name} <span class="muted">{me.role}</span>
    </a>
    <button type="button" class="quiet" onClick={() => void logOut().catch(() => location.reload())}>
      Log out
    </button>
  </div>
);
