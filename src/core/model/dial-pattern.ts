/** Asterisk's patterns of dialled numbers (`_+4930XX.`), and which of two goes first. Pure. */

export interface DialPattern {
  /** Each character that must come, as the set of what it may be. */
  readonly places: readonly string[];
  /** `.`: one or more of anything come after them, `!`: none or more. */
  readonly tail: '' | '.' | '!';
}

const CLASSES: Readonly<Record<string, string>> = { X: '0123456789', Z: '123456789', N: '23456789' };
const LITERAL = /^[0-9+*#A-Za-z]$/;

/** Reads `_` and a pattern: X is 0-9, Z 1-9, N 2-9, [13-5] a set, . and ! the rest, - nothing. A text says what is wrong with it. */
export function parsePattern(text: string): DialPattern | string {
  const places: string[] = [];
  for (let at = 1; at < text.length; at++) {
    const char = text[at] ?? '';
    const last = at === text.length - 1;
    if (char === '-') continue;
    if (char === '.' || char === '!')
      return last ? { places, tail: char } : `'${char}' at character ${at + 1} is not the last one`;
    if (char === '[') {
      const end = text.indexOf(']', at);
      const set = end < 0 ? null : setOf(text.slice(at + 1, end));
      if (set === null) return `'[' at character ${at + 1} opens no set like [1-35]`;
      places.push(set);
      at = end;
    } else {
      const set = CLASSES[char.toUpperCase()] ?? (LITERAL.test(char) ? char : null);
      if (set === null) return `'${char}' at character ${at + 1} has no meaning in a pattern`;
      places.push(set);
    }
  }
  return places.length === 0 ? 'the pattern is empty' : { places, tail: '' };
}

/** `13-5` as `1345`; null when it is no set. */
function setOf(text: string): string | null {
  const chars = new Set<string>();
  for (const [part = '', from = '', to] of text.matchAll(/(.)(?:-(.))?/g)) {
    if (!/^[0-9+*#](-[0-9])?$/.test(part) || (to !== undefined && from > to)) return null;
    for (let code = from.charCodeAt(0); code <= (to ?? from).charCodeAt(0); code++)
      chars.add(String.fromCharCode(code));
  }
  return chars.size === 0 ? null : [...chars].sort().join('');
}

/** A prefix, as the pattern that it is. */
export const prefixPattern = (prefix: string): DialPattern => ({ places: [...prefix], tail: '!' });

export function matches({ places, tail }: DialPattern, dialled: string): boolean {
  const more = dialled.length - places.length;
  if (tail === '' ? more !== 0 : tail === '.' ? more < 1 : more < 0) return false;
  return places.every((set, at) => set.includes(dialled[at] ?? ''));
}

/** Which goes first, as in Asterisk: at the first place where they differ the one that admits less. 0: equal. */
export function bySpecificity(a: DialPattern, b: DialPattern): number {
  for (let at = 0; at <= Math.max(a.places.length, b.places.length); at++) {
    const difference = widthAt(a, at) - widthAt(b, at);
    if (difference !== 0) return difference;
  }
  return 0;
}

const WIDTH_OF_TAIL = { '': 0, '.': 1_000, '!': 1_001 } as const;
const widthAt = ({ places, tail }: DialPattern, at: number): number => places[at]?.length ?? WIDTH_OF_TAIL[tail];

/** Whether `wide` matches whatever `narrow` matches. */
export function covers(wide: DialPattern, narrow: DialPattern): boolean {
  const shortest = narrow.places.length + (narrow.tail === '.' ? 1 : 0);
  if (wide.tail === '' && (narrow.tail !== '' || wide.places.length !== narrow.places.length)) return false;
  if (wide.places.length > narrow.places.length || (wide.tail === '.' && shortest <= wide.places.length)) return false;
  return wide.places.every((set, at) => [...(narrow.places[at] ?? '')].every((char) => set.includes(char)));
}
