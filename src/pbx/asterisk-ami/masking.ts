import type { Masker, Protocol } from '../../runtime/recorder.ts';

/** Headers whose digits are ids and times: without them a transcript cannot be replayed. */
const KEPT = /^(?:[A-Za-z]*(?:uniqueid|linkedid)|ActionID|LastCall|LastPause|LoginTime|BridgeId)$/i;
/** A number of six digits or more; not the counter of a channel's name, nor a channel id (`1763829402.12`). */
const NUMBER = /(?<![-\w.])(\+?)(\d{6,})(?![\d.]*\.\d)/g;
const SECRET = /^((?:Secret|Key): )(.*)$/gim;

/**
 * Masks consistently within one recording: the same number is always masked alike, and two never look the same, so that calls
 * can still be told apart.
 */
export function createMasker(): Masker {
  const known = new Map<string, string>();
  const masked = (digits: string): string => {
    const old = known.get(digits);
    if (old !== undefined) return old;
    const name = String(known.size + 1).padStart(digits.length, '9');
    known.set(digits, name);
    return name;
  };
  const line = (text: string): string => {
    const at = text.indexOf(': ');
    if (at < 0 || KEPT.test(text.slice(0, at))) return text;
    const value = text.slice(at).replaceAll(NUMBER, (_, plus: string, digits: string) => plus + masked(digits));
    return text.slice(0, at) + value;
  };
  return {
    line,
    sent: (text) =>
      text
        .replaceAll(SECRET, (_, key: string, secret: string) => key + '*'.repeat(secret.length))
        .split('\r\n')
        .map(line)
        .join('\r\n'),
  };
}

export const AMI_PROTOCOL: Protocol = { extension: 'ami', separator: '\r\n\r\n', newMasker: createMasker };
