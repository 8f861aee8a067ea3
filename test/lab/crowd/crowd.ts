/** Very many clients of `/v1/stream`, in a process of their own: some read all that comes, the others nothing. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface CrowdSpec {
  readonly url: string;
  readonly token: string;
  readonly readers: number;
  readonly stuck: number;
}

/** What the readers have got. */
export interface CrowdFigures {
  /** Readers whose connection is open. */
  readonly open: number;
  /** Changes that did not follow the frame before. */
  readonly gaps: number;
  readonly snapshots: number;
  readonly changes: number;
  readonly bytes: number;
  /** The last frame of the reader who is furthest behind, and of the one who is furthest ahead. */
  readonly lowestSeq: number;
  readonly highestSeq: number;
}

export interface Crowd {
  figures(): Promise<CrowdFigures>;
  stop(): Promise<void>;
}

const PROCESS = fileURLToPath(new URL('./crowd-process.ts', import.meta.url));

/** Resolves when all of them follow. */
export async function startCrowd(spec: CrowdSpec): Promise<Crowd> {
  const child = fork(PROCESS, [JSON.stringify(spec)], { execArgv: ['--import', 'tsx'] });
  const ended = once(child, 'exit');
  await answer<'up'>(child, ended);
  return {
    figures: () => {
      child.send('figures');
      return answer<CrowdFigures>(child, ended);
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The next message; rejects where the process ends before. */
async function answer<T>(child: ChildProcess, ended: Promise<unknown>): Promise<T> {
  const gone = ended.then(() => {
    throw new Error(`the crowd ended with ${child.exitCode}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), gone])) as [T];
  return message;
}
