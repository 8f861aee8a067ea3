import { percent, span } from '../../core/explain/text.ts';
import type { EdgeLine, ServiceRow, SiteLine } from '../../core/model/board.ts';

/** What somebody should look at, most urgent first. `bad`: callers suffer or nobody knows; `warn`: it is going that way. Pure. */
export interface Concern {
  readonly tone: 'warn' | 'bad';
  /** A few words, to be read from afar. */
  readonly says: string;
}

/** A wait of so many times T is bad, not only long. */
const FAR_TOO_LONG = 3;

const bad = (says: string): Concern => ({ tone: 'bad', says });
const warn = (says: string): Concern => ({ tone: 'warn', says });
const present = (concerns: readonly (Concern | null)[]): readonly Concern[] =>
  concerns.filter((one) => one !== null).sort((a, b) => (a.tone === b.tone ? 0 : a.tone === 'bad' ? -1 : 1));

export const serviceConcerns = (row: ServiceRow, nowMs: number): readonly Concern[] =>
  present([staffing(row), longestWait(row, nowMs), level(row), closing(row)]);

/** That all are in calls while callers wait is a busy hour; that nobody is at work will not pass by itself. */
function staffing({ waiting, eligible, staffed, isOpen }: ServiceRow): Concern | null {
  if (waiting > 0 && eligible === 0)
    return staffed === 0 ? bad('Callers wait, nobody is at work') : warn('Nobody is free');
  return isOpen && staffed === 0 ? warn('Nobody is at work') : null;
}

/** Who closes by hand means to open again, and may forget it. */
const closing = ({ isOpen, isByHand }: ServiceRow): Concern | null =>
  !isOpen && isByHand ? warn('Closed by hand') : null;

function longestWait({ longestSinceMs, serviceLevelMs }: ServiceRow, nowMs: number): Concern | null {
  if (longestSinceMs === null || nowMs - longestSinceMs <= serviceLevelMs) return null;
  const says = `Waiting over ${span(serviceLevelMs)}`;
  return nowMs - longestSinceMs > FAR_TOO_LONG * serviceLevelMs ? bad('Waiting far too long') : warn(says);
}

function level({ serviceLevel, recentServiceLevel, serviceLevelTarget: target }: ServiceRow): Concern | null {
  if (serviceLevel !== null && serviceLevel < target)
    return (recentServiceLevel ?? 0) >= target ? warn('Below target, getting better') : bad('Below target');
  return recentServiceLevel !== null && recentServiceLevel < target ? warn('Falling below target') : null;
}

export function siteConcerns({ state, lastHeardMs }: SiteLine, nowMs: number): readonly Concern[] {
  const ago =
    lastHeardMs === null ? '' : ` for ${span(Math.max(1_000, Math.floor((nowMs - lastHeardMs) / 1_000) * 1_000))}`;
  if (state === 'stale') return [bad(`Not heard from${ago}`)];
  if (state === 'down') return [bad(`Not connected${ago}`)];
  return state === 'connecting' ? [warn('Connecting')] : [];
}

export const edgeConcerns = ({ state }: EdgeLine): readonly Concern[] =>
  state === 'silent' ? [bad('Does not answer')] : [];

/** `91%`, or a dash where no call has counted yet. */
export const levelText = (level: number | null): string => percent(level) ?? '–';
