/** The figures of the wallboard as tables, and their place in bench/README.md. */
import { table, taken, writeBetween } from '../report.ts';
import type { BoardResults } from './main.ts';

const BEGIN = '<!-- board: npm run bench:board -- --write -->';
const END = '<!-- end of board -->';

export function boardTables({ quiet, loaded, load }: BoardResults): string {
  const row = (what: string, of: (round: typeof quiet) => number, digits = 0): string[] => [
    ...[what, of(quiet).toFixed(digits), of(loaded).toFixed(digits), (of(loaded) / of(quiet)).toFixed(2)],
  ];
  const delays = [
    row('p50, ms', ({ p50Ms }) => p50Ms),
    row('p95, ms', ({ p95Ms }) => p95Ms),
    row('most, ms', ({ mostMs }) => mostMs),
    row('API memory at most, MB', ({ apiMb }) => apiMb),
    row('API CPU, % of a core', ({ apiCpu }) => apiCpu * 100),
  ];
  const head = [
    'agents',
    'changes/s',
    'readers at the end',
    'out of step',
    'snapshots anew',
    'stuck',
    'cut off',
    'MB/s read',
  ];
  const figures = [
    ...[String(load.agents), load.changesPerSec.toFixed(1), String(load.readers), String(load.gaps)],
    ...[String(load.resynced), String(load.stuck), String(load.dropped), load.mbPerSec.toFixed(1)],
  ];
  return [
    `Phone's answer to the frame that shows it, ${quiet.calls} and ${loaded.calls} calls:`,
    table(['', 'one follows', 'all of the load', 'ratio'], delays),
    'The load:',
    table(head, [figures]),
  ].join('\n\n');
}

export function writeBoardReadme(file: string, results: BoardResults, loadBefore: number): void {
  writeBetween(file, BEGIN, END, `${taken(loadBefore)}\n\n${boardTables(results)}`);
}
