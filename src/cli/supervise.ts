/** Keeps one child process for each role alive: started again with growing waits, ended together. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Channel } from '../runtime/monitoring/channel.ts';
import type { Supervisee } from '../runtime/monitoring/run.ts';
import { backoffMs } from '../runtime/retry.ts';

export interface Role {
  readonly role: 'site' | 'edge' | 'api';
  /** Of the site or edge; '' for the API. */
  readonly name: string;
}

/** The part of a child process that is used: tests have their own. */
export type Child = Pick<ChildProcess, 'pid' | 'kill'> &
  Channel & {
    once(event: 'exit', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
    once(event: 'error', listener: (error: Error) => void): unknown;
  };

export interface SuperviseOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: () => number;
  readonly spawn: (role: Role) => Child;
}

export interface Supervised {
  /** Each role as it is now, for monitoring. */
  roles(): readonly Supervisee[];
  /** Asks every child to end, kills those that do not, and starts none again. */
  stop(): Promise<void>;
}

const BACKOFF = { baseMs: 250, maxMs: 10_000 };
/** A child that lived this long was well: its next end counts as the first. */
const WELL_AFTER_MS = 30_000;
/** A role's own end is bounded by 10 s. */
const KILL_AFTER_MS = 12_000;

/** Starts every role and keeps it running until `stop`. */
export function supervise(roles: readonly Role[], options: SuperviseOptions): Supervised {
  const keepers = roles.map((role) => keep(role, options));
  return {
    roles: () => keepers.map((keeper) => keeper.role()),
    stop: async () => void (await Promise.all(keepers.map((keeper) => keeper.stop()))),
  };
}

interface Keeper {
  role(): Supervisee;
  stop(): Promise<void>;
}

function keep(role: Role, { log, clock, random, spawn: start }: SuperviseOptions): Keeper {
  const roleLog = role.role === 'api' ? log.child({ component: 'api' }) : log.child({ [role.role]: role.name });
  let child: Child | null = null;
  let restart: Timer | null = null;
  let stopping = false;
  let attempt = 0;
  let starts = 0;
  let gone: () => void = () => undefined;
  const whenGone = new Promise<void>((resolve) => (gone = resolve));

  const begin = (): void => {
    const startedMs = clock.monoMs();
    const now = start(role);
    starts += 1;
    child = now;
    let over = false;
    const ended = (how: string): void => {
      if (over) return;
      over = true;
      child = null;
      if (stopping) return gone();
      attempt = clock.monoMs() - startedMs > WELL_AFTER_MS ? 1 : attempt + 1;
      const waitMs = backoffMs(attempt, random(), BACKOFF);
      roleLog.error(`the process ended (${how}); it is started again`, { attempt, durMs: waitMs });
      restart = clock.after(waitMs, begin);
    };
    now.once('exit', (code, signal) => ended(signal ?? `exit ${code}`));
    now.once('error', (error) => ended(error.message));
  };

  begin();
  return {
    role: () => ({ ...role, channel: child, restarts: starts - 1 }),
    stop: async () => {
      stopping = true;
      restart?.cancel();
      if (child === null) return;
      child.kill('SIGTERM');
      const killer = clock.after(KILL_AFTER_MS, () => {
        roleLog.error('the process does not end: killed');
        child?.kill('SIGKILL');
      });
      await whenGone;
      killer.cancel();
    },
  };
}

/**
 * Starts this same program in another role. In a process group of its own: Ctrl-C on a terminal reaches the supervisor alone, who
 * then ends all in order. By the channel a child notices that its supervisor was killed.
 */
export function spawnRole(args: readonly string[]): ChildProcess {
  const program = process.argv[1] ?? '';
  return spawn(process.execPath, [...process.execArgv, program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
    // Where monitoring listens is the supervisor's own: it asks its children over the channel.
    env: { ...process.env, IPNT_MONITORING: undefined },
  });
}
