import type { ExitCode } from '../io.ts';
import { EXIT } from '../io.ts';
import { counted, printable } from '../../core/explain/text.ts';

/** One thing that was looked at. `part` is what it is about: `database`, `site berlin`, `edge edge1`. */
export interface Finding {
  readonly part: string;
  readonly state: 'ok' | 'warning' | 'fault' | 'not checked';
  readonly what: string;
  /** What to do about it; '' when nothing. */
  readonly cure: string;
}

export const ok = (part: string, what: string): Finding => ({ part, state: 'ok', what, cure: '' });
export const warning = (part: string, what: string, cure: string): Finding => ({ part, state: 'warning', what, cure });
export const fault = (part: string, what: string, cure: string): Finding => ({ part, state: 'fault', what, cure });
export const notChecked = (part: string, what: string, cure = ''): Finding => ({
  part,
  state: 'not checked',
  what,
  cure,
});

/** Clocks further apart than this are reported (design: freshness and leases are judged on the database's). */
export const CLOCK_OFF_MS = 500;

/** Compares a clock with ours; `uncertainMs` is half the round trip in which it was read. */
export function clockFinding(part: string, whose: string, offMs: number, uncertainMs: number): Finding {
  const off = Math.round(Math.abs(offMs));
  if (off - uncertainMs <= CLOCK_OFF_MS) return ok(part, `${whose} agrees with this machine's (${off} ms)`);
  return warning(
    part,
    `${whose} is ${off} ms ${offMs > 0 ? 'ahead of' : 'behind'} this machine's`,
    'run chrony or systemd-timesyncd on both',
  );
}

/** Each part's findings together: the database first, then sites and edges by name. What tells of an edge comes from two places. */
export function byPart(findings: readonly Finding[]): Finding[] {
  const rank = (part: string): number => ['database', 'site', 'edge'].indexOf(part.split(' ')[0] ?? '');
  return findings.toSorted((a, b) => rank(a.part) - rank(b.part) || (a.part < b.part ? -1 : a.part > b.part ? 1 : 0));
}

const LABEL = { ok: 'ok', warning: 'WARNING', fault: 'FAULT', 'not checked': 'NOT CHECKED' } as const;

/** The findings as people read them: one a line, cures below. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ part }) => part.length), 0);
  const lines = findings.flatMap(({ part, state, what, cure }) => [
    `${LABEL[state].padEnd(11)}  ${part.padEnd(width)}  ${printable(what)}`,
    ...(cure === '' ? [] : [`${' '.repeat(15 + width)}cure: ${cure}`]),
  ]);
  const count = (state: Finding['state']): number => findings.filter((one) => one.state === state).length;
  const last = `${count('ok')} ok, ${counted(count('warning'), 'warning')}, ${counted(count('fault'), 'fault')}, ${count('not checked')} not checked`;
  return `${[...lines, '', last].join('\n')}\n`;
}

export const exitCodeOfFindings = (findings: readonly Finding[]): ExitCode =>
  findings.some(({ state }) => state === 'fault') ? EXIT.failed : EXIT.ok;
