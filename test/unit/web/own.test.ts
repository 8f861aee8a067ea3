/** What people read on their own pages: an agent of himself, and everybody of his new password. */
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../../src/core/explain/reasons.ts';
import type { Reason } from '../../../src/core/model/decision.ts';
import { ROLES, rightsOf } from '../../../src/core/model/person.ts';
import { ownReasons } from '../../../src/web/agents/own-words.ts';
import { answeredFaults, typedFaults } from '../../../src/web/parts/password.ts';
import type { PasswordFaults } from '../../../src/web/parts/password.ts';
import { homeOf, NAVIGATION, PAGE_TABLE } from '../../../src/web/routes.ts';

describe('why no call comes to an agent', () => {
  it.each<[string, readonly Reason[], readonly string[]]>([
    ['free', [], []],
    ['on a pause', [{ code: 'paused', reason: 'lunch' }], ['You are on a pause (lunch).']],
    [
      'rung for a call of ours, which his PBX sees as well',
      [{ code: 'ringing' }, { code: 'claimed', callId: 'c', phase: 'offer' }],
      ['You are being rung for a call.'],
    ],
    [
      'in two wrap-ups: the longer one counts',
      [
        { code: 'wrap_up', untilMs: 3_000 },
        { code: 'wrap_up', untilMs: 9_000 },
      ],
      ['You are finishing your last call for 8 s more.'],
    ],
    [
      'left alone, at a call centre that is silent',
      [{ code: 'site_stale' }, { code: 'held', reason: 'no_answer', untilMs: 31_000 }],
      [
        'Nothing has been heard from your call centre for some seconds.',
        'You let a call ring, and are left alone for 30 s more.',
      ],
    ],
    [
      'after one caller of his own call centre',
      [{ code: 'site_queue_waiting', queue: 'support', waiting: 1 }],
      ['1 caller of your own call centre comes first, in “support”.'],
    ],
  ])('%s', (_what, reasons, says) => expect(ownReasons(reasons, 1_000)).toEqual(says));

  it('is a whole sentence, whatever the reason', () => {
    for (const { example } of Object.values(REASONS)) expect(ownReasons([example], 0)[0]).toMatch(/^[A-Z1-9].*\.$/);
  });
});

describe('a new password', () => {
  const typed = { old: 'old password', next: 'new password', again: 'new password' };
  it.each<[string, Partial<typeof typed>, PasswordFaults]>([
    ['all well', {}, {}],
    ['mistyped', { again: 'new pasword' }, { again: expect.stringContaining('not the same') }],
    ['the old one', { next: typed.old, again: typed.old }, { next: expect.stringContaining('Choose another') }],
  ])('%s', (_what, part, faults) => expect(typedFaults({ ...typed, ...part })).toEqual(faults));

  it.each([
    ['PASSWORD_WRONG', { old: expect.stringContaining('not your password') }],
    ['PASSWORD_WEAK', { next: 'The password has 5 characters. Choose another.' }],
    ['TOO_MANY_LOGINS', {}],
  ])('refused with %s', (code, faults) =>
    expect(answeredFaults({ code, detail: 'the password has 5 characters' })).toEqual(faults),
  );
});

describe('the page to begin with', () => {
  it.each(ROLES)('of %s is one that he may see, and stands in his menu', (role) => {
    const rights = rightsOf(role);
    const home = homeOf(rights);
    expect(home).toBe(role === 'agent' ? 'self' : 'wall');
    const mine = NAVIGATION.filter(({ right }) => rights.includes(right));
    expect(mine.filter(({ address }) => address === '#/').map(({ pages }) => pages)).toEqual([[home]]);
    expect(rights).toContain(PAGE_TABLE[home as 'self'].right);
  });
});
