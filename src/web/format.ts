/** Figures as pages show them. Pure; `span`, `percent` and `counted` of core/explain/text.ts are used as they are. */

/** `0:07`, `12:40`, `1:02:33`: what ticks on a wall. Never negative. */
export function clockSpan(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `7 s`, `12 min`, `3 h 5 min`, `2 days`: what need not be followed by the second; from a minute on it counts minutes. */
export function roughSpan(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** `1,204`. */
export const number = (value: number): string => new Intl.NumberFormat('en-GB').format(value);

type Style = 'minute' | 'second' | 'day' | 'date';
const STYLES: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
};
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than using it, and a table uses hundreds. */
function formatOf(style: Style, zone: string | undefined): Intl.DateTimeFormat {
  const key = `${style} ${zone ?? ''}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...STYLES[style],
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  formats.set(key, made);
  return made;
}

/** `16:41`, in `zone`; without one in the browser's. */
export const timeOf = (ms: number, zone?: string): string => formatOf('minute', zone).format(ms);
/** `16:41:07`. */
export const exactTimeOf = (ms: number, zone?: string): string => formatOf('second', zone).format(ms);
/** `Sun 22 Nov`. */
export const dayOf = (ms: number, zone?: string): string => formatOf('day', zone).format(ms).replaceAll(',', '');
/** `Sun 22 Nov, 16:41:07`. */
export const momentOf = (ms: number, zone?: string): string => `${dayOf(ms, zone)}, ${exactTimeOf(ms, zone)}`;
/** `22 Nov 2026`: of what may be long ago. */
export const dateOf = (ms: number, zone?: string): string => formatOf('date', zone).format(ms);
/** `22 Nov 2026, 16:41:07`. */
export const datedOf = (ms: number, zone?: string): string => `${dateOf(ms, zone)}, ${exactTimeOf(ms, zone)}`;

/** Messages of the table of errors begin small, for a log; here they are sentences. */
export const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?"]$/.test(begun) ? begun : `${begun}.`;
};

/** `Europe/Berlin`: the zone of the browser, which all times are of where no other is named. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
