/** A number of six digits or more; not the counter of a channel's name, nor a channel id (`1763829402.12`). */
const NUMBER = /(?<![-\w.])(\+?)(\d{6,})(?![\d.]*\.\d)/g;

/**
 * Replaces numbers by as many other digits, consistently within one recording: the same number is always masked alike, and two
 * never look the same, so that calls can still be told apart.
 */
export function createNumberMasker(): (text: string) => string {
  const known = new Map<string, string>();
  const masked = (digits: string): string => {
    const old = known.get(digits);
    if (old !== undefined) return old;
    const name = String(known.size + 1).padStart(digits.length, '9');
    known.set(digits, name);
    return name;
  };
  return (text) => text.replaceAll(NUMBER, (_, plus: string, digits: string) => plus + masked(digits));
}
