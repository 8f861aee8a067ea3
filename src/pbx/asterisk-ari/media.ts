/** What is played, as ARI names it. Pure. */
import type { Prompt } from '../../core/model/prompt.ts';
import { IpntError } from '../../core/errors.ts';

const SOUND = /^[A-Za-z0-9_-][A-Za-z0-9_./-]{0,120}$/;
const MOST = 999_999;
/** An announcement is shorter than the absolute timeout of who hears it. */
const MOST_PROMPTS = 12;

/**
 * The `media` of a playback. Numbers are put together of sounds (`sound:digits/20`), since Asterisk cannot stop its own `number:`
 * before it is said: 500 "Could not stop playback" (playback_stop in res_stasis_playback.c wants `controllable`; seen on 22.10.1).
 * In English as ast_say_number says them; in other languages from 21 on digit by digit, which every one of them has sounds for.
 */
export function mediaOf(prompts: readonly Prompt[], language: string): string {
  if (prompts.length > MOST_PROMPTS)
    throw new IpntError('ARGUMENT_INVALID', `an announcement has at most ${MOST_PROMPTS} prompts`);
  const names = prompts.flatMap((prompt) => ('sound' in prompt ? [prompt.sound] : soundsOf(prompt.number, language)));
  const wrong = names.find((name) => !SOUND.test(name) || name.includes('..'));
  if (wrong !== undefined) throw new IpntError('ARGUMENT_INVALID', `there can be no sound '${wrong.slice(0, 40)}'`);
  return names.map((name) => `sound:${name}`).join(',');
}

function soundsOf(number: number, language: string): readonly string[] {
  if (!Number.isInteger(number) || number < 0 || number > MOST)
    throw new IpntError('ARGUMENT_INVALID', `a number to be said is whole, from 0 to ${MOST}`);
  if (number <= 20) return [`digits/${number}`];
  if (/^en\b|^en_|^$/.test(language)) return inEnglish(number);
  return [...String(number)].map((digit) => `digits/${digit}`);
}

/** ast_say_number_full_en of say.c, Asterisk 22. */
function inEnglish(number: number): readonly string[] {
  if (number === 0) return [];
  if (number <= 20) return [`digits/${number}`];
  const [unit, name] = number < 100 ? [10, ''] : number < 1000 ? [100, 'digits/hundred'] : [1000, 'digits/thousand'];
  const head = name === '' ? [`digits/${number - (number % 10)}`] : [...inEnglish(Math.floor(number / unit)), name];
  return [...head, ...inEnglish(number % unit)];
}
