/** The figures of the state path as tables, and their place in bench/README.md. */
import { cpus } from 'node:os';
import { table, writeBetween } from '../report.ts';
import type { KindResults } from './main.ts';

const BEGIN = '<!-- state: npm run bench:state -- --write -->';
const END = '<!-- end of state -->';
const MB = (value: number): string => value.toFixed(0);

export function stateTables(results: readonly KindResults[]): string {
  const rounds = results.flatMap(({ kind, rounds: all }) =>
    all.map((round) => [
      ...[kind, String(round.ratePerSec), round.readEveryMs < 20 ? 'the row is there' : 'an edge has read it'],
      ...[round.p50Ms.toFixed(1), round.p99Ms.toFixed(1), String(round.overtaken), String(round.differences)],
      ...[((round.cpu['ipnt site'] ?? 0) * 100).toFixed(0), MB(round.siteMb)],
    ]),
  );
  const outages = results.flatMap(({ kind, outage }) =>
    outage === null
      ? []
      : [
          [
            ...[kind, String(outage.ratePerSec), String(outage.outSeconds), String(outage.changesMeanwhile)],
            ...[MB(outage.siteMbBefore), MB(outage.siteMbMost)],
            ...[(outage.caughtUpMs / 1_000).toFixed(1), String(outage.differences)],
          ],
        ],
  );
  const head = ['kind', 'changes/s', 'until', 'p50, ms', 'p99, ms', 'overtaken', 'wrong after', 'site CPU, %', 'MB'];
  const outHead = ['kind', 'changes/s', 'database out, s', 'changes meanwhile', 'MB before', 'MB most'];
  return [
    table(head, rounds),
    ...(outages.length > 0 ? [table([...outHead, 'caught up after, s', 'wrong after'], outages)] : []),
  ].join('\n\n');
}

export function writeStateReadme(file: string, results: readonly KindResults[], loadBefore: number): void {
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const [cpu] = cpus();
  const about = `Taken ${at} UTC on ${cpus().length} cores (${cpu?.model ?? ''}), load before ${loadBefore.toFixed(2)}.`;
  writeBetween(file, BEGIN, END, `${about}\n\n${stateTables(results)}`);
}
