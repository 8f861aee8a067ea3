import { counted } from '../../core/explain/text.ts';
import { serverNowMs, tick } from '../clock.ts';
import { edges, isOld, services, sites } from '../live.ts';
import { Icon } from '../parts/icon.tsx';
import type { Concern } from './attention.ts';
import { edgeConcerns, serviceConcerns, siteConcerns } from './attention.ts';

interface Named extends Concern {
  readonly name: string;
}

/** Everything that should be looked at now, worst first. */
function allConcerns(nowMs: number): readonly Named[] {
  const named = (name: string, concerns: readonly Concern[]): readonly Named[] =>
    concerns.slice(0, 1).map((one) => ({ ...one, name }));
  const found = [
    ...sites.value.flatMap((site) => named(site.title, siteConcerns(site, nowMs))),
    ...edges.value.flatMap((edge) => named(edge.id, edgeConcerns(edge))),
    ...services.value.flatMap((row) => named(row.title, serviceConcerns(row, nowMs))),
  ];
  return [...found.filter(({ tone }) => tone === 'bad'), ...found.filter(({ tone }) => tone === 'warn')];
}

/** One line that answers "does today go well?". */
export function Verdict() {
  if (isOld.value)
    return (
      <div class="verdict bad">
        <p class="verdict-title">
          <Icon name="warn" />
          Not known now: the figures are old
        </p>
      </div>
    );
  const concerns = allConcerns(serverNowMs(tick.value));
  const bad = concerns.filter(({ tone }) => tone === 'bad');
  const tone = bad.length > 0 ? 'bad' : concerns.length > 0 ? 'warn' : 'good';
  const title =
    bad.length > 0
      ? `${counted(bad.length, 'problem')}`
      : concerns.length > 0
        ? 'Going well, with an eye on'
        : 'All is well';
  const shown = bad.length > 0 ? bad : concerns;
  return (
    <div class={`verdict ${tone}`}>
      <p class="verdict-title">
        <Icon name={tone === 'good' ? 'good' : tone === 'bad' ? 'bad' : 'warn'} />
        {title}
      </p>
      <ul>
        {shown.map(({ name, says }) => (
          <li key={name}>
            <strong>{name}</strong> {says.charAt(0).toLowerCase() + says.slice(1)}
          </li>
        ))}
      </ul>
    </div>
  );
}
