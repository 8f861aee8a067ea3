import { main } from '../../../src/cli/main.ts';

/** Runs the command line in this process; gives back its exit code and what it printed. */
export async function ipnt(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io = {
    ...{ env: {}, isScreen: false },
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
  };
  return { code: await main([...args], io), ...said };
}
