import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { INTERVAL_MS } from '../../core/model/counts.ts';
import { theme } from '../theme.ts';
import type { Line } from './series.ts';
import { plotTimes, plotValues, quarterAt } from './series.ts';

interface PlotProps {
  readonly startsMs: readonly number[];
  readonly lines: readonly Line[];
  readonly zone: string;
  readonly format: (value: number) => string;
  /** The least that the upright axis reaches to. */
  readonly top: number;
  /** Steps of the upright axis that are round in its unit. */
  readonly steps?: readonly number[];
}

const HEIGHT = 230;

/** What a token is now, as a canvas wants it: light or dark is the page's own business. */
function ink(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function seriesOf(line: Line, format: PlotProps['format']): uPlot.Series {
  const colour = ink(line.ink);
  const says = (_: uPlot, __: number | null, ___: number, index: number | null): string => {
    const at = index === null ? -1 : quarterAt(index, line.values.length);
    const said = line.says?.[at] ?? line.values[at] ?? null;
    return said === null ? '–' : format(said);
  };
  const common: uPlot.Series = { label: line.label, value: says, points: { show: false }, stroke: colour };
  // A line through one value has no length: the first ones of a day are dots.
  const known = line.values.flatMap((value, index) => (value === null ? [] : [index]));
  const isShort = known.length < 3;
  return line.kind === 'bars'
    ? { ...common, width: 0, fill: colour, paths: uPlot.paths.bars!({ size: [0.75, 60], align: 1 }) }
    : {
        ...common,
        width: 2,
        points: { show: isShort, size: 8, fill: colour, filter: () => (isShort ? known : null) },
        paths: uPlot.paths.stepped!({ align: 1 }),
        ...(line.isDashed === true ? { dash: [5, 4] } : {}),
      };
}

function optionsOf({ startsMs, lines, zone, format, top, steps }: PlotProps, width: number): uPlot.Options {
  const { fontFamily } = getComputedStyle(document.body);
  const axis: uPlot.Axis = {
    stroke: ink('--muted'),
    font: `13px ${fontFamily}`,
    grid: { stroke: ink('--line'), width: 1 },
    ticks: { show: false },
  };
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const first = (startsMs[0] ?? 0) / 1_000;
  const last = ((startsMs.at(-1) ?? 0) + INTERVAL_MS) / 1_000;
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), zone),
    scales: {
      x: { range: [first, last] },
      y: { range: (_, __, highest) => [0, Math.max(top, (highest ?? 0) * 1.08)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        values: (_, splits) => splits.map((at) => clock.format(at * 1_000)),
      },
      {
        ...axis,
        size: 58,
        ...(steps === undefined ? {} : { incrs: [...steps] }),
        values: (_, splits) => splits.map((value) => format(value)),
      },
    ],
    series: [
      {
        label: 'From',
        value: (_, __, ___, at) => (at == null ? '–' : clock.format(startsMs[quarterAt(at, startsMs.length)] ?? 0)),
      },
      ...lines.map((line) => seriesOf(line, format)),
    ],
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    legend: { markers: { width: 0, fill: (_, index) => ink(lines[index - 1]?.ink ?? '--text') } },
  };
}

/** A picture of a day's hours. Hidden from screen readers, who have the table beside it. */
export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const { startsMs, lines } = props;
  const look = theme.value;
  useEffect(() => {
    const at = place.current;
    if (at === null) return undefined;
    let plot: uPlot | null = null;
    const draw = (): void => {
      plot?.destroy();
      const data = [plotTimes(startsMs), ...lines.map(plotValues)] as uPlot.AlignedData;
      plot = new uPlot(optionsOf(props, at.clientWidth), data, at);
    };
    draw();
    const sized = new ResizeObserver(() => plot?.setSize({ width: at.clientWidth, height: HEIGHT }));
    sized.observe(at);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      sized.disconnect();
      dark.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [startsMs, lines, props.zone, look]);
  return <div class="plot" ref={place} aria-hidden="true" />;
}
