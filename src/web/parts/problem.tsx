import type { ComponentChildren } from 'preact';
import type { Problem } from '../api.ts';
import { sentence } from '../format.ts';
import { Icon } from './icon.tsx';

interface ProblemProps {
  readonly problem: Problem;
  /** Offers to try again. */
  readonly again?: () => void;
}

/** What went wrong, and what to do about it. */
export const ProblemNote = ({ problem, again }: ProblemProps) => (
  <div class="note bad" role="alert">
    <Icon name="warn" />
    <div>
      <p class="note-title">{sentence(problem.title)}</p>
      {problem.detail === '' || problem.detail === problem.title ? null : <p>{sentence(problem.detail)}</p>}
      {problem.faults.length === 0 ? null : (
        <ul>
          {problem.faults.map((fault) => (
            <li key={`${fault.path} ${fault.message}`}>
              {fault.path === '' ? null : <code>{fault.path}</code>} {fault.message}
              {fault.cure === '' ? '' : ` (${fault.cure})`}
            </li>
          ))}
        </ul>
      )}
      {problem.cure === '' ? null : <p class="cure">What to do: {problem.cure}</p>}
      {again === undefined ? null : (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  </div>
);

/** Nothing to show, and what would make it otherwise. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children === undefined ? null : <p>{children}</p>}
  </div>
);

/** Holds the place of what is still to come, without moving parts; shown only when it takes long enough to be noticed. */
export const Loading = ({ what }: { readonly what: string }) => (
  <p class="loading" role="status">
    Loading {what} …
  </p>
);
