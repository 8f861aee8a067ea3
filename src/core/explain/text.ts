/** Times, counts and names as people read them. Pure. */

/** A terminal must not obey what a caller or a PBX wrote. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '?');

/** `0.4 s`, `12 s`, `2 min 10 s`, `3 h 5 min`, `2 days`. Never negative. */
export function span(ms: number): string {
  const whole = Math.round(Math.max(0, ms) / 1_000);
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 2 * 86_400) return join(Math.floor(whole / 3_600), 'h', Math.floor((whole % 3_600) / 60), 'min');
  return `${Math.floor(whole / 86_400)} days`;
}

const join = (a: number, unitA: string, b: number, unitB: string): string =>
  b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`;

/** `2m10s`: short, for tables. */
export const shortSpan = (ms: number | null): string | null =>
  ms === null
    ? null
    : span(ms < 10_000 ? Math.floor(ms / 1_000) * 1_000 : ms)
        .replaceAll(' days', 'd')
        .replaceAll(/ (min|s|h)/g, (_, unit: string) => (unit === 'min' ? 'm' : unit))
        .replaceAll(' ', '');

export const percent = (part: number | null): string | null => (part === null ? null : `${Math.round(part * 100)}%`);

/** `2026-11-22 16:41:51`, UTC: the clock that all our machines share. */
export const moment = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
export const timeOfDay = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** The first five of them, and how many more there are. */
export const someOf = (ids: readonly string[]): string =>
  ids.length <= 5 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more`;

/** `1 fault`, `2 faults`. */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
