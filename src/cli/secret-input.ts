import { Ending } from './command.ts';
import { EXIT } from './io.ts';
import type { SecretInput } from './io.ts';

/** Longer is no password, but a file by mistake. */
const MOST_BYTES = 4_096;
const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\b', '\u007f'];

export const processSecrets: SecretInput = {
  get isTerminal() {
    return process.stdin.isTTY === true;
  },
  ask: (prompt) => askHidden(process.stdin, process.stderr, prompt),
  line: () => firstLine(process.stdin),
};

type Terminal = NodeJS.ReadableStream & { setRawMode(on: boolean): unknown };

/** In raw mode the terminal shows nothing by itself; what edits a line is ours to do then. */
export function askHidden(input: Terminal, output: NodeJS.WritableStream, prompt: string): Promise<string> {
  output.write(prompt);
  input.setRawMode(true);
  input.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    const typed: string[] = [];
    const end = (settle: () => void): void => {
      input.off('data', take);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      settle();
    };
    const take = (text: string | Buffer): void => {
      for (const char of String(text)) {
        if (char === '\r' || char === '\n' || char === CTRL_D) return end(() => resolve(typed.join('')));
        if (char === CTRL_C) return end(() => reject(new Ending(EXIT.failed)));
        if (char === BACKSPACE || char === DELETE) typed.pop();
        else if (char >= ' ' && typed.length < MOST_BYTES) typed.push(char);
      }
    };
    input.on('data', take);
    input.resume();
  });
}

export async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = Buffer.alloc(0);
  for await (const part of input) {
    text = Buffer.concat([text, Buffer.from(part as string)]);
    if (text.includes('\n') || text.length > MOST_BYTES) break;
  }
  return (text.subarray(0, MOST_BYTES).toString('utf8').split('\n')[0] ?? '').replace(/\r$/, '');
}
