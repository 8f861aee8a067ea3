import { useId } from 'preact/hooks';
import { span } from '../../core/explain/text.ts';
import { timeAxis } from '../../core/explain/timeline.ts';
import type { MarkKind, TimeAxis, Timeline, TimelineBar, TimelineLane } from '../../core/explain/timeline.ts';
import { exactTimeOf } from '../format.ts';
import '../styles/timeline.css';

/** A call as bars on an axis of time, and the same as a table for whoever does not see it. */
export function TimelinePicture({ timeline }: { readonly timeline: Timeline }) {
  const axis = timeAxis(timeline);
  const id = useId();
  const total = span(timeline.toMs - timeline.fromMs);
  const kinds = new Set(timeline.lanes.flatMap(({ bars }) => bars.map(({ kind }) => kind)));
  return (
    <figure class="timeline" aria-labelledby={id}>
      <figcaption id={id} class="timeline-caption">
        <span class="muted small">
          {timeline.isLive ? `${total} so far` : `${total} in all`}
          {axis.cut === null ? '' : '; a long stretch is drawn shorter'}
        </span>
        <ul class="timeline-legend small" aria-hidden="true">
          {LEGEND.filter(([kind]) => kinds.has(kind)).map(([kind, word]) => (
            <li key={kind} class={kind}>
              {word}
            </li>
          ))}
        </ul>
      </figcaption>
      <div class="timeline-drawn" aria-hidden="true">
        {timeline.lanes.map((lane) => (
          <Lane key={lane.agentId} lane={lane} axis={axis} />
        ))}
        <Marks timeline={timeline} axis={axis} />
        <Axis axis={axis} />
      </div>
      <details class="timeline-table">
        <summary>The same as a table</summary>
        <BarTable timeline={timeline} />
      </details>
    </figure>
  );
}

const LEGEND = [
  ['waiting', 'waiting'],
  ['ringing', 'ringing'],
  ['talking', 'talking'],
  ['handed', 'at the site'],
] as const;

const percent = (part: number): string => `${(part * 100).toFixed(3)}%`;

const Lane = ({ lane, axis }: { readonly lane: TimelineLane; readonly axis: TimeAxis }) => (
  <div class={lane.agentId === '' ? 'tl-lane caller' : 'tl-lane'}>
    <div class="tl-name">{lane.title}</div>
    <div class="tl-track">
      <Grid axis={axis} />
      {lane.bars.map((bar, index) => (
        <Bar key={`${bar.kind} ${bar.fromMs}`} bar={bar} next={lane.bars[index + 1] ?? null} axis={axis} />
      ))}
      {axis.cut === null ? null : <span class="tl-cut" style={{ left: percent(axis.cut.place) }} />}
    </div>
  </div>
);

const Grid = ({ axis }: { readonly axis: TimeAxis }) => (
  <>
    {axis.ticks.map((tick) => (
      <span key={tick.atMs} class="tl-line" style={{ left: percent(tick.place) }} />
    ))}
  </>
);

interface BarProps {
  readonly bar: TimelineBar;
  readonly next: TimelineBar | null;
  readonly axis: TimeAxis;
}

/** Below this part of the width a word does not fit into a bar. */
const WORD_FITS = 0.14;

function Bar({ bar, next, axis }: BarProps) {
  const [left, right] = [axis.place(bar.fromMs), axis.place(bar.toMs)];
  const word = span(bar.toMs - bar.fromMs);
  const isInside = right - left >= WORD_FITS;
  // Beside it, where nothing else stands there.
  const room = (next === null ? 1 : axis.place(next.fromMs)) - right;
  return (
    <>
      <span
        class={`tl-bar ${bar.kind}${bar.isOpen ? ' open' : ''}`}
        style={{ left: percent(left), width: percent(right - left) }}
        title={bar.says}
      >
        {isInside ? <span class="tl-word figure">{word}</span> : null}
      </span>
      {!isInside && room >= WORD_FITS ? (
        <span class="tl-word beside figure" style={{ left: percent(right) }}>
          {word}
          {bar.kind === 'ringing' ? bar.says.replace(/^[^,]*/, '') : ''}
        </span>
      ) : null}
    </>
  );
}

const MARKED: ReadonlySet<MarkKind> = new Set(['decided', 'stepped', 'moved', 'noted', 'incident']);

/** One line of points: what was decided and what changed, with as many words as have room. */
function Marks({ timeline, axis }: { readonly timeline: Timeline; readonly axis: TimeAxis }) {
  const marks = timeline.marks.filter(({ kind }) => MARKED.has(kind));
  if (marks.length === 0) return null;
  const places = marks.map(({ atMs }) => axis.place(atMs));
  let free = 0;
  return (
    <div class="tl-lane marks">
      <div class="tl-name">Decisions, steps</div>
      <div class="tl-track">
        {marks.map((mark, index) => {
          const place = places[index] ?? 0;
          const room = (places[index + 1] ?? 1.05) - place;
          const isSaid = place >= free && room >= 0.012 * mark.label.length;
          if (isSaid) free = place + 0.012 * mark.label.length;
          return (
            <span
              key={mark.seq}
              class={`tl-mark ${mark.kind}${place > 0.85 ? ' late' : ''}`}
              style={{ left: percent(place) }}
              title={mark.label}
            >
              {isSaid ? <span class="tl-mark-word">{mark.label}</span> : null}
            </span>
          );
        })}
      </div>
    </div>
  );
}

const Axis = ({ axis }: { readonly axis: TimeAxis }) => (
  <div class="tl-lane axis">
    <div class="tl-name" />
    <div class="tl-track">
      {axis.ticks.map((tick) => (
        <span
          key={tick.atMs}
          class={`tl-tick figure${tick.place > 0.95 ? ' last' : tick.place < 0.02 ? ' first' : ''}`}
          style={{ left: percent(tick.place) }}
        >
          {tick.label}
        </span>
      ))}
    </div>
  </div>
);

const BarTable = ({ timeline }: { readonly timeline: Timeline }) => (
  <table class="table">
    <caption class="unseen">The timeline as a table</caption>
    <thead>
      <tr>
        <th scope="col">From</th>
        <th scope="col">Who</th>
        <th scope="col">What</th>
      </tr>
    </thead>
    <tbody>
      {timeline.lanes
        .flatMap((lane) => lane.bars.map((bar) => ({ lane, bar })))
        .sort((a, b) => a.bar.fromMs - b.bar.fromMs)
        .map(({ lane, bar }) => (
          <tr key={`${lane.agentId} ${bar.kind} ${bar.fromMs}`}>
            <td data-label="From" class="figure">
              {exactTimeOf(bar.fromMs)}
            </td>
            <th scope="row" data-label="Who">
              {lane.title}
            </th>
            <td data-label="What">{bar.says}</td>
          </tr>
        ))}
    </tbody>
  </table>
);
