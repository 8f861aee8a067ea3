import { useState } from 'preact/hooks';
import { agentName, serviceName } from '../../core/explain/titles.ts';
import { printable, span } from '../../core/explain/text.ts';
import type { CallSummary } from '../../core/model/call-summary.ts';
import { serverNowMs } from '../clock.ts';
import { dayOf, exactTimeOf } from '../format.ts';
import { CallsForm } from '../parts/calls-form.tsx';
import { fromAddress, toAddress, toFilter } from '../parts/calls-query.ts';
import { ListingFoot, usePaged } from '../parts/listing.tsx';
import { OutcomePill } from '../parts/outcome.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { Empty, Loading, ProblemNote } from '../parts/problem.tsx';
import { Since } from '../parts/since.tsx';
import type { Column } from '../parts/table.tsx';
import { Table } from '../parts/table.tsx';
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
      <CallsForm query={query} names={names} onSearch={(wanted) => searchFor(toAddress(wanted), search)} />
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

function Results({ search, names }: ResultsProps) {
  const [filter] = useState(() => toFilter(fromAddress(search), serverNowMs()));
  const isWrong = typeof filter === 'string';
  usePage('Calls', isWrong);
  return isWrong ? (
    <Empty title="This search makes no sense">{filter}</Empty>
  ) : (
    <Found filter={filter} search={search} names={names} />
  );
}

interface FoundProps extends ResultsProps {
  readonly filter: Readonly<Record<string, string>>;
}

function Found({ filter, search, names }: FoundProps) {
  const query = fromAddress(search);
  const paged = usePaged<CallSummary>('/v1/calls', { ...filter, limit: PAGE_SIZE });
  const { items, problem, reload } = paged;
  usePage('Calls', items !== null || problem !== null);
  const other = { ...query, newestFirst: !query.newestFirst };
  return (
    <>
      {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
      {items === null && problem === null ? <Loading what="calls" /> : null}
      {items?.length === 0 ? (
        <Empty title="No call was found">Look in a longer time, or take a part of the search away.</Empty>
      ) : null}
      {items === null || items.length === 0 ? null : (
        <div class="calls-found">
          <Table
            caption="Calls found"
            columns={columnsOf(names)}
            rows={items}
            rowKey={({ callId }) => callId}
            sorting={{ by: 'arrived', isDown: query.newestFirst }}
            onSorting={() => searchFor(toAddress(other), search)}
          />
          <ListingFoot paged={paged} title={query.newestFirst ? 'Earlier calls' : 'Later calls'} />
        </div>
      )}
    </>
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
