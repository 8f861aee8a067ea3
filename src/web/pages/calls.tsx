import { useState } from 'preact/hooks';
import { agentName, serviceName } from '../../core/explain/titles.ts';
import { printable, span } from '../../core/explain/text.ts';
import type { CallSummary } from '../answers.ts';
import type { Listing, Problem } from '../api.ts';
import { get, problemOf } from '../api.ts';
import { serverNowMs } from '../clock.ts';
import { dayOf, exactTimeOf } from '../format.ts';
import { CallsForm } from '../parts/calls-form.tsx';
import { fromAddress, toAddress, toFilter } from '../parts/calls-query.ts';
import { OutcomePill } from '../parts/outcome.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { Empty, Loading, ProblemNote } from '../parts/problem.tsx';
import { Since } from '../parts/since.tsx';
import type { Column } from '../parts/table.tsx';
import { Table } from '../parts/table.tsx';
import { useLoad } from '../parts/use-load.ts';
import type { Names } from '../parts/use-titles.ts';
import { useNames } from '../parts/use-titles.ts';
import type { PageProps } from '../router.ts';
import { go, href } from '../router.ts';
import '../styles/calls.css';

const PAGE_SIZE = 50;

/** Looks for calls. What is looked for stands in the address: it can be linked, and the back button knows it. */
export default function CallsPage({ route }: PageProps) {
  const search = route.query.toString();
  const query = fromAddress(search);
  const names = useNames();
  return (
    <>
      <PageHead title="Calls" />
      {/* A link to another search fills the form anew. */}
      <CallsForm key={search} query={query} names={names} onSearch={(wanted) => searchFor(toAddress(wanted), search)} />
      <Results key={`results ${search}`} search={search} names={names} />
    </>
  );
}

function searchFor(address: string, now: string): void {
  // The same search again is asked again: there may be new calls.
  if (address === now) dispatchEvent(new HashChangeEvent('hashchange'));
  else go(`${href('calls')}${address === '' ? '' : `?${address}`}`);
}

interface ResultsProps {
  readonly search: string;
  readonly names: Names;
}

interface More {
  readonly items: readonly CallSummary[];
  readonly next: string | null;
}

function Results({ search, names }: ResultsProps) {
  const query = fromAddress(search);
  const [filter] = useState(() => toFilter(query, serverNowMs()));
  const isWrong = typeof filter === 'string';
  const { data, problem, reload } = useLoad(`calls ${search}`, (signal) =>
    isWrong
      ? Promise.resolve<Listing<CallSummary>>({ items: [], next: null })
      : get<Listing<CallSummary>>('/v1/calls', { ...filter, limit: PAGE_SIZE }, signal),
  );
  const [more, setMore] = useState<More | null>(null);
  usePage('Calls', data !== null || problem !== null);
  if (isWrong) return <Empty title="This search makes no sense">{filter}</Empty>;
  if (data === null)
    return problem === null ? <Loading what="calls" /> : <ProblemNote problem={problem} again={reload} />;
  const items = more === null ? data.items : [...data.items, ...more.items];
  const next = more === null ? data.next : more.next;
  if (items.length === 0)
    return <Empty title="No call was found">Look in a longer time, or take a part of the search away.</Empty>;
  return (
    <>
      {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
      <Table
        caption="Calls found"
        columns={columnsOf(names)}
        rows={items}
        rowKey={({ callId }) => callId}
        sorting={{ by: 'arrived', isDown: query.newestFirst }}
        onSorting={() =>
          go(
            href(
              'calls',
              '',
              Object.fromEntries(new URLSearchParams(toAddress({ ...query, newestFirst: !query.newestFirst }))),
            ),
          )
        }
      />
      <Foot
        shown={items.length}
        next={next}
        title={query.newestFirst ? 'Earlier calls' : 'Later calls'}
        load={async (cursor) => {
          const page = await get<Listing<CallSummary>>('/v1/calls', { ...filter, limit: PAGE_SIZE, cursor });
          setMore((old) => ({ items: [...(old?.items ?? []), ...page.items], next: page.next }));
        }}
      />
    </>
  );
}

interface FootProps {
  readonly shown: number;
  readonly next: string | null;
  readonly title: string;
  readonly load: (cursor: string) => Promise<void>;
}

function Foot({ shown, next, title, load }: FootProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = (cursor: string): void => {
    setBusy(true);
    setProblem(null);
    load(cursor)
      .catch((error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  return (
    <div class="table-foot">
      <p class="muted" role="status">
        {next === null ? `${shown === 1 ? 'One call' : `${shown} calls`} in all.` : `The first ${shown} are shown.`}
      </p>
      {problem === null ? null : <ProblemNote problem={problem} />}
      {next === null ? null : (
        <button type="button" disabled={isBusy} onClick={() => ask(next)}>
          {isBusy ? 'Loading …' : title}
        </button>
      )}
    </div>
  );
}

const NOTHING = <span class="muted">–</span>;

/** Where a call arrived on another day, its day is told too. */
const whenText = (ms: number): string =>
  dayOf(ms) === dayOf(serverNowMs()) ? exactTimeOf(ms) : `${dayOf(ms)}, ${exactTimeOf(ms)}`;

/** Of who was never answered, until the end; of who waits still, until now. */
function Waited({ call: { waitMs, arrivedAtMs, endedAtMs } }: { readonly call: CallSummary }) {
  if (waitMs !== null) return <>{span(waitMs)}</>;
  return endedAtMs === null ? <Since sinceMs={arrivedAtMs} format={span} /> : <>{span(endedAtMs - arrivedAtMs)}</>;
}

const columnsOf = ({ titles }: Names): readonly Column<CallSummary>[] => [
  {
    ...{ key: 'arrived', title: 'Arrived', isHead: true, sort: (call) => call.arrivedAtMs },
    cell: ({ callId, arrivedAtMs }) => (
      <a href={href('calls', callId)} class="figure">
        {whenText(arrivedAtMs)}
      </a>
    ),
  },
  {
    ...{ key: 'caller', title: 'Caller' },
    cell: ({ ani }) =>
      ani === '' ? <span class="muted">no number</span> : <span class="figure">{printable(ani)}</span>,
  },
  { key: 'service', title: 'Service', cell: ({ service }) => printable(serviceName(service, titles)) },
  {
    ...{ key: 'agent', title: 'Agent' },
    cell: ({ agentId }) => (agentId === '' ? NOTHING : printable(agentName(agentId, titles))),
  },
  { key: 'waited', title: 'Waited', isNumber: true, cell: (call) => <Waited call={call} /> },
  { key: 'talked', title: 'Talked', isNumber: true, cell: ({ talkMs }) => (talkMs === null ? NOTHING : span(talkMs)) },
  { key: 'outcome', title: 'Outcome', cell: ({ outcome }) => <OutcomePill outcome={outcome} /> },
];
