import { computed } from '@preact/signals';
import { requirementText } from '../../core/explain/requirement.ts';
import { counted } from '../../core/explain/text.ts';
import type { WaitingLine } from '../../core/model/board.ts';
import { serverNowMs, tick } from '../clock.ts';
import { hasBoard, isOld, services, sites, useLive, waiting } from '../live.ts';
import { LiveNote } from '../parts/live-note.tsx';
import { PageHead, usePage } from '../parts/page.tsx';
import { Pill } from '../parts/pill.tsx';
import { Empty, Loading } from '../parts/problem.tsx';
import { Since } from '../parts/since.tsx';
import type { Column } from '../parts/table.tsx';
import { Table } from '../parts/table.tsx';
import type { PageProps } from '../router.ts';
import { href } from '../router.ts';
import '../styles/waiting.css';

const serviceRows = computed(() => new Map(services.value.map((row) => [row.id, row])));
const siteTitles = computed(() => new Map(sites.value.map(({ id, title }) => [id, title])));

const COLUMNS: readonly Column<WaitingLine>[] = [
  {
    key: 'position',
    title: 'Place',
    cell: ({ position }) => position,
    sort: ({ position }) => position,
    isNumber: true,
  },
  {
    key: 'service',
    title: 'Service',
    isHead: true,
    cell: ({ service }) => <a href={href('services', service)}>{serviceRows.value.get(service)?.title ?? service}</a>,
    sort: ({ service }) => serviceRows.value.get(service)?.title ?? service,
  },
  {
    key: 'waited',
    title: 'Waited',
    isNumber: true,
    cell: ({ arrivedAtMs }) => (
      <span class="waited">
        <Since sinceMs={arrivedAtMs} />
      </span>
    ),
    sort: ({ arrivedAtMs }) => -arrivedAtMs,
  },
  {
    key: 'state',
    title: 'State',
    cell: (line) => <State line={line} />,
    sort: ({ isOffering }) => isOffering,
  },
  {
    key: 'priority',
    title: 'Priority',
    isNumber: true,
    cell: ({ priority }) => priority,
    sort: ({ priority }) => priority,
  },
  {
    key: 'step',
    title: 'Step',
    isNumber: true,
    cell: ({ step }) => (step === 0 ? <span class="muted">none yet</span> : step),
    sort: ({ step }) => step,
  },
  {
    key: 'requirement',
    title: 'Asks for',
    cell: ({ requirement }) => requirementText(requirement, siteTitles.value),
  },
  { key: 'call', title: 'Call', cell: ({ id }) => <a href={href('calls', id)}>Open</a> },
];

/** A call that waits for longer than its service's T says so by a word. */
function State({ line }: { readonly line: WaitingLine }) {
  if (line.isOffering)
    return (
      <Pill tone="busy" icon="ringing">
        an agent is being rung
      </Pill>
    );
  return isLate(line) ? (
    <Pill tone="warn" icon="warn">
      waiting for long
    </Pill>
  ) : (
    <Pill tone="calm" icon="clock">
      waiting
    </Pill>
  );
}

const isLate = ({ arrivedAtMs, service }: WaitingLine): boolean =>
  serverNowMs(tick.value) - arrivedAtMs > (serviceRows.value.get(service)?.serviceLevelMs ?? Infinity);

/** Calls that wait at the edges, in the order in which they will get an agent who can do what they ask for. */
export default function WaitingPage(_: PageProps) {
  useLive();
  usePage('Waiting calls', hasBoard.value);
  const rows = waiting.value;
  const rung = rows.filter(({ isOffering }) => isOffering).length;
  return (
    <div class={isOld.value ? 'is-old' : undefined}>
      <PageHead
        title="Waiting calls"
        says={
          rows.length === 0 ? undefined : `${counted(rows.length, 'call')}; for ${rung} of them an agent is being rung`
        }
      />
      <LiveNote />
      {!hasBoard.value ? (
        <Loading what="the waiting calls" />
      ) : rows.length === 0 ? (
        <Empty title="Nobody is waiting">
          Calls that come in and find no agent free appear here, first come first.
        </Empty>
      ) : (
        <Table
          caption="Waiting calls in their order"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ id }) => id}
          sorting={{ by: 'position', isDown: false }}
          rowClass={(line) => (line.isOffering ? 'is-rung' : '')}
        />
      )}
    </div>
  );
}
