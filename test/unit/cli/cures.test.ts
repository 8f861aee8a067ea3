import { expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';

async function said(...args: string[]): Promise<string> {
  let text = '';
  const out = (part: string): void => void (text += part);
  await main(args, { out, err: out, env: {}, isScreen: false });
  return text;
}

it('tells how to name a transcript that is not there', async () => {
  const text = await said('replay', 'nope');
  expect(text).toMatch(/no such file or folder[\s\S]*cure: {2}name a transcript/);
});

it('tells how to name a routing file that is not there', async () => {
  const text = await said('check', '--settings', 'config/ipnt.example.yaml', '--routing', 'nope');
  expect(text).toMatch(/no such file[\s\S]*cure: {2}name a routing file/);
  expect(text).not.toContain('nothing was applied');
});
