/**
 * A call as bars on an axis of time: the caller's own line (waiting, talking) and one for each agent who was rung (ringing, talking),
 * with marks where something was decided. Pure.
 */
import type { AgentId } from '../model/agent.ts';
import type { CallEvent, CallFact } from '../model/call.ts';
import type { Titles } from './titles.ts';
import { agentName } from './titles.ts';
import { printable, span } from './text.ts';

export type BarKind = 'waiting' | 'ringing' | 'talking' | 'handed';

export interface TimelineBar {
  readonly kind: BarKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** It goes on: `toMs` is now. */
  readonly isOpen: boolean;
  /** `rang for 12 s, did not answer`. */
  readonly says: string;
}

export interface TimelineLane {
  /** '' is the caller's. */
  readonly agentId: AgentId;
  readonly title: string;
  readonly bars: readonly TimelineBar[];
}

export type MarkKind = 'arrived' | 'decided' | 'stepped' | 'moved' | 'noted' | 'incident' | 'ended';

export interface TimelineMark {
  readonly kind: MarkKind;
  readonly atMs: number;
  readonly seq: number;
  /** One word or two: the whole sentence stands in the story. */
  readonly label: string;
}

export interface Timeline {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isLive: boolean;
  readonly lanes: readonly TimelineLane[];
  readonly marks: readonly TimelineMark[];
}

/** While it is made. */
interface Draft {
  readonly lanes: Map<AgentId, { bar: TimelineBar | null; readonly bars: TimelineBar[] }>;
  hasArrived: boolean;
}

/** `events` in order, of one call; `nowMs` is where what goes on ends so far. */
export function timelineOf(events: readonly CallEvent[], titles: Titles, nowMs: number): Timeline {
  const draft: Draft = { lanes: new Map([['', { bar: null, bars: [] }]]), hasArrived: false };
  for (const event of events) draw(draft, event);
  const last = events.at(-1);
  const isLive = last !== undefined && !events.some(({ fact }) => fact.kind === 'ended');
  const fromMs = events[0]?.atMs ?? nowMs;
  const toMs = isLive ? Math.max(nowMs, last.atMs) : (last?.atMs ?? nowMs);
  for (const agentId of draft.lanes.keys()) close(draft, agentId, toMs, null, isLive);
  return {
    ...{ fromMs, toMs, isLive },
    lanes: [...draft.lanes].map(([agentId, { bars }]) => ({
      ...{ agentId, bars },
      title: agentId === '' ? 'Caller' : printable(agentName(agentId, titles)),
    })),
    marks: events.flatMap((event) => markOf(event, events)),
  };
}

function draw(draft: Draft, { atMs, fact }: CallEvent): void {
  switch (fact.kind) {
    case 'arrived':
      if (!draft.hasArrived) open(draft, '', 'waiting', atMs);
      draft.hasArrived = true;
      return;
    case 'offered':
      return open(draft, fact.agent, 'ringing', atMs);
    case 'offerEnded':
      return close(draft, fact.agent, atMs, fact);
    case 'bridged':
      open(draft, '', 'talking', atMs);
      return open(draft, fact.agent, 'talking', atMs);
    case 'redirected':
    case 'continued':
    case 'transferredAtSite':
      open(draft, '', 'handed', atMs);
      return open(draft, fact.agent, 'handed', atMs);
    case 'requeued':
      close(draft, fact.agent, atMs);
      return open(draft, '', 'waiting', atMs);
    case 'ended':
      for (const agentId of draft.lanes.keys()) close(draft, agentId, atMs);
      return;
    case 'decided':
    case 'claimLost':
    case 'stepped':
    case 'overflowed':
    case 'customerFound':
    case 'keyPressed':
    case 'callbackAsked':
    case 'callbackTried':
    case 'incident':
    case 'returned':
      return;
  }
}

function open(draft: Draft, agentId: AgentId, kind: BarKind, atMs: number): void {
  close(draft, agentId, atMs);
  const lane = draft.lanes.get(agentId) ?? { bar: null, bars: [] };
  lane.bar = { kind, fromMs: atMs, toMs: atMs, isOpen: false, says: '' };
  draft.lanes.set(agentId, lane);
}

function close(
  draft: Draft,
  agentId: AgentId,
  atMs: number,
  offer: Extract<CallFact, { kind: 'offerEnded' }> | null = null,
  isOpen = false,
): void {
  const lane = draft.lanes.get(agentId);
  if (lane === undefined || lane.bar === null) return;
  const { kind, fromMs } = lane.bar;
  lane.bars.push({ kind, fromMs, toMs: atMs, isOpen, says: barText(kind, atMs - fromMs, isOpen, offer) });
  lane.bar = null;
}

const BAR: Readonly<Record<BarKind, readonly [past: string, now: string]>> = {
  waiting: ['waited', 'has been waiting'],
  ringing: ['rang', 'has been ringing'],
  talking: ['talked', 'has been talking'],
  handed: ['at the call centre', 'has been at the call centre'],
};

const OFFER_END = {
  answered: 'answered',
  busy: 'was busy',
  no_answer: 'did not answer',
  failed: 'could not be reached',
  cancelled: 'was no longer needed',
} as const;

function barText(
  kind: BarKind,
  ms: number,
  isOpen: boolean,
  offer: Extract<CallFact, { kind: 'offerEnded' }> | null,
): string {
  const [past, now] = BAR[kind];
  const end = offer === null ? '' : `, ${OFFER_END[offer.outcome]}`;
  return `${isOpen ? now : past} for ${span(ms)}${end}`;
}

