/** Dates and times as a person writes them, on the wall clock of a zone. */
import { offsetMs } from './calendar.ts';

/** `wallMs` is what the wall shows, as if it were UTC; `offsetMs` null: of a zone that is not said. */
export interface WrittenMoment {
  readonly wallMs: number;
  readonly offsetMs: number | null;
}

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?$/;
const DAY = 86_400_000;

/** `2026-12-24T10:00`, with `Z` or `+01:00` where the zone is said; null when it is no date and time. */
export function readMoment(text: string): WrittenMoment | null {
  const match = MOMENT.exec(text.trim());
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const same = new Date(wallMs);
  // The 30th of February would be one of March.
  if (same.getUTCMonth() !== month - 1 || same.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return null;
  return { wallMs, offsetMs: offsetOf(match[7] ?? '') };
}

function offsetOf(text: string): number | null {
  if (text === '') return null;
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** When that is; where the wall shows it twice, the first time. Null: the wall never shows it, the clock skips that hour. */
export function instantOf({ wallMs, offsetMs: said }: WrittenMoment, zone: string): number | null {
  if (said !== null) return wallMs - said;
  // A zone's clock changes once a day at most: the offset is that of the day before or of the day after.
  const [before, after] = [wallMs - offsetMs(zone, wallMs - DAY), wallMs - offsetMs(zone, wallMs + DAY)];
  return (
    [Math.min(before, after), Math.max(before, after)].find((atMs) => atMs + offsetMs(zone, atMs) === wallMs) ?? null
  );
}

/** `2026-12-24 10:00` on the wall clock of a zone. */
export const wallText = (atMs: number, zone: string): string =>
  new Date(atMs + offsetMs(zone, atMs)).toISOString().slice(0, 16).replace('T', ' ');
