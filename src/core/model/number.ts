/** Telephone numbers in E.164, as far as a dialled number tells. Pure. */

/** Countries whose national numbers keep their zero abroad (Italy, San Marino, Vatican are 39, 378, 379). */
const KEEPS_ZERO: ReadonlySet<string> = new Set(['39', '378', '379']);

/** What is dialled before a national number, in one country or another. */
const HOME = ['', '0', '8', '06'] as const;

/** Shortest national number that is taken for one; anything shorter is an extension or a service code. */
const SHORTEST = 7;
/** E.164: 15 digits at most. */
const LONGEST = 15;

const NUMBER = /^\+?[\d\s().\-/]+$/;

/** `+49 (0)30` and `0049 (0)30`: how people write the zero that is only dialled at home. */
const withoutHomeZero = (text: string): string => text.trim().replace(/^((?:\+|00)\d{1,3}[\s.-]*)\(0\)/, '$1');

/**
 * A dialled or calling number in E.164 (`+49301234567`), or as it was dialled where it is none (an extension, a name).
 * `country` is the calling code to assume for national numbers, or '' for none. Idempotent.
 */
export function normalizeNumber(dialled: string, country: string): string {
  const text = withoutHomeZero(dialled);
  if (!NUMBER.test(text)) return dialled.trim();
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
  const home = rest === null ? [] : HOME.map((before) => before + rest);
  const dialled = [`00${digits}`, `011${digits}`, ...home].filter((one) => normalizeNumber(one, country) === e164);
  return [...new Set([...asWritten, e164, digits, ...dialled])];
}

/**
 * How a number that a person looks for begins in records, however much of it he typed: the beginnings of its spellings. What is no number
 * (a SIP user, say) is itself alone. None is the beginning of another; a dozen at most.
 */
export function beginningsOf(typed: string, country: string): readonly string[] {
  const spelled = readingsOf(typed, country).flatMap((digits) => begun(digits, country));
  const all = [...new Set([typed.trim(), normalizePrefix(typed, country), ...spelled])].filter((one) => one !== '');
  return all.filter((one) => !all.some((other) => other !== one && one.startsWith(other)));
}

/** The digits after the plus, for each number abroad or at home whose beginning this may be. */
function readingsOf(typed: string, country: string): readonly string[] {
  const [, plus = '', digits = ''] = /^(\+?)([1-9]\d*)$/.exec(normalizePrefix(typed, country)) ?? [];
  if (digits === '') return [];
  // Without a plus: it was left away, or this is a number at home where no zero goes before it.
  if (plus === '' && country === '1' && /^[2-9]/.test(digits)) return [digits, `1${digits}`];
  if (plus === '' && country === '7' && /^8\d/.test(digits)) return [digits, `7${digits.slice(1)}`];
  return [digits];
}

/** Everything that is read as these digits after a plus. */
function begun(digits: string, country: string): readonly string[] {
  const rest = country !== '' && digits.startsWith(country) ? digits.slice(country.length) : '';
  const home = rest === '' ? [] : HOME.map((before) => before + rest);
  const dialled = [`00${digits}`, `011${digits}`, ...home];
  return [`+${digits}`, digits, ...dialled.filter((one) => readingsOf(one, country).includes(digits))];
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
  const text = withoutHomeZero(prefix);
  if (!NUMBER.test(text)) return prefix.trim();
  const digits = text.replaceAll(/\D/g, '');
  if (text.startsWith('+')) return `+${digits}`;
  if (country === '1') return /^011\d/.test(digits) ? `+${digits.slice(3)}` : digits;
  if (digits.startsWith('00')) return digits.length > 2 ? `+${digits.slice(2)}` : digits;
  if (country === '36' && /^06\d/.test(digits)) return `+36${digits.slice(2)}`;
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
