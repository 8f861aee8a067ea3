import type { Outcome } from '../../core/model/call.ts';
import type { CallPhase } from './calls-live.ts';
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

const PHASES: Readonly<Record<CallPhase, Pick<Look, 'word' | 'icon'>>> = {
  waiting: { word: 'Waiting', icon: 'clock' },
  ringing: { word: 'Ringing', icon: 'ringing' },
  talking: { word: 'Talking', icon: 'talking' },
  '': { word: 'In progress', icon: 'clock' },
};

interface PillProps {
  readonly outcome: Outcome | null;
  /** Of a call in progress. */
  readonly phase: CallPhase;
}

/** How a call ended, or where it has come to. */
export const OutcomePill = ({ outcome, phase }: PillProps) => (
  <LookPill
    look={
      outcome === null ? { ...PHASES[phase], tone: 'busy' } : { word: WORDS.get(outcome) ?? outcome, ...LOOKS[outcome] }
    }
  />
);
