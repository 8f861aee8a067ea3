import { untilText } from '../../core/explain/service-line.ts';
import { printable } from '../../core/explain/text.ts';
import { Pill } from './pill.tsx';

interface OpeningProps {
  readonly isOpen: boolean;
}

export const OpeningPill = ({ isOpen }: OpeningProps) =>
  isOpen ? (
    <Pill tone="good" icon="good">
      Open
    </Pill>
  ) : (
    <Pill tone="warn" icon="closed">
      Closed
    </Pill>
  );

interface WhyProps extends OpeningProps {
  readonly why: string;
  readonly untilMs: number | null;
  readonly zone: string;
}

/** `Within its hours (office), until Mon 2026-11-30 18:00 Europe/Berlin.` */
export function openingWhy({ why, untilMs, zone }: WhyProps): string {
  const until = untilText({ untilMs, zone });
  return printable(`${why.charAt(0).toUpperCase()}${why.slice(1)}${until === null ? '' : `, until ${until}`}.`);
}
