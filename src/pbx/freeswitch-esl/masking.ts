import type { Masker, Protocol } from '../../runtime/recorder.ts';

/** A number of six digits or more, on its own: no part of an id, an address or a decimal. */
const NUMBER = /(?<![-\w.])(\+?)(\d{6,})(?![-\w]|[\d.]*\.\d)/g;
/** Epoch seconds and microseconds, and counters, are what a transcript is replayed by. */
const TIME = /^1\d{9}(?:\d{6})?$/;
/** Headers whose digits are ids and counters, and how long a frame is. */
const KEPT =
  /(?:"(?:[^"]*(?:UUID|uuid|Unique-ID|Timestamp|Sequence|-Time|_stamp|_epoch|time)|token|call-id)":")[^"]*|Content-Length: \d+/g;
const PASSWORD = /^(auth )(.*)$/s;

/**
 * Masks consistently within one recording: the same number is always masked alike, and two never look the same. As long as the number,
 * or frames would no longer be as long as they say. Names of callers are in the transcript: it is for us, not for the public.
 */
export function createMasker(): Masker {
  const known = new Map<string, string>();
  const masked = (digits: string): string => {
    if (TIME.test(digits)) return digits;
    const old = known.get(digits);
    if (old !== undefined) return old;
    const name = String(known.size + 1).padStart(digits.length, '9');
    known.set(digits, name);
    return name;
  };
  const numbers = (text: string): string =>
    text.replaceAll(NUMBER, (_, plus: string, digits: string) => plus + masked(digits));
  /** What lies between the values that are kept. */
  const line = (text: string): string => {
    let [out, from] = ['', 0];
    for (const match of text.matchAll(KEPT)) {
      out += numbers(text.slice(from, match.index)) + match[0];
      from = match.index + match[0].length;
    }
    return out + numbers(text.slice(from));
  };
  return {
    line,
    sent: (text) => line(text.replace(PASSWORD, (_, auth: string, secret: string) => auth + '*'.repeat(secret.length))),
  };
}

export const ESL_PROTOCOL: Protocol = { extension: 'esl', separator: '\n\n', newMasker: createMasker };
