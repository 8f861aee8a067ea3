import { EventEmitter } from 'node:events';
import { beforeEach, expect, it } from 'vitest';
import { supervise } from '../../../src/cli/supervise.ts';
import type { Child, Role } from '../../../src/cli/supervise.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { noLog } from '../../../src/runtime/log.ts';

/** A clock that stands still until it is told to go on. */
class ManualClock implements Clock {
  now = 0;
  readonly timers: { at: number; fn: () => void }[] = [];
  nowMs = (): number => this.now;
  monoMs = (): number => this.now;
  after(ms: number, fn: () => void) {
    const timer = { at: this.now + ms, fn };
    this.timers.push(timer);
    return { cancel: () => void this.timers.splice(this.timers.indexOf(timer) >>> 0, 1) };
  }
  go(ms: number): void {
    this.now += ms;
    for (const due of this.timers.filter((timer) => timer.at <= this.now)) {
      this.timers.splice(this.timers.indexOf(due), 1);
      due.fn();
    }
  }
}

class FakeChild extends EventEmitter {
  readonly pid = 1;
  readonly signals: string[] = [];
  obeys = true;
  kill(signal?: NodeJS.Signals | number): boolean {
    this.signals.push(String(signal));
    if (this.obeys || signal === 'SIGKILL') this.emit('exit', null, signal);
    return true;
  }
}

let clock: ManualClock;
let children: { role: Role; child: FakeChild }[];
beforeEach(() => {
  clock = new ManualClock();
  children = [];
});

const roles: Role[] = [
  { role: 'site', name: 'berlin' },
  { role: 'edge', name: 'edge1' },
];
const start = (which = roles) =>
  supervise(which, {
    ...{ log: noLog, clock, random: () => 0 },
    spawn: (role) => {
      const child = new FakeChild();
      children.push({ role, child });
      return child as unknown as Child;
    },
  });
const names = (): string[] => children.map(({ role }) => role.name);

it('starts every role, and again after growing waits the one that ended', () => {
  start();
  expect(names()).toEqual(['berlin', 'edge1']);
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    children.at(-1)?.child.emit('exit', 1, null);
    waits.push((clock.timers[0]?.at ?? 0) - clock.now);
    clock.go(20_000);
  }
  expect(names()).toEqual(['berlin', ...Array.from({ length: 9 }, () => 'edge1')]);
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
});

it('begins with short waits again after a child that lived long', () => {
  start([{ role: 'site', name: 'berlin' }]);
  for (let i = 0; i < 5; i++) {
    children.at(-1)?.child.emit('exit', 1, null);
    clock.go(10_000);
  }
  clock.go(40_000);
  children.at(-1)?.child.emit('exit', 1, null);
  expect((clock.timers[0]?.at ?? 0) - clock.now).toBe(250);
});

it('ends all, kills who does not end, and starts nobody again', async () => {
  const supervised = start();
  const [first, second] = children.map(({ child }) => child);
  if (second) second.obeys = false;
  const stopped = supervised.stop();
  expect(first?.signals).toEqual(['SIGTERM']);
  clock.go(12_000);
  await stopped;
  expect(second?.signals).toEqual(['SIGTERM', 'SIGKILL']);
  clock.go(60_000);
  expect(children).toHaveLength(2);
});

it('ends while it waits to start a role again', async () => {
  const supervised = start([{ role: 'site', name: 'berlin' }]);
  children[0]?.child.emit('error', new Error('ENOMEM'));
  await supervised.stop();
  clock.go(60_000);
  expect(children).toHaveLength(1);
});
