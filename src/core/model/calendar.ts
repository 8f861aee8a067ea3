export type CalendarName = string;

/** 1 is Monday, 7 Sunday (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Open from one minute of the local day to another; `to` may be past midnight (up to 2880) and then belongs to the day it began. */
export interface OpenHours {
  readonly days: readonly Weekday[];
  /** Minutes since local midnight, 0 to 1439. */
  readonly fromMinute: number;
  /** Greater than `fromMinute`; 1440 is midnight. */
  readonly toMinute: number;
}

/** A date with hours of its own; no hours: closed all day. Stands above the weekdays. */
export interface SpecialDay {
  /** `2026-12-24`, or `*-12-25` for every year. */
  readonly date: string;
  readonly title: string;
  readonly hours: readonly Omit<OpenHours, 'days'>[];
}

/** When a service is open. Judged in its IANA zone, days of 23 and 25 hours included. */
export interface Calendar {
  readonly name: CalendarName;
  /** `Europe/Berlin`. */
  readonly zone: string;
  readonly hours: readonly OpenHours[];
  readonly special: readonly SpecialDay[];
}
