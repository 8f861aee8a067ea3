import { describe, expect, test } from 'vitest';
import { mediaOf } from '../../../../src/pbx/asterisk-ari/media.ts';

const digits = (number: number, language: string): string =>
  mediaOf([{ number }], language).replaceAll('sound:digits/', '').replaceAll(',', ' ');

describe('a number is put together of sounds', () => {
  test.each([
    [0, 'en', '0'],
    [7, 'en', '7'],
    [20, 'en', '20'],
    [45, 'en', '40 5'],
    [100, 'en_GB', '1 hundred'],
    [777, '', '7 hundred 70 7'],
    [1_001, 'en', '1 thousand 1'],
    [20_300, 'en', '20 thousand 3 hundred'],
    [7, 'de', '7'],
    [45, 'de', '4 5'],
    [120, 'fr', '1 2 0'],
  ])('%i (%s): %s', (number, language, said) => expect(digits(number, language)).toBe(said));

  test.each([[-1], [1.5], [1_000_000], [Number.NaN]])('%d is none', (number) => {
    expect(() => mediaOf([{ number }], 'en')).toThrow(/whole/);
  });
});

test.each(['queue-thereare', 'custom/hello_1', 'digits/h-1'])('%s is a sound', (sound) => {
  expect(mediaOf([{ sound }, { sound: 'beep' }], 'en')).toBe(`sound:${sound},sound:beep`);
});

test.each(['', 'a,b', '../etc/x', 'a b', '/etc/passwd', 'a:b', 'x'.repeat(200), 'a\nb'])('%s is no sound', (sound) => {
  expect(() => mediaOf([{ sound }], 'en')).toThrow(/sound/);
});
