/** CPU time of processes, from /proc: the kernel counts in ticks of 10 ms, so only sums over many calls mean something. */
import { readFileSync } from 'node:fs';

const TICK_MS = 10;

/** User and system time of a process so far, in ms; 0 when it is gone. */
export function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; the fields behind it are plain.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

/** Starts counting; the function that comes back tells what each process used since. */
export function countCpu(pids: Readonly<Record<string, number>>): () => Record<string, number> {
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuMs(pid)] as const);
  return () => Object.fromEntries(before.map(([name, pid, ms]) => [name, Math.max(0, cpuMs(pid) - ms)]));
}
