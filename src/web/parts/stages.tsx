import type { PlannedStage } from '../../core/explain/stages.ts';
import { printable, span } from '../../core/explain/text.ts';

/** The stages of a wait one below the other, with the time at which each may begin at its left. */
export const StagesPicture = ({ stages }: { readonly stages: readonly PlannedStage[] }) => (
  <ol class="stages">
    {stages.map((stage) => (
      <li key={stage.step} class={stage.isEnd ? 'end' : undefined}>
        <span class="stage-at figure">{stage.afterMs === 0 ? '0 s' : span(stage.afterMs)}</span>
        <div>
          <p class="stage-when">
            {stage.step > 0 && !isLastWait(stage, stages) ? `Step ${stage.step}, ${stage.when}` : sentence(stage.when)}
          </p>
          {stage.does.map((line) => (
            <p key={line}>{printable(line)}</p>
          ))}
        </div>
      </li>
    ))}
  </ol>
);

/** The longest wait is no step of the service. */
const isLastWait = (stage: PlannedStage, stages: readonly PlannedStage[]): boolean =>
  stage.isEnd && stage === stages.at(-1) && stage.when.endsWith('in all');

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
