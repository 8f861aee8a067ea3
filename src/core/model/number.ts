/** Telephone numbers in E.164, as far as a dialled number tells. Pure. */

/** Countries whose national numbers keep their zero abroad (Italy, San Marino, Vatican are 39, 378, 379). */
const KEEPS_ZERO: ReadonlySet<string> = new Set(['39', '378', '379']);

/** Shortest national number that is taken for one; anything shorter is an extension or a service code. */
const SHORTEST = 7;
/** E.164: 15 digits at most. */
const LONGEST = 15;

/**
 * A dialled or calling number in E.164 (`+49301234567`), or as it was dialled where it is none (an extension, a name).
 * `country` is the calling code to assume for national numbers, or '' for none. Idempotent.
 */
export function normalizeNumber(dialled: string, country: string): string {
  // "(0)" is how people write the zero that is only dialled at home.
  const text = dialled.trim().replace(/^(\+\d{1,3}[\s.-]*)\(0\)/, '$1');
  if (!/^\+?[\d\s().\-/]+$/.test(text)) return dialled.trim();
  const digits = text.replaceAll(/\D/g, '');
  if (text.startsWith('+')) return plus(digits) ?? dialled.trim();
  if (country === '1') return northAmerican(digits);
  return plus(digits.startsWith('00') ? digits.slice(2) : national(digits, country)) ?? digits;
}

/**
 * The number as trunks may have written it into records: as given, in E.164, its digits alone, with the prefix for abroad, and as it is
 * dialled at home. What stands in records was never normalised. A name or an extension is itself alone.
 */
export function spellingsOf(number: string, country: string): readonly string[] {
  const whole = normalizeNumber(number, country);
  const digits = /^\+?(\d+)$/.exec(whole)?.[1] ?? '';
  const e164 = plus(digits);
  const asWritten = [...new Set([whole, number.trim()])].filter((one) => one !== '');
  if (e164 === null) return asWritten;
  const rest = country !== '' && digits.startsWith(country) ? digits.slice(country.length) : null;
  const home = rest === null ? [] : [rest, `0${rest}`, `8${rest}`, `06${rest}`];
  const dialled = [`00${digits}`, `011${digits}`, ...home].filter((one) => normalizeNumber(one, country) === e164);
  return [...new Set([...asWritten, e164, digits, ...dialled])];
}

/** The digits after the plus, or '' where nothing tells what they are. */
function national(digits: string, country: string): string {
  if (country === '' || digits.length < SHORTEST) return '';
  if (KEEPS_ZERO.has(country)) return digits.startsWith('0') ? country + digits : international(digits, country);
  // Russia and Kazakhstan dial 8, Hungary 06 before a national number.
  if (country === '7' && /^8\d{10}$/.test(digits)) return `7${digits.slice(1)}`;
  if (country === '36' && /^06\d{8,9}$/.test(digits)) return `36${digits.slice(2)}`;
  return digits.startsWith('0') ? country + digits.slice(1) : international(digits, country);
}

/** Many trunks leave the plus away: long enough, and with our own country's code in front. */
const international = (digits: string, country: string): string =>
  digits.startsWith(country) && digits.length >= country.length + SHORTEST + 1 ? digits : '';

/** The prefix of an entry of a service's numbers (`+4930*`); null where it is a number or a pattern. A lone `*` admits everything. */
export const prefixOf = (entry: string): string | null =>
  entry.endsWith('*') && !entry.startsWith('_') ? entry.slice(0, -1) : null;

/**
 * The beginning of numbers in E.164, where it tells its country (`0049`, `030` at home); else as it is dialled. Too short for
 * normalizeNumber(), which takes it for an extension. Idempotent.
 */
export function normalizePrefix(prefix: string, country: string): string {
  const text = prefix.trim().replace(/^(\+\d{1,3}[\s.-]*)\(0\)/, '$1');
  if (!/^\+?[\d\s().\-/]+$/.test(text)) return prefix.trim();
  const digits = text.replaceAll(/\D/g, '');
  if (text.startsWith('+')) return `+${digits}`;
  if (country === '1') return digits.startsWith('011') ? `+${digits.slice(3)}` : digits;
  if (digits.startsWith('00')) return digits.length > 2 ? `+${digits.slice(2)}` : digits;
  if (country === '' || !digits.startsWith('0') || digits.length < 2) return digits;
  return `+${country}${KEEPS_ZERO.has(country) ? digits : digits.slice(1)}`;
}

/** An entry of a service's numbers: a number or a prefix in E.164, a pattern as it is. */
export function normalizeEntry(entry: string, country: string): string {
  if (entry.startsWith('_')) return entry;
  const prefix = prefixOf(entry);
  return prefix === null ? normalizeNumber(entry, country) : `${normalizePrefix(prefix, country)}*`;
}

function northAmerican(digits: string): string {
  if (digits.startsWith('011')) return plus(digits.slice(3)) ?? digits;
  if (/^[2-9]\d{9}$/.test(digits)) return `+1${digits}`;
  return /^1[2-9]\d{9}$/.test(digits) ? `+${digits}` : digits;
}

const plus = (digits: string): string | null =>
  digits.length >= SHORTEST && digits.length <= LONGEST && !digits.startsWith('0') ? `+${digits}` : null;