function markOf({ atMs, seq, fact }: CallEvent, events: readonly CallEvent[]): readonly TimelineMark[] {
  const mark = (kind: MarkKind, label: string): readonly TimelineMark[] => [{ kind, atMs, seq, label }];
  switch (fact.kind) {
    case 'arrived':
      return mark(
        'arrived',
        events.find((event) => event.fact.kind === 'arrived')?.fact === fact ? 'arrived' : 'taken over',
      );
    case 'decided':
      return mark('decided', fact.decision.winner === null ? 'nobody free' : 'chosen');
    case 'claimLost':
      return mark('noted', 'just taken');
    case 'stepped':
      return mark('stepped', fact.skipped ? `step ${fact.step} passed over` : `step ${fact.step}`);
    case 'overflowed':
      return mark('moved', 'moved on');
    case 'requeued':
      return mark('moved', 'sent back');
    case 'transferredAtSite':
      return mark('moved', 'transferred');
    case 'redirected':
    case 'continued':
      return mark('moved', 'handed over');
    case 'keyPressed':
      return mark('noted', `key ${printable(fact.key)}`);
    case 'callbackAsked':
      return mark('noted', 'call back asked');
    case 'callbackTried':
      return mark('noted', 'called back');
    case 'incident':
      return mark('incident', 'incident');
    case 'ended':
      return mark('ended', 'end');
    case 'offered':
    case 'offerEnded':
    case 'bridged':
    case 'customerFound':
    case 'returned':
      // Bars tell these, or they are no moment of the wait.
      return [];
  }
}

/** Where moments lie on a picture, 0 to 1, and the labels of the axis. */
export interface TimeAxis {
  readonly place: (atMs: number) => number;
  readonly ticks: readonly { readonly atMs: number; readonly place: number; readonly label: string }[];
  /** A long stretch in which nothing happened is drawn shorter; null: all is to scale. */
  readonly cut: { readonly fromMs: number; readonly toMs: number; readonly place: number } | null;
}

/** Of a picture's width, what a stretch without events may take at most. */
const LONGEST_GAP = 0.55;
/** What happened within less than this is a point on any picture: nothing is drawn shorter for it. */
const SHORTEST_REST_MS = 500;

/** The axis from the first moment to the last. A talk of an hour after a wait of ten seconds leaves the wait readable. */
export function timeAxis(timeline: Timeline): TimeAxis {
  const { fromMs, toMs } = timeline;
  const total = Math.max(1, toMs - fromMs);
  const moments = [...new Set([fromMs, toMs, ...timeline.marks.map(({ atMs }) => atMs), ...edgesOf(timeline)])].sort(
    (a, b) => a - b,
  );
  const gaps = moments.slice(1).map((end, index) => ({ fromMs: moments[index] ?? end, toMs: end }));
  const widest = gaps.reduce<(typeof gaps)[number] | null>(
    (best, gap) => (best === null || gap.toMs - gap.fromMs > best.toMs - best.fromMs ? gap : best),
    null,
  );
  const gapMs = widest === null ? 0 : widest.toMs - widest.fromMs;
  const isCut = widest !== null && gapMs > total * 0.75 && total - gapMs >= SHORTEST_REST_MS;
  if (!isCut) {
    const place = (atMs: number): number => clamp((atMs - fromMs) / total);
    return { place, ticks: ticksOf(fromMs, toMs, fromMs, place), cut: null };
  }
  const scale = (1 - LONGEST_GAP) / (total - gapMs);
  const place = (atMs: number): number => {
    const before = Math.min(atMs, widest.fromMs) - fromMs;
    const within = clamp((atMs - widest.fromMs) / gapMs);
    return clamp((before + Math.max(0, atMs - widest.toMs)) * scale + within * LONGEST_GAP);
  };
  const ticks = [
    ...ticksOf(fromMs, widest.fromMs, fromMs, place),
    ...ticksOf(widest.toMs, toMs, fromMs, place).filter(({ atMs }) => atMs > widest.toMs),
  ];
  const end = { atMs: toMs, place: 1, label: span(toMs - fromMs) };
  return {
    place,
    ticks: [...ticks.filter((tick) => tick.place < 0.9), end],
    cut: { ...widest, place: (place(widest.fromMs) + place(widest.toMs)) / 2 },
  };
}

const clamp = (part: number): number => Math.min(1, Math.max(0, part));

const edgesOf = ({ lanes }: Timeline): readonly number[] =>
  lanes.flatMap(({ bars }) => bars.flatMap((bar) => [bar.fromMs, bar.toMs]));

const TICK_STEPS_S = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
];

/** At most seven ticks of a round width, counted from the arrival. */
function ticksOf(fromMs: number, toMs: number, zeroMs: number, place: (atMs: number) => number): TimeAxis['ticks'] {
  const width = Math.max(1, toMs - fromMs);
  const room = Math.max(1, Math.round(7 * (place(toMs) - place(fromMs))));
  const stepMs = 1_000 * (TICK_STEPS_S.find((step) => width / (step * 1_000) <= room) ?? 604_800);
  const first = Math.ceil((fromMs - zeroMs) / stepMs) * stepMs;
  const ticks: { atMs: number; place: number; label: string }[] = [];
  for (let since = first; zeroMs + since <= toMs && ticks.length < 20; since += stepMs)
    ticks.push({ atMs: zeroMs + since, place: place(zeroMs + since), label: since === 0 ? '0' : span(since) });
  return ticks;
}
