import { useId, useState } from 'preact/hooks';
import type { DecisionPicture, PictureCandidate, PictureGroup } from '../../core/explain/picture.ts';
import type { ReasonKind } from '../../core/explain/reasons.ts';
import { Field } from './field.tsx';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';
import '../styles/picture.css';

interface PictureProps {
  readonly picture: DecisionPicture;
  /** Of the two lists; a page's headings go down without a gap. */
  readonly level: 3 | 4;
  /** What the first list is called. */
  readonly ableTitle?: string;
}

/** With more people than this there is a box to find one by name. */
const SEARCH_FROM = 8;

/** Who could have taken a call in the order of the strategy, and what stood against everybody else. */
export function Picture({ picture, level, ableTitle = 'Eligible, in order' }: PictureProps) {
  const [wanted, setWanted] = useState('');
  const { candidates, refused, unsuited, total, tense } = picture;
  const listed = candidates.length + refused.reduce((sum, { people }) => sum + people.length, 0);
  const H = level === 3 ? 'h3' : 'h4';
  const isWanted = (name: string): boolean => name.toLowerCase().includes(wanted.trim().toLowerCase());
  const shown = candidates.filter(({ name }) => isWanted(name));
  const refusedCount = refused.reduce((sum, { count }) => sum + count, 0);
  return (
    <div class="picture">
      {listed < SEARCH_FROM ? null : (
        <div class="picture-search">
          <Field
            label="Find an agent"
            type="search"
            placeholder="Name"
            value={wanted}
            onValue={setWanted}
            hint={`${total} ${tense === 'is' ? 'are' : 'were'} looked at.`}
          />
        </div>
      )}
      <section class="picture-able">
        <H>{ableTitle}</H>
        <p class="muted small">{picture.order}</p>
        {candidates.length === 0 ? <p class="picture-none">Nobody {tense} free.</p> : null}
        {candidates.length > 0 && shown.length === 0 ? (
          <p class="picture-none">Nobody of that name {tense} free.</p>
        ) : null}
        <Ladder picture={picture} candidates={shown} />
      </section>
      <section class="picture-others">
        <H>{`Would do, but ${tense === 'is' ? 'cannot' : 'could not'}: ${refusedCount === 0 ? 'nobody' : refusedCount}`}</H>
        <Groups groups={refused} wanted={wanted.trim()} isWanted={isWanted} />
        {/* Nobody of them is named. */}
        {unsuited.length === 0 || wanted.trim() !== '' ? null : (
          <>
            <H class="picture-rest">Would not do</H>
            <Groups groups={unsuited} wanted="" isWanted={isWanted} />
          </>
        )}
      </section>
    </div>
  );
}

interface LadderProps {
  readonly picture: DecisionPicture;
  readonly candidates: readonly PictureCandidate[];
}

const Ladder = ({ picture, candidates }: LadderProps) => (
  <ol class="ladder">
    {candidates.map((one) => (
      <li key={one.agentId} class={`rung ${one.part}`} value={one.rank}>
        <span class="rung-rank" aria-hidden="true">
          {one.rank}
        </span>
        <span class="rung-name">
          {one.name}
          {one.part === 'chosen' ? (
            <span class="rung-mark">
              <Icon name="good" /> chosen
            </span>
          ) : null}
        </span>
        <span class="rung-measured figure">
          {one.measured === '' ? null : <span class="unseen">{picture.measure} </span>}
          {one.measured}
        </span>
        {one.share === null ? null : (
          <span class="rung-bar" aria-hidden="true">
            <span style={{ width: `${Math.max(one.share * 100, 1)}%` }} />
          </span>
        )}
        <span class="rung-says small muted">{one.says}</span>
      </li>
    ))}
  </ol>
);

const KIND_ICONS: Readonly<Record<ReasonKind, IconName>> = {
  busy: 'talking',
  away: 'paused',
  fault: 'warn',
  rule: 'clock',
  unsuited: 'close',
};

interface GroupsProps {
  readonly groups: readonly PictureGroup[];
  readonly wanted: string;
  readonly isWanted: (name: string) => boolean;
}

/** A bar for each thing that stood against somebody; opened it names them. Whoever is looked for is named at once. */
const Groups = ({ groups, wanted, isWanted }: GroupsProps) => (
  <ul class="why">
    {groups.map((group) => {
      const people = wanted === '' ? group.people : group.people.filter(({ name }) => isWanted(name));
      if (wanted !== '' && people.length === 0) return null;
      return (
        <li key={group.code}>
          <Group
            group={{ ...group, people }}
            share={group.kind === 'unsuited' ? null : group.count / Math.max(...groups.map(({ count }) => count))}
            isOpen={wanted !== ''}
          />
        </li>
      );
    })}
  </ul>
);

interface GroupProps {
  readonly group: PictureGroup;
  /** Against the greatest; null: no bar. Who would not do at all is no part of the picture. */
  readonly share: number | null;
  readonly isOpen: boolean;
}

function Group({ group, share, isOpen }: GroupProps) {
  const { kind, heading, count, people } = group;
  const id = useId();
  const head = (
    <>
      <Icon name={KIND_ICONS[kind]} />
      <span class="why-name">{heading}</span>
      <span class="why-bar" aria-hidden="true">
        {share === null ? null : <span style={{ width: `${share * 100}%` }} />}
      </span>
      <span class="why-count figure">{count}</span>
    </>
  );
  if (people.length === 0) return <div class={`why-head kind-${kind}`}>{head}</div>;
  const more = count - people.length;
  return (
    <details open={isOpen}>
      <summary class={`why-head kind-${kind}`} id={id}>
        {head}
      </summary>
      {/* It scrolls where there are many: the keyboard must come to it. */}
      <ul class="why-people" aria-labelledby={id} tabIndex={people.length > SEARCH_FROM ? 0 : undefined}>
        {people.map((one) => (
          <li key={one.agentId}>
            <span class="why-person">{one.name}</span> <span class="muted">{one.says.join('; ')}</span>
          </li>
        ))}
        {more > 0 && !isOpen ? <li class="muted">and {more} more</li> : null}
      </ul>
    </details>
  );
}
