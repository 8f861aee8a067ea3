import type { Outcome } from '../../core/model/call.ts';
import { OUTCOMES } from './calls-query.ts';
import type { Look } from './pill.tsx';
import { LookPill } from './pill.tsx';

const LOOKS: Readonly<Record<Outcome, Pick<Look, 'tone' | 'icon'>>> = {
  answered: { tone: 'good', icon: 'good' },
  abandoned: { tone: 'bad', icon: 'close' },
  overflowed: { tone: 'warn', icon: 'more' },
  redirected: { tone: 'good', icon: 'good' },
  called_back: { tone: 'calm', icon: 'talking' },
  closed: { tone: 'calm', icon: 'closed' },
  defaulted: { tone: 'warn', icon: 'warn' },
  failed: { tone: 'bad', icon: 'warn' },
};

const WORDS = new Map(OUTCOMES);

/** How a call ended; in progress where it has not. */
export const OutcomePill = ({ outcome }: { readonly outcome: Outcome | null }) => (
  <LookPill
    look={
      outcome === null
        ? { word: 'In progress', tone: 'busy', icon: 'clock' }
        : { word: WORDS.get(outcome) ?? outcome, ...LOOKS[outcome] }
    }
  />
);
