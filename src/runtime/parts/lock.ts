import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;

/**
 * Runs `work` while no other process (or caller in this one) holds `file`. A lock names its holder by pid and start time,
 * so one left behind by a process that died is taken over, even where its number has been given to another since.
 * Throws if the holder is still busy after `timeoutMs`.
 */
export async function withLock<T>(file: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${process.pid} ${startTime(process.pid)}\n`;
  const deadline = Date.now() + timeoutMs;
  while (!tryCreate(file, mine)) {
    const holder = read(file);
    if (holder !== undefined && !isAlive(holder)) takeAway(file, holder);
    else if (Date.now() > deadline) throw new Error(`${file} is still held by process ${holder?.split(' ')[0] ?? '?'}`);
    else await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if (read(file) === mine) rmSync(file, { force: true });
  }
}

/** Whether the process that wrote 'PID START' still runs. */
export function isAlive(holder: string): boolean {
  const [pid = '', start = ''] = holder.trim().split(' ');
  if (!/^[1-9]\d*$/.test(pid)) return false;
  if (start !== '') return startTime(Number(pid)) === start;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in ticks since boot (field 22 of proc(5) stat); '' if it is gone, a zombie, or not on Linux. */
export function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** Links a finished file into place: a lock is never seen half written. */
function tryCreate(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Two processes may find the same dead holder: whoever comes second has moved a living lock, and puts it back. */
function takeAway(file: string, holder: string): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (read(aside) !== holder) linkSync(aside, file);
  } catch {
    // Already taken away, or replaced: the caller looks again.
  }
  rmSync(aside, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
