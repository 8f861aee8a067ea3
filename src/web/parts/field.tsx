import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Common {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with what was typed. */
  readonly fault?: string;
  /** The label is for screen readers alone: where the place says it already. */
  readonly isBare?: boolean;
}

interface InputProps extends Common {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'text' | 'password' | 'search' | 'number' | 'tel' | 'date' | 'datetime-local';
  readonly name?: string;
  readonly autocomplete?: string;
  readonly autocapitalize?: 'none';
  readonly inputMode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'search';
  /** Id of a datalist with what can be chosen. */
  readonly list?: string;
  readonly placeholder?: string;
  readonly min?: string;
  readonly max?: string;
  readonly step?: string;
  readonly maxLength?: number;
  readonly required?: boolean;
  readonly disabled?: boolean;
}

interface FrameProps extends Common {
  readonly id: string;
  readonly children: ComponentChildren;
}

const Frame = ({ id, label, hint, fault, isBare, children }: FrameProps) => (
  <div class="field">
    <label for={id} class={isBare === true ? 'unseen' : undefined}>
      {label}
    </label>
    {children}
    {hint === undefined ? null : (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    {fault === undefined ? null : (
      <p class="fault" id={`${id}-fault`} role="alert">
        {fault}
      </p>
    )}
  </div>
);

function describedBy(id: string, { hint, fault }: Common): string | undefined {
  const ids = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`].filter(
    (one) => one !== '',
  );
  return ids.length === 0 ? undefined : ids.join(' ');
}

/** A labelled input. */
export function Field({ label, hint, fault, isBare, value, onValue, type = 'text', ...rest }: InputProps) {
  const id = useId();
  const common = { label, ...opt('hint', hint), ...opt('fault', fault), ...opt('isBare', isBare) };
  return (
    <Frame id={id} {...common}>
      <input
        {...rest}
        // Preact types an input by each of its types; these are all typed as text is.
        type={type as 'text'}
        id={id}
        value={value}
        aria-invalid={fault !== undefined}
        aria-describedby={describedBy(id, common)}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Frame>
  );
}

export interface Choice {
  readonly value: string;
  readonly title: string;
}

type SelectProps = Common & {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly choices: readonly Choice[];
};

/** A labelled choice. */
export function Select({ label, hint, fault, isBare, value, onValue, choices }: SelectProps) {
  const id = useId();
  const common = { label, ...opt('hint', hint), ...opt('fault', fault), ...opt('isBare', isBare) };
  return (
    <Frame id={id} {...common}>
      <select
        id={id}
        value={value}
        aria-describedby={describedBy(id, common)}
        onChange={(event) => onValue(event.currentTarget.value)}
      >
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.title}
          </option>
        ))}
      </select>
    </Frame>
  );
}

const opt = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  (value === undefined ? {} : { [key]: value }) as Partial<Record<K, V>>;
