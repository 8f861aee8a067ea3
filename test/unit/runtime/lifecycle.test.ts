import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { openLifecycle } from '../../../src/runtime/lifecycle.ts';
import { noLog } from '../../../src/runtime/log.ts';

function setUp(totalMs = 1_000) {
  const exit = vi.fn();
  const proc = Object.assign(new EventEmitter(), { exit });
  const error = vi.fn();
  const life = openLifecycle({ log: { ...noLog, error }, clock: systemClock, totalMs, process: proc });
  return { life, proc, exit, error };
}

it('runs the intake first, then the last step first, once', async () => {
  const { life, exit } = setUp();
  const ran: string[] = [];
  for (const name of ['store', 'records', 'app']) life.onStop(name, () => void ran.push(name));
  life.onStop('socket', () => void ran.push('socket'), { intake: true });
  await Promise.all([life.stop('done'), life.stop('again', 7)]);
  expect(ran).toEqual(['socket', 'app', 'records', 'store']);
  expect(exit.mock.calls).toEqual([[0]]);
  expect(await life.stopping).toEqual({ reason: 'done', code: 0 });
  expect(life.isStopping).toBe(true);
});

it('goes on after a step that fails, and says so in the exit code', async () => {
  const { life, exit, error } = setUp();
  const last = vi.fn();
  life.onStop('last', last);
  life.onStop('bad', () => Promise.reject(new Error('no')));
  await life.stop('done');
  expect(last).toHaveBeenCalledOnce();
  expect(error).toHaveBeenCalledOnce();
  expect(exit.mock.calls).toEqual([[1]]);
});

it('is bounded in total', async () => {
  const { life, exit, error } = setUp(30);
  const never = vi.fn();
  life.onStop('never reached', never);
  life.onStop('hangs', () => new Promise<void>(() => undefined));
  await life.stop('done');
  expect(never).not.toHaveBeenCalled();
  expect(error).toHaveBeenCalledTimes(2);
  expect(exit.mock.calls).toEqual([[1]]);
});

it('ends on a signal, and at once on the second', async () => {
  const { life, proc, exit } = setUp();
  life.onStop('hangs', () => new Promise<void>(() => undefined));
  proc.emit('SIGTERM', 'SIGTERM');
  expect(await life.stopping).toEqual({ reason: 'SIGTERM', code: 0 });
  expect(exit).not.toHaveBeenCalled();
  proc.emit('SIGINT', 'SIGINT');
  expect(exit.mock.calls).toEqual([[1]]);
});

it('ends with 1 on what nobody caught', async () => {
  const { life, proc, exit, error } = setUp();
  proc.emit('unhandledRejection', new Error('oops'));
  await life.stop('later');
  expect(error.mock.calls[0]?.[1]).toMatchObject({ errCode: 'BUG', detail: expect.stringContaining('oops') as string });
  expect(exit.mock.calls).toEqual([[1]]);
});
