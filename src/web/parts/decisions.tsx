import { useMemo } from 'preact/hooks';
import { decisionPicture } from '../../core/explain/picture.ts';
import { requirementText } from '../../core/explain/requirement.ts';
import type { Titles } from '../../core/explain/titles.ts';
import { counted, printable } from '../../core/explain/text.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { CallEventAnswer } from '../answers.ts';
import { exactTimeOf } from '../format.ts';
import { Icon } from './icon.tsx';
import { Picture } from './picture.tsx';

interface DecisionsProps {
  readonly events: readonly CallEventAnswer[];
  readonly titles: Titles;
}

interface Decided {
  readonly seq: number;
  readonly atMs: number;
  readonly says: string;
  readonly decision: Decision;
}

/** Each decision of a call as a picture. The last one that chose somebody is open: it is what people come for. */
export function Decisions({ events, titles }: DecisionsProps) {
  const decided = events.flatMap(({ seq, atMs, says, fact }): Decided[] =>
    fact.kind === 'decided' ? [{ seq, atMs, says: says[0] ?? '', decision: fact.decision }] : [],
  );
  const open = decided.findLast(({ decision }) => decision.winner !== null) ?? decided.at(-1);
  return (
    <section class="card call-part" aria-labelledby="decisions">
      <h2 id="decisions">Decisions</h2>
      {decided.length === 0 ? (
        <p class="muted">Nothing was decided: no agent was looked for.</p>
      ) : (
        decided.map((one) => <OneDecision key={one.seq} decided={one} titles={titles} isOpen={one === open} />)
      )}
    </section>
  );
}

interface OneProps {
  readonly decided: Decided;
  readonly titles: Titles;
  readonly isOpen: boolean;
}

function OneDecision({ decided, titles, isOpen }: OneProps) {
  const { seq, atMs, says, decision } = decided;
  const picture = useMemo(() => decisionPicture(decision, titles), [decision, titles]);
  return (
    <details class="decision" id={`decision-${seq}`} open={isOpen}>
      <summary>
        <Icon name={decision.winner === null ? 'clock' : 'good'} />
        <time class="figure muted">{exactTimeOf(atMs)}</time>
        <h3>{printable(says)}</h3>
      </summary>
      <p class="decision-needs muted">{needsText(decision, titles)}</p>
      <Picture picture={picture} level={4} />
    </details>
  );
}

/** What was looked for, and the turn that the call had. */
export function needsText({ requirement, step, ahead }: Decision, titles: Titles): string {
  const needs = `The call needed ${printable(requirementText(requirement, titles.sites))}`;
  const turn =
    ahead === 0
      ? ''
      : ` ${counted(ahead, 'call')} for the same people ${ahead === 1 ? 'was' : 'were'} ahead in the line.`;
  return `${needs}${step === 0 ? '' : `, in step ${step} of its service`}.${turn}`;
}
