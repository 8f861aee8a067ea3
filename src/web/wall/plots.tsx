import { useMemo, useState } from 'preact/hooks';
import { percent, shortSpan } from '../../core/explain/text.ts';
import type { IntervalCounts } from '../../core/model/counts.ts';
import { get } from '../api.ts';
import { serverNowMs } from '../clock.ts';
import { number, timeOf } from '../format.ts';
import { services } from '../live.ts';
import { Select } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useLoad } from '../parts/use-load.ts';
import { Plot } from './plot.tsx';
import type { Line, Quarter } from './series.ts';
import { quarters } from './series.ts';

const HOURS = ['4', '8', '12', '24'];
const HOUR_MS = 3_600_000;
const EVERY_MS = 60_000;

interface Answer {
  readonly quarters: readonly Quarter[];
}

async function load(service: string, hours: number, signal: AbortSignal): Promise<Answer> {
  const to = Math.round(serverNowMs());
  const from = to - hours * HOUR_MS;
  const { items } = await get<{ items: readonly IntervalCounts[] }>('/v1/intervals', { from, to, service }, signal);
  return { quarters: quarters(items, from, to) };
}

/** The last hours in three pictures, of all services or of one. */
export function Plots() {
  const [service, setService] = useState('');
  const [hours, setHours] = useState('8');
  const { data, problem, reload } = useLoad(
    `${service} ${hours}`,
    (signal) => load(service, Number(hours), signal),
    EVERY_MS,
  );
  const rows = services.value;
  const chosen = rows.find(({ id }) => id === service);
  // As the clock above, and whoever looks.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <section class="plots" aria-labelledby="wall-plots">
      <div class="section-head">
        <h2 id="wall-plots">The last hours</h2>
        <div class="actions">
          <Select
            label="Service"
            isBare
            value={service}
            onValue={setService}
            choices={[{ value: '', title: 'All services' }, ...rows.map(({ id, title }) => ({ value: id, title }))]}
          />
          <Select
            label="Hours"
            isBare
            value={hours}
            onValue={setHours}
            choices={HOURS.map((value) => ({ value, title: `${value} hours` }))}
          />
        </div>
      </div>
      {problem === null ? null : <ProblemNote problem={problem} again={reload} />}
      {data === null ? null : (
        <Pictures quarters={data.quarters} zone={zone} target={chosen?.serviceLevelTarget ?? null} />
      )}
    </section>
  );
}

interface PicturesProps {
  readonly quarters: readonly Quarter[];
  readonly zone: string;
  /** Of one service: all together have no target of their own. */
  readonly target: number | null;
}

const seconds = (ms: number | null): string => shortSpan(ms) ?? '–';
/** Steps in which waits are read. */
const ROUND_MS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600].map((one) => one * 1_000);
const part = (value: number | null): string => percent(value) ?? '–';

function Pictures({ quarters: all, zone, target }: PicturesProps) {
  const startsMs = useMemo(() => all.map(({ startMs }) => startMs), [all]);
  const calls = useMemo(() => callLines(all), [all]);
  const waits = useMemo(() => waitLines(all), [all]);
  const levels = useMemo(() => levelLines(all, target), [all, target]);
  return (
    <>
      <div class="plot-row">
        <figure class="card">
          <h3>Calls by quarter of an hour</h3>
          <Plot startsMs={startsMs} lines={calls} zone={zone} format={number} top={4} />
        </figure>
        <figure class="card">
          <h3>Waits of those who reached an agent</h3>
          <Plot startsMs={startsMs} lines={waits} zone={zone} format={seconds} top={20_000} steps={ROUND_MS} />
        </figure>
        <figure class="card">
          <h3>Service level</h3>
          <Plot startsMs={startsMs} lines={levels} zone={zone} format={part} top={1} />
        </figure>
      </div>
      <details class="as-table">
        <summary>As a table</summary>
        <QuarterTable quarters={all} zone={zone} />
      </details>
      <p class="muted small">
        Times of {zone}, as this computer has them. A call counts in the quarter in which it came in; the last quarter
        is not over yet.
      </p>
    </>
  );
}

/** Abandoned stands on reached, and the step above both is all that came in. The later is drawn over the earlier. */
const callLines = (all: readonly Quarter[]): readonly Line[] => [
  {
    label: 'Abandoned',
    ink: '--plot-bad',
    kind: 'bars',
    values: all.map(({ reached, abandoned }) => reached + abandoned),
    says: all.map(({ abandoned }) => abandoned),
  },
  { label: 'Reached', ink: '--plot-main', kind: 'bars', values: all.map(({ reached }) => reached) },
  { label: 'Offered', ink: '--text', kind: 'steps', values: all.map(({ offered }) => offered) },
];

const waitLines = (all: readonly Quarter[]): readonly Line[] => [
  {
    label: 'Longest',
    ink: '--plot-bad',
    kind: 'steps',
    isDashed: true,
    values: all.map(({ longestWaitMs }) => longestWaitMs),
  },
  { label: 'Mean', ink: '--plot-main', kind: 'steps', values: all.map(({ meanWaitMs }) => meanWaitMs) },
];

const levelLines = (all: readonly Quarter[], target: number | null): readonly Line[] => [
  ...(target === null
    ? []
    : [{ label: 'Target', ink: '--text', kind: 'steps', isDashed: true, values: all.map(() => target) } as const]),
  { label: 'Service level', ink: '--plot-main', kind: 'steps', values: all.map(({ level }) => level) },
];

const QuarterTable = ({ quarters: all, zone }: Omit<PicturesProps, 'target'>) => (
  <div class="table-frame">
    <table class="table">
      <caption class="unseen">Calls, waits and service level by quarter of an hour, the latest first</caption>
      <thead>
        <tr>
          {['From', 'Offered', 'Reached', 'Abandoned', 'Other', 'Mean wait', 'Longest wait', 'Service level'].map(
            (title) => (
              <th key={title} scope="col" class={title === 'From' ? undefined : 'number'}>
                {title}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {all.toReversed().map((one) => (
          <tr key={one.startMs}>
            <th scope="row">{timeOf(one.startMs, zone)}</th>
            <td class="number" data-label="Offered">
              {number(one.offered)}
            </td>
            <td class="number" data-label="Reached">
              {number(one.reached)}
            </td>
            <td class="number" data-label="Abandoned">
              {number(one.abandoned)}
            </td>
            <td
              class={one.other.isOdd ? 'number odd' : 'number'}
              data-label="Other"
              title={one.other.says || undefined}
            >
              {number(one.other.count)}
            </td>
            <td class="number" data-label="Mean wait">
              {seconds(one.meanWaitMs)}
            </td>
            <td class="number" data-label="Longest wait">
              {seconds(one.longestWaitMs)}
            </td>
            <td class="number" data-label="Service level">
              {part(one.level)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
