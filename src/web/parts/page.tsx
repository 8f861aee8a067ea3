import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** The page's first figures are shown: <main> carries it as `data-ready`, for tests and for whoever measures. */
export const isPageReady = signal(false);

/** What each page says about itself: its title, and once it has something to show. */
export function usePage(title: string, isReady: boolean): void {
  useEffect(() => {
    document.title = `${title} · ipnt`;
  }, [title]);
  useEffect(() => {
    if (isReady) isPageReady.value = true;
  }, [isReady]);
}

interface PageHeadProps {
  readonly title: string;
  /** A line below it. */
  readonly says?: ComponentChildren;
  /** Buttons at its right. */
  readonly children?: ComponentChildren;
}

/** A page's heading, the only h1. */
export const PageHead = ({ title, says, children }: PageHeadProps) => (
  <header class="page-head">
    <div>
      <h1>{title}</h1>
      {says === undefined ? null : <p class="muted">{says}</p>}
    </div>
    {children === undefined ? null : <div class="actions">{children}</div>}
  </header>
);

/** Filters and buttons above a table. */
export const Toolbar = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  <div class="toolbar" role="group" aria-label={label}>
    {children}
  </div>
);
