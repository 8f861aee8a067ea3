import type { ComponentType } from 'preact';
import type { Right } from '../core/model/person.ts';
import type { PageName, PageProps } from './router.ts';

interface PageEntry {
  /** What must be allowed to see it; null: whoever is logged in may. */
  readonly right: Right | null;
  /** Loaded when it is first asked for. */
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
}

export const PAGE_TABLE: Readonly<Record<Exclude<PageName, 'login' | 'missing'>, PageEntry>> = {
  wall: { right: 'look', load: () => import('./pages/wall.tsx') },
  agents: { right: 'look', load: () => import('./pages/agents.tsx') },
  waiting: { right: 'look', load: () => import('./pages/waiting.tsx') },
  calls: { right: 'look', load: () => import('./pages/calls.tsx') },
  call: { right: 'look', load: () => import('./pages/call.tsx') },
  services: { right: 'look', load: () => import('./pages/services.tsx') },
  service: { right: 'look', load: () => import('./pages/service.tsx') },
  people: { right: 'administer', load: () => import('./pages/people.tsx') },
  api: { right: 'look', load: () => import('./pages/api.tsx') },
  account: { right: null, load: () => import('./pages/account.tsx') },
  self: { right: 'see_self', load: () => import('./pages/self.tsx') },
};

/** The page to begin with, `#/`: the wallboard, or his own of an agent, who may not see that one. */
export const homeOf = (rights: readonly Right[]): PageName => (rights.includes('see_self') ? 'self' : 'wall');

/** Fetches a page's part ahead of its use. That it cannot be had is told where it is shown. */
export function fetchPage(page: PageName): void {
  if (page !== 'login' && page !== 'missing') PAGE_TABLE[page].load().catch(() => undefined);
}

/** The navigation: which pages lie below an entry tells which one is marked. */
export const NAVIGATION: readonly {
  readonly title: string;
  readonly address: string;
  readonly right: Right;
  readonly pages: readonly PageName[];
}[] = [
  { title: 'My status', address: '#/', right: 'see_self', pages: ['self'] },
  { title: 'Wallboard', address: '#/', right: 'look', pages: ['wall'] },
  { title: 'Agents', address: '#/agents', right: 'look', pages: ['agents'] },
  { title: 'Waiting', address: '#/waiting', right: 'look', pages: ['waiting'] },
  { title: 'Calls', address: '#/calls', right: 'look', pages: ['calls', 'call'] },
  { title: 'Services', address: '#/services', right: 'look', pages: ['services', 'service'] },
  { title: 'People', address: '#/people', right: 'administer', pages: ['people'] },
  { title: 'API', address: '#/api', right: 'look', pages: ['api'] },
];
