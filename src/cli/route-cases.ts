import type { DryCase } from '../core/routing/dry-case.ts';
import { caseFaults } from '../core/routing/dry-check.ts';
import { FaultsError, readCases, readText } from '../settings/index.ts';
import type { Fault } from '../settings/index.ts';
import { Ending } from './command.ts';
import { withCure } from './cured.ts';
import { EXIT } from './io.ts';
import type { Io } from './io.ts';
import { tryCase } from '../apps/common/dry-bench.ts';
import type { Bench } from '../apps/common/dry-bench.ts';
import { differenceText, runJson, shortText, titlesOf } from '../core/explain/dry-run.ts';
import { table } from './table.ts';

/** Tries every case of a file; ends with 1 where one comes otherwise. Throws CASES_INVALID with every fault of the file. */
export async function testCases(bench: Bench, file: string, json: boolean, io: Io): Promise<void> {
  const cases = casesOf(file, bench.world);
  const titles = titlesOf(bench.world);
  const rows: { readonly name: string; readonly isOk: boolean; readonly text: string; readonly json: unknown }[] = [];
  for (const one of cases) {
    const { run, wrong } = await tryCase(bench, one);
    const text =
      wrong.length === 0 ? shortText(run, titles) : wrong.map((d) => differenceText(d, run, titles)).join('; ');
    rows.push({ name: one.name, isOk: wrong.length === 0, text, json: { name: one.name, ...runJson(run, wrong) } });
  }
  const failed = rows.filter(({ isOk }) => !isOk).length;
  if (json)
    io.out(
      `${JSON.stringify(
        rows.map((row) => row.json),
        null,
        2,
      )}\n`,
    );
  else {
    const columns = [
      { title: '', of: (row: (typeof rows)[number]) => (row.isOk ? 'ok' : 'FAILED') },
      { title: 'CASE', of: (row: (typeof rows)[number]) => row.name },
      { title: 'WHAT CAME', of: (row: (typeof rows)[number]) => row.text },
    ];
    const count = rows.length === 1 ? '1 case' : `${rows.length} cases`;
    io.out(`${table(rows, columns, '')}${count}, ${failed === 0 ? 'all as expected' : `${failed} FAILED`}\n`);
  }
  if (failed > 0) throw new Ending(EXIT.failed);
}

function casesOf(file: string, world: Bench['world']): readonly DryCase[] {
  const text = withCure('name a file of cases that this user can read (config/cases.example.yaml shows one)', () =>
    readText(file, 'ROUTING_INVALID'),
  );
  const { cases, faults, faultAt } = readCases(text, file);
  const found: Fault[] = [...faults];
  cases?.forEach((one, index) => {
    for (const { key, message, cure } of caseFaults(one, world)) found.push(faultAt(index, key, message, cure));
  });
  if (cases === null || found.length > 0) throw new FaultsError('CASES_INVALID', file, found);
  return cases;
}
