import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LogFields } from '../../../src/ports/log.ts';
import { maskNumber, openLog, redact } from '../../../src/runtime/log.ts';
import { backoffMs } from '../../../src/runtime/retry.ts';

function lines(readable: boolean) {
  const written: string[] = [];
  const log = openLog({ component: 'edge', level: 'debug', readable, write: (line) => void written.push(line) });
  return { log, written };
}

describe('log', () => {
  it('writes JSON with the fixed keys and no others', () => {
    const { log, written } = lines(false);
    log.child({ edge: 'edge1' }).warn('the database is slow', { call: 'c1', durMs: 210, password: 'p' } as LogFields);
    const line = JSON.parse(written[0] ?? '') as Record<string, unknown>;
    expect(line).toMatchObject({
      level: 'warn',
      component: 'edge',
      edge: 'edge1',
      call: 'c1',
      durMs: 210,
      msg: 'the database is slow',
    });
    expect(line).not.toHaveProperty('password');
    expect(written[0]).toMatch(/\n$/);
  });

  it('writes short lines for people', () => {
    const { log, written } = lines(true);
    log.child({ edge: 'edge1' }).info('call bridged', { call: 'c1', durMs: 12 });
    expect(written[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}edge edge1: call bridged \(call=c1 durMs=12\)\n$/);
  });

  it('lets neither secrets nor numbers through', () => {
    const { log, written } = lines(false);
    log.error('cannot reach mysql://ipnt:pa55@db/x from +49301234567', {
      detail: 'GET /ari/events?api_key=ipnt:pa55&app=ipnt',
    });
    expect(written.join()).not.toMatch(/pa55|301234/);
  });
});

describe('redaction', () => {
  it.each([
    ['mysql://u:p@h/db', 'mysql://u:***@h/db'],
    ['ws://h/ari/events?app=ipnt&api_key=u:p&x=1', 'ws://h/ari/events?app=ipnt&api_key=***&x=1'],
    ['Secret: abc', 'Secret: ***'],
    ['{"password":"abc","user":"u"}', '{"password":"***","user":"u"}'],
    ['Authorization: Basic dTpw', 'Authorization: ***'],
    ['caller +49301234567 on 1763829402.12', 'caller +49******567 on 1763829402.12'],
    ['nothing to hide', 'nothing to hide'],
  ])('%s', (text, expected) => expect(redact(text)).toBe(expected));

  it.each([
    ['+49301234567', '+49******567'],
    ['0301234567', '*******567'],
    ['2001', '****'],
    ['', ''],
  ])('masks %s', (number, expected) => {
    expect(maskNumber(number)).toHaveLength(number.length);
    expect(maskNumber(number)).toBe(expected);
  });
});

describe('backoff', () => {
  it('grows, jitters within its upper half, and never exceeds its maximum', () => {
    const rule = { baseMs: 100, maxMs: 5_000 };
    expect([1, 2, 3, 4, 5, 6, 99].map((n) => backoffMs(n, 0, rule))).toEqual([100, 200, 400, 800, 1_600, 2_500, 2_500]);
    expect([1, 2, 99].map((n) => backoffMs(n, 0.999, rule))).toEqual([200, 400, 4_998]);
  });
});

it('goes on when nobody reads its log any more', async () => {
  const script = fileURLToPath(new URL('chatter.ts', import.meta.url));
  const role = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(role.stderr, 'data');
  role.stderr.destroy();
  expect(await once(role, 'exit')).toEqual([42, null]);
});
