import type { Masker, Protocol } from '../../runtime/recorder.ts';
import { createNumberMasker } from '../common/masking.ts';

/** Headers whose digits are ids and times: without them a transcript cannot be replayed. */
const KEPT = /^(?:[A-Za-z]*(?:uniqueid|linkedid)|ActionID|LastCall|LastPause|LoginTime|BridgeId)$/i;
const SECRET = /^((?:Secret|Key): )(.*)$/gim;

/** Masks numbers as createNumberMasker does, and secrets. */
export function createMasker(): Masker {
  const masked = createNumberMasker();
  const line = (text: string): string => {
    const at = text.indexOf(': ');
    if (at < 0 || KEPT.test(text.slice(0, at))) return text;
    return text.slice(0, at) + masked(text.slice(at));
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
