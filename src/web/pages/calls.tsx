import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { agentName, serviceName } from '../../core/explain/titles.ts';
import { printable, span } from '../../core/explain/text.ts';
import type { CallSummary } from '../../core/model/call-summary.ts';
import { serverNowMs } from '../clock.ts';
import { dayOf, exactTimeOf } from '../format.ts';
import { agentMeant } from '../parts/agent-meant.ts';
import { CallsForm } from '../parts/calls-form.tsx';
import { phaseOf, talkOf } from '../parts/calls-live.ts';
import type { CallsQuery } from '../parts/calls-query.ts';
import { fromAddress, toAddress, toFilter } from '../parts/calls-query.ts';
import { ListingFoot, usePaged } from '../parts/listing.tsx';
import { OutcomePill } from '../parts/outcome.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { Empty, Loading, ProblemNote } from '../parts/problem.tsx';
import { Since } from '../parts/since.tsx';
import type { Column } from '../parts/table.tsx';
import { Table } from '../parts/table.tsx';
import { useLiveCalls } from '../parts/use-live-calls.ts';
import type { Named, Names } from '../parts/use-titles.ts';
import { useNames } from '../parts/use-titles.ts';
import type { PageProps } from '../router.ts';
import { go, href } from '../router.ts';
import '../styles/calls.css';

const PAGE_SIZE = 50;

/** Looks for calls. What is looked for stands in the address: it can be linked, and the back button knows it. */
export default function CallsPage({ route }: PageProps) {
  const search = route.query.toString();
  const names = useNames();
  // The same search again is asked again: there may be new calls.
  const [turn, setTurn] = useState(0);
  const searchFor = (query: CallsQuery): void => {
    const address = toAddress(query);
    if (address === toAddress(fromAddress(search))) setTurn((old) => old + 1);
    else go(addressOf(query));
  };
  return (
    <>
      <PageHead title="Calls" />
      <CallsForm query={fromAddress(search)} names={names} onSearch={searchFor} />
      <Results key={`results ${search}`} search={search} turn={turn} names={names} />
    </>
  );
}

function addressOf(query: CallsQuery): string {
  const address = toAddress(query);
  return `${href('calls')}${address === '' ? '' : `?${address}`}`;
}

interface ResultsProps {
  readonly search: string;
  /** Counts how often the same was asked for. */
  readonly turn: number;
  readonly names: Names;
}

function Results({ search, turn, names }: ResultsProps) {
  const query = useMemo(() => fromAddress(search), [search]);
  const meant = agentMeant(query.agent, names);
  const agentId = 'agentId' in meant ? meant.agentId : null;
  const filter = useMemo(() => toFilter({ ...query, agent: agentId ?? '' }, serverNowMs()), [query, turn, agentId]);
  const isWaiting = query.agent !== '' && !names.isKnown;
  usePage('Calls', typeof filter === 'string' || (agentId === null && !isWaiting));
  if (isWaiting) return <Loading what="calls" />;
  if ('says' in meant) return <WhichAgent {...meant} query={query} />;
  if (typeof filter === 'string') return <Empty title="This search makes no sense">{filter}</Empty>;
  return <Found key={meant.agentId} filter={filter} query={query} turn={turn} names={names} />;
}

interface WhichProps {
  readonly says: string;
  readonly several: readonly Named[];
  readonly query: CallsQuery;
}

/** What was typed for an agent means nobody, or several. */
const WhichAgent = ({ says, several, query }: WhichProps) => (
  <Empty title={says}>
    {several.length === 0
      ? 'Write a part of a name or number, or choose one from the list.'
      : several.map(({ id, title }, index) => (
          <span key={id}>
            {index === 0 ? 'Which one? ' : ', '}
            <a href={addressOf({ ...query, agent: id })}>{title}</a>
          </span>
        ))}
  </Empty>
);

interface FoundProps extends Pick<ResultsProps, 'turn' | 'names'> {
  readonly filter: Readonly<Record<string, string>>;
  readonly query: CallsQuery;
}

function Found({ filter, query, turn, names }: FoundProps) {
  const paged = usePaged<CallSummary>('/v1/calls', { ...filter, limit: PAGE_SIZE });
  const { problem, reload } = paged;
  const items = useLiveCalls(paged.items);
  usePage('Calls', items !== null || problem !== null);
  const asked = useRef(turn);
  useEffect(() => {
    if (asked.current !== turn) reload();
    asked.current = turn;
  }, [turn]);
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
            onSorting={() => go(addressOf(other))}
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
function Waited({ call }: { readonly call: CallSummary }) {
  const { waitMs, arrivedAtMs, endedAtMs } = call;
  if (waitMs !== null) return <>{span(waitMs)}</>;
  if (endedAtMs !== null) return <>{span(endedAtMs - arrivedAtMs)}</>;
  return phaseOf(call) === 'waiting' ? <Since sinceMs={arrivedAtMs} format={span} /> : NOTHING;
}

const Talked = ({ talkMs }: { readonly talkMs: number | null }) => <>{talkMs === null ? NOTHING : span(talkMs)}</>;

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
  { key: 'talked', title: 'Talked', isNumber: true, cell: (call) => <Talked talkMs={talkOf(call)} /> },
  {
    ...{ key: 'outcome', title: 'Outcome' },
    cell: (call) => <OutcomePill outcome={call.outcome} phase={phaseOf(call)} />,
  },
];
