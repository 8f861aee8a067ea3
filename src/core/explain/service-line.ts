import type { Routing } from '../model/routing.ts';
import { calendarOf, serviceState } from '../routing/identify.ts';

/** A service as people ask for it: whether it is open, why, and for how long. */
export interface ServiceLine {
  readonly service: string;
  readonly title: string;
  readonly open: boolean;
  readonly why: string;
  /** Since when it is closed or opened by hand. */
  readonly sinceMs: number | null;
  /** When its calendar changes that. */
  readonly untilMs: number | null;
  readonly calendar: string;
  readonly zone: string;
}

/** All services, or the one named. */
export function serviceLines(routing: Routing, atMs: number, name?: string): readonly ServiceLine[] {
  return routing.services
    .filter((service) => name === undefined || service.name === name)
    .map((service) => {
      const { open, why, untilMs } = serviceState(routing, service, atMs);
      const zone = calendarOf(routing, service.calendar)?.zone ?? '';
      const sinceMs = routing.overrides[service.name]?.atMs ?? null;
      return {
        service: service.name,
        title: service.title,
        open,
        why,
        sinceMs,
        untilMs,
        calendar: service.calendar,
        zone,
      };
    });
}

/** `Mon 2026-11-23 08:00 Europe/Berlin`: hours are thought of where the service is. */
export function untilText({ untilMs, zone }: Pick<ServiceLine, 'untilMs' | 'zone'>): string | null {
  if (untilMs === null) return null;
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(untilMs);
  // Swedes write dates as ISO 8601 does.
  const format = { timeZone: zone, dateStyle: 'short', timeStyle: 'short' } as const;
  return `${day} ${new Intl.DateTimeFormat('sv-SE', format).format(untilMs)} ${zone}`;
}
