/** What a supervised stack's API tells of itself, and its process. */
import { readFileSync } from 'node:fs';
import type { Stack } from '../stack.ts';

/** The process of the API that `ipnt run` started. */
export function apiPid(stack: Stack): number {
  const run = stack.roles.get('run')?.pid ?? 0;
  const children = readFileSync(`/proc/${run}/task/${run}/children`, 'utf8').trim().split(' ').map(Number);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0api\0'));
  if (found === undefined) throw new Error('ipnt run has no process of the API');
  return found;
}

/** A sample of the API, by its name. */
export async function scrape({ lab }: Stack, name: string): Promise<number> {
  const text = await (await fetch(`http://${lab.databaseAddress}:9464/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(name) && one.includes('role="api"'));
  return Number(line?.slice(line.lastIndexOf(' ')));
}

/** Resident memory of a process, MB; 0 when it is gone. */
export function memoryMb(pid: number): number {
  try {
    const [, kb = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kb) / 1_024;
  } catch {
    return 0;
  }
}

/** Watches a process' memory from now on, as long as the caller lives; both functions tell the most there was. */
export function watchMemory(pid: number): { most(): number; stop(): number } {
  let most = memoryMb(pid);
  const timer = setInterval(() => (most = Math.max(most, memoryMb(pid))), 100).unref();
  return {
    most: () => most,
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}
