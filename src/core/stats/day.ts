import { servicesByName } from '../model/routing.ts';
import type { RoutingRules } from '../model/routing.ts';
import { offsetMs } from '../routing/calendar.ts';

/**
 * The zone in which a service's days are counted: its calendar's; else (or where the service is no more) the one of most calendars, of several
 * the first by name; else UTC.
 */
export function dayZone(rules: RoutingRules, service: string): string {
  const calendar = servicesByName(rules).get(service)?.calendar;
  return rules.calendars.find(({ name }) => name === calendar)?.zone ?? usualZone(rules);
}

function usualZone({ calendars }: Pick<RoutingRules, 'calendars'>): string {
  const zones = calendars.map(({ zone }) => zone).sort();
  const count = (zone: string): number => zones.filter((one) => one === zone).length;
  return zones.reduce((best, zone) => (count(zone) > count(best) ? zone : best), zones[0] ?? 'UTC');
}

const DAY_MS = 86_400_000;

/** When the local day of a moment began. Where the clock skips midnight, the day begins with the first time that it shows. */
export function dayStartMs(zone: string, atMs: number): number {
  return startOf(zone, Math.floor((atMs + offsetMs(zone, atMs)) / DAY_MS) * DAY_MS);
}

/** When the local day after that of a moment begins: 23, 24 or 25 hours after this one did. */
export function nextDayStartMs(zone: string, atMs: number): number {
  return startOf(zone, (Math.floor((atMs + offsetMs(zone, atMs)) / DAY_MS) + 1) * DAY_MS);
}

/** When the wall first shows that midnight (as if it were UTC) or what comes after it. */
function startOf(zone: string, wallMs: number): number {
  // A zone's clock changes once a day at most: the offset is that of the day before or of the day after.
  const guesses = [wallMs - offsetMs(zone, wallMs - DAY_MS), wallMs - offsetMs(zone, wallMs + DAY_MS)];
  const [early, late] = [Math.min(...guesses), Math.max(...guesses)];
  if (early + offsetMs(zone, early) >= wallMs) return early;
  return late + offsetMs(zone, late) >= wallMs ? late : early;
}

/** `2026-12-24`, the local day of a moment. */
export const dayText = (zone: string, atMs: number): string =>
  new Date(atMs + offsetMs(zone, atMs)).toISOString().slice(0, 10);

/** When a day written so began in a zone; null where it is no date. */
export function readDay(zone: string, text: string): number | null {
  const wallMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 10) !== text) return null;
  return startOf(zone, wallMs);
}
