import type { ComponentChildren } from 'preact';
import '../styles/facts.css';

/** One line of a `<dl class="facts">`. */
export const Fact = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);
