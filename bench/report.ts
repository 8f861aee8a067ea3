/** The figures as tables, and their place in README.md. */
import { cpus } from 'node:os';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Round } from './measure.ts';
import type { Ramp } from './ramp.ts';
import type { Way } from './stack.ts';
import { median } from './stats.ts';

export interface Results {
  readonly at: string;
  readonly machine: { readonly cores: number; readonly model: string; readonly loadBefore: number };
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: { readonly agents: number; readonly seconds: number; readonly talkMs: number };
  readonly rounds: readonly Round[];
  readonly ramps: readonly Ramp[];
}

const BEGIN = '<!-- figures: npm run bench -- --write -->';
const END = '<!-- end of figures -->';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
const ms = (value: number): string => value.toFixed(1);
const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '-');

const ratesOf = (results: Results): number[] => [...new Set(results.rounds.map((round) => round.ratePerSec))];

function figure(results: Results, way: Way, rate: number, of: (round: Round) => number): number {
  return median(results.rounds.filter((round) => round.way === way && round.ratePerSec === rate).map(of));
}

/** Medians over the rounds, and what they are to one another. */
function delays(results: Results): string {
  const rows = ratesOf(results).flatMap((rate) =>
    (['p50Ms', 'p95Ms'] as const).map((name) => {
      const [a, b, c] = (['a', 'b', 'c'] as const).map((way) => figure(results, way, rate, (round) => round[name]));
      return [
        ...[String(rate), name.slice(0, 3), ms(a ?? NaN), ms(b ?? NaN), ms(c ?? NaN)],
        ...[ratio((c ?? NaN) / (a ?? NaN)), ratio((c ?? NaN) / (b ?? NaN))],
      ];
    }),
  );
  return table(['calls/s', '', '(a) Dial, ms', '(b) app_queue, ms', '(c) ipnt, ms', 'c/a', 'c/b'], rows);
}

function greatestRates(results: Results): string {
  const [a, b, c] = (['a', 'b', 'c'] as const).map((way) =>
    median(results.ramps.filter((ramp) => ramp.way === way).map((ramp) => ramp.ratePerSec)),
  ) as [number, number, number];
  const cells = [a, b, c].map((rate) => rate.toFixed(0));
  return table(['(a) calls/s', '(b) calls/s', '(c) calls/s', 'c/a', 'c/b'], [[...cells, ratio(c / a), ratio(c / b)]]);
}

function cpu(results: Results, rate: number): string {
  const names = [...new Set(results.rounds.flatMap((round) => Object.keys(round.cpuMsACall)))].sort();
  const of = (way: Way, name: string): number => figure(results, way, rate, (round) => round.cpuMsACall[name] ?? 0);
  const ways = ['a', 'b', 'c'] as const;
  const rows = names.map((name) => [name, ...ways.map((way) => ms(of(way, name)))]);
  const sum = ways.map((way) => ms(names.reduce((total, name) => total + of(way, name), 0)));
  return table([`CPU ms a call, at ${rate}/s`, '(a)', '(b)', '(c)'], [...rows, ['all', ...sum]]);
}

export function tables(results: Results): string {
  const rates = ratesOf(results);
  const failed = results.rounds.reduce((sum, round) => sum + round.failed, 0);
  const calls = results.rounds.reduce((sum, round) => sum + round.calls, 0);
  const rounds = results.rounds.length / Math.max(1, rates.length * 3);
  return [
    `Caller's INVITE to agent's INVITE, medians of ${rounds} rounds of ${results.settings.seconds} s (${failed} of ${calls} calls failed):`,
    delays(results),
    ...(results.ramps.length > 0 ? ['Calls a second without a failure:', greatestRates(results)] : []),
    cpu(results, Math.max(...rates)),
  ].join('\n\n');
}

/** Replaces what is between the markers. */
export function writeReadme(file: string, results: Results): void {
  const { machine, versions } = results;
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const about = [
    `Taken ${results.at.slice(0, 16).replace('T', ' ')} UTC on ${machine.cores} cores (${machine.model}), load before`,
    `${machine.loadBefore.toFixed(2)}; ${parts.join(', ')}.`,
  ].join(' ');
  writeBetween(file, BEGIN, END, `${about}\n\n${tables(results)}`);
}

/** When and on what figures were taken. */
export function taken(loadBefore: number): string {
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const [cpu] = cpus();
  return `Taken ${at} UTC on ${cpus().length} cores (${cpu?.model ?? ''}), load before ${loadBefore.toFixed(2)}.`;
}

export function writeBetween(file: string, begin: string, end: string, figures: string): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for figures`);
  writeFileSync(file, `${text.slice(0, from)}${begin}\n\n${figures}\n\n${text.slice(to)}`);
}
