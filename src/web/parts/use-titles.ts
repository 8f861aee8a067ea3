import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Titles } from '../../core/explain/titles.ts';
import type { Listing } from '../api.ts';
import { get } from '../api.ts';

export interface Named {
  readonly id: string;
  readonly title: string;
}

export interface Names {
  readonly services: readonly Named[];
  readonly sites: readonly Named[];
  readonly agents: readonly Named[];
  readonly titles: Titles;
  /** They came, or cannot be had. */
  readonly isKnown: boolean;
}

const mapOf = (all: readonly Named[]): ReadonlyMap<string, string> => new Map(all.map(({ id, title }) => [id, title]));

const namesOf = (
  services: readonly Named[],
  sites: readonly Named[],
  agents: readonly Named[],
  isKnown = true,
): Names => ({
  ...{ services, sites, agents, isKnown },
  titles: { services: mapOf(services), sites: mapOf(sites), agents: mapOf(agents) },
});

const names = signal<Names>(namesOf([], [], [], false));
let loadedMs = 0;
const KEPT_MS = 60_000;
/** More agents than this are told by their numbers. */
const MOST_PAGES = 5;

async function all(path: string): Promise<readonly Named[]> {
  const items: Named[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const listing = await get<Listing<Named>>(path, { limit: 1_000, cursor });
    items.push(...listing.items);
    if (listing.next === null) break;
    cursor = listing.next;
  }
  return items;
}

/** What services, sites and agents are called, for lists and choices. Without them names are shown as they are: no page fails. */
export function useNames(): Names {
  useEffect(() => {
    if (Date.now() - loadedMs < KEPT_MS) return;
    loadedMs = Date.now();
    Promise.all([all('/v1/services'), all('/v1/sites'), all('/v1/agents')]).then(
      ([services, sites, agents]) => (names.value = namesOf(services, sites, agents)),
      () => {
        loadedMs = 0;
        names.value = { ...names.value, isKnown: true };
      },
    );
  }, []);
  return names.value;
}
