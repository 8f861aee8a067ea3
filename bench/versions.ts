/** What was measured with what. */
import { spawnSync } from 'node:child_process';
import { release } from 'node:os';
import { providePart } from '../src/runtime/parts/index.ts';
import type { BenchStack } from './stack.ts';

export async function versions(stack: BenchStack): Promise<Record<string, string>> {
  const asterisk = (await stack.lab.edges.get('edge1')?.cli('core show version')) ?? '';
  const git = (...args: string[]): string =>
    spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout?.trim() ?? '';
  return {
    ipnt: git('log', '-1', '--format=%h', '--', '../src', '../dialplan'),
    asterisk: /Asterisk (\S+)/.exec(asterisk)?.[1] ?? '',
    mariadb: (await providePart('mariadb')).version,
    sipp: (await providePart('sipp')).version,
    node: process.version,
    kernel: release(),
  };
}
