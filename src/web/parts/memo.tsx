import type { ComponentChild, ComponentType } from 'preact';
import { Component } from 'preact';

/** Draws again only when one of its properties is another object: rows of the board stay the same objects while nothing happens to them. */
export function memo<P extends object>(View: (props: P) => ComponentChild): ComponentType<P> {
  const Shown = View as ComponentType<P>;
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const now: Readonly<P> = this.props;
      return (Object.keys(next) as (keyof P)[]).some((key) => next[key] !== now[key]);
    }
    render() {
      return <Shown {...(this.props as P)} />;
    }
  };
}
