/** What must not be read in a log: secrets and callers' numbers. Pure. */

/** `+49301234567` as `+49******567`: enough to tell calls apart, not enough to call. Short ones show nothing but their length. */
export function maskNumber(number: string): string {
  if (number.length <= 4) return '*'.repeat(number.length);
  const head = number.startsWith('+') && number.length > 8 ? 3 : 0;
  const hidden = Math.max(0, number.length - head - 3);
  return `${number.slice(0, head)}${'*'.repeat(hidden)}${number.slice(head + hidden)}`;
}

/** `user:pass@` in an address; `api_key=user:pass`; `password: x`, `"secret":"x"`, `Secret: x`; `Authorization: Basic x`. */
const ADDRESS = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]*@/gi;
const PAIR =
  /\b(api_key|password|passwd|secret|token|key|authorization)("?\s*[=:]\s*"?)((?:basic|bearer)\s+)?[^\s"'&,;}]+/gi;
/** E.164 with its plus: what our own code writes. Channel ids (`1763829402.12`) have none. */
const NUMBER = /\+\d{7,15}\b/g;

/** A text without the secrets and numbers that can be told by their shape. The last line of defence: do not rely on it. */
export function redact(text: string): string {
  if (text === '') return text;
  return text
    .replaceAll(ADDRESS, '$1:***@')
    .replaceAll(PAIR, '$1$2***')
    .replaceAll(NUMBER, (number) => maskNumber(number));
}
