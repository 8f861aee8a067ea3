/** The server of made-up answers as a process of its own, for tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { built } from '../build.ts';

export interface Fixture {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Builds the pages when needed, and starts it on a free port. Throws where it ends instead. */
export async function startFixture(): Promise<Fixture> {
  built();
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'serve.ts'), '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const told = once(child.stdout, 'data').then(([line]) => String(line).trim().replace(/\/$/, ''));
  const url = await Promise.race([told, ended.then(() => '')]);
  if (url === '') throw new Error('the server of made-up answers has ended: see its words above');
  return {
    url,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
