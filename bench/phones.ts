/** The agents' side of the bench: one process for all their phones. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Invited } from './agents.ts';

export type { Invited } from './agents.ts';

export interface Phones {
  /** The INVITEs that came since it was asked last. */
  take(): Promise<readonly Invited[]>;
  stop(): Promise<void>;
}

/** Starts the phones at port 5060 of the address. They end with us: the channel between us is their life. */
export async function startPhones(address: string): Promise<Phones> {
  const child = fork(fileURLToPath(new URL('./agents.ts', import.meta.url)), [address]);
  const ended = once(child, 'exit');
  const died = ended.then(() => {
    throw new Error('the process of the phones ended');
  });
  died.catch(() => undefined);
  await Promise.race([once(child, 'message'), died]);
  return {
    take: async () => {
      const answer = once(child, 'message');
      child.send('take');
      const [invited] = (await Promise.race([answer, died])) as [Invited[]];
      return invited;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
