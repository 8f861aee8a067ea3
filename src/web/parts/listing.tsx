import { useState } from 'preact/hooks';
import type { Listing, Problem } from '../api.ts';
import { address, get } from '../api.ts';
import { ProblemNote } from './problem.tsx';
import { useDoing } from './use-doing.ts';
import { useLoad } from './use-load.ts';
import '../styles/listing.css';

type Query = Readonly<Record<string, string | number | undefined>>;

export interface Paged<T> {
  /** Null until the first page came. */
  readonly items: readonly T[] | null;
  readonly next: string | null;
  readonly problem: Problem | null;
  readonly reload: () => void;
  /** Puts the next page behind. */
  readonly more: (cursor: string) => Promise<void>;
}

/** A list of the API, page by page. For another query give the component another key: pages of two do not mix. */
export function usePaged<T>(path: string, query: Query): Paged<T> {
  const { data, problem, reload } = useLoad(address(path, query), (signal) => get<Listing<T>>(path, query, signal));
  const [later, setLater] = useState<Listing<T> | null>(null);
  return {
    items: data === null ? null : [...data.items, ...(later?.items ?? [])],
    next: later === null ? (data?.next ?? null) : later.next,
    problem,
    reload: () => {
      setLater(null);
      reload();
    },
    more: async (cursor) => {
      const page = await get<Listing<T>>(path, { ...query, cursor });
      setLater((old) => ({ items: [...(old?.items ?? []), ...page.items], next: page.next }));
    },
  };
}

interface FootProps {
  readonly paged: Paged<unknown>;
  /** `Earlier calls` */
  readonly title: string;
}

/** How much is shown, and a button for more. */
export function ListingFoot({ paged, title }: FootProps) {
  const { isBusy, problem, start } = useDoing();
  const shown = paged.items?.length ?? 0;
  const { next } = paged;
  return (
    <div class="table-foot">
      <p class="muted" role="status">
        {next === null ? `${shown} in all.` : `The first ${shown} are shown.`}
      </p>
      {problem === null ? null : <ProblemNote problem={problem} />}
      {next === null ? null : (
        <button
          type="button"
          disabled={isBusy}
          onClick={() =>
            start(
              () => paged.more(next),
              () => {},
            )
          }
        >
          {isBusy ? 'Loading …' : title}
        </button>
      )}
    </div>
  );
}
