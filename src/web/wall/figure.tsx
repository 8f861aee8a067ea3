import type { ComponentChildren } from 'preact';
import { Icon } from '../parts/icon.tsx';

interface FigureProps {
  readonly label: string;
  readonly isLoud?: boolean;
  /** Something to look at, and not more. */
  readonly isOdd?: boolean;
  readonly title?: string;
  readonly children: ComponentChildren;
}

const look = ({ isLoud, isOdd }: FigureProps): string | undefined =>
  isLoud === true ? 'loud' : isOdd === true ? 'odd' : undefined;

/** A figure to be read from afar, in a `dl`. */
export const Figure = (props: FigureProps) => (
  <div class={look(props)}>
    <dt>{props.label}</dt>
    <dd class="figure">
      {props.isLoud === true ? <Icon name="warn" /> : null}
      {props.children}
    </dd>
  </div>
);

/** One of many beside each other. */
export const Small = (props: FigureProps) => (
  <div class={look(props)} title={props.title}>
    <dt>{props.label}</dt>
    <dd class="figure">{props.children}</dd>
  </div>
);
