/** Monitoring over HTTP and over the channel between a supervisor and its roles; all processes are this one. */
import { EventEmitter } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../../src/ports/clock.ts';
import type { SiteReading } from '../../../src/ports/metrics.ts';
import type { Log } from '../../../src/ports/log.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { noLog } from '../../../src/runtime/log.ts';
import { answerOver } from '../../../src/runtime/monitoring/channel.ts';
import type { Channel } from '../../../src/runtime/monitoring/channel.ts';
import { openRunMonitor } from '../../../src/runtime/monitoring/run.ts';
import { openSiteMonitor } from '../../../src/runtime/monitoring/site.ts';
import type { Source } from '../../../src/runtime/monitoring/role-monitor.ts';
import { MonitoringServer } from '../../../src/runtime/monitoring/server.ts';
import { VirtualClock } from '../../simulation/virtual-clock.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const wellAt = (part: Partial<SiteReading> = {}): SiteReading => ({
  checks: [{ check: 'pbx', isOk: true, detail: 'connected' }],
  ...{ isHolding: true, epoch: 3, databaseAnswers: true, isConnected: true, pbxSeenAgoMs: 250, oddMessages: 0 },
  ...{ callsInProgress: 2, agents: new Map([['idle', 4]]), queueWaiting: new Map([['support', 1]]) },
  ...part,
});

function siteAt(name: string, part?: Partial<SiteReading>) {
  const monitor = openSiteMonitor(name, '1.2.3');
  monitor.watch(() => wellAt(part));
  return monitor;
}

/** A port of this machine that somebody has. */
async function taken(): Promise<{ readonly port: number; free(): Promise<void> }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const free = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  ends.push(free);
  return { port: (server.address() as AddressInfo).port, free };
}

async function serve(source: Source): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const { port, free } = await taken();
  await free();
  const server = new MonitoringServer({ host: '127.0.0.1', port, source, log: noLog, clock: systemClock });
  ends.push(() => server.close());
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  await vi.waitFor(() => ask('/health/live'));
  return ask;
}

describe('a role alone', () => {
  it.each([
    ['GET', '/health/live', 200, /^\{"live":true\}$/],
    ['GET', '/health/ready', 200, /"ready":true.*"role":"site","name":"berlin"/],
    ['GET', '/metrics', 200, /^ipnt_site_queue_waiting_calls\{queue="support",role="site",site="berlin"\} 1$/m],
    ['GET', '/metrics?x=1', 200, /^ipnt_site_pbx_seen_age_seconds\{role="site",site="berlin"\} 0.25$/m],
    ['GET', '/', 404, /\/metrics, \/health\/live/],
    ['GET', '/metrics/..%2f', 404, /there is only/],
    ['POST', '/metrics', 405, /only GET/],
  ])('%s %s is %d', async (method, path, status, text) => {
    const answer = await (await serve(siteAt('berlin')))(path, { method });
    expect(answer.status).toBe(status);
    expect((await answer.text()).trim()).toMatch(text);
  });

  it('is not ready while it starts, nor when something is amiss, nor when its state cannot be told', async () => {
    const monitor = openSiteMonitor('berlin', '1.2.3');
    const ask = await serve(monitor);
    const health = async () => {
      const answer = await ask('/health/ready');
      return [
        answer.status,
        ((await answer.json()) as { roles: { checks: { check: string }[] }[] }).roles[0]?.checks[0],
      ];
    };
    expect(await health()).toMatchObject([503, { check: 'start', ok: false }]);
    monitor.watch(() => wellAt({ checks: [{ check: 'pbx', isOk: false, detail: 'gone' }] }));
    expect(await health()).toMatchObject([503, { check: 'pbx', ok: false, detail: 'gone' }]);
    monitor.watch(() => {
      throw new Error('a bug');
    });
    expect(await health()).toMatchObject([503, { check: 'reading', detail: 'Error: a bug' }]);
    expect((await ask('/metrics')).status).toBe(200);
  });

  it('shows hostile names as text, and none that is gone', async () => {
    const monitor = siteAt('berlin', { queueWaiting: new Map([['a"} 1\nevil{x="', 5]]) });
    const ask = await serve(monitor);
    const lines = async () =>
      (await (await ask('/metrics')).text()).split('\n').filter((line) => !line.startsWith('#'));
    expect(await lines()).toContain(
      'ipnt_site_queue_waiting_calls{queue="a\\"} 1\\nevil{x=\\"",role="site",site="berlin"} 5',
    );
    monitor.watch(() => wellAt());
    expect((await lines()).join()).not.toContain('evil');
  });

  it('takes one look for many who ask at once', async () => {
    let looks = 0;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const monitor = siteAt('berlin');
    const slow: Source = {
      states: async (wanted) => {
        looks += 1;
        await gate;
        return monitor.states(wanted);
      },
    };
    const ask = await serve(slow);
    const asked = Array.from({ length: 20 }, () => ask('/metrics'));
    await Promise.all(Array.from({ length: 20 }, () => ask('/health/live')));
    open();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
    // One that came after the gate was open is another look.
    expect(looks).toBeLessThan(4);
  });
});

it('an address that is taken is told once and tried until it is free', async () => {
  const { port, free } = await taken();
  const time = new VirtualClock();
  let tries = 0;
  const clock: Clock = {
    nowMs: () => time.nowMs(),
    monoMs: () => time.monoMs(),
    after: (ms, fn) => {
      tries += 1;
      return time.after(ms, fn);
    },
  };
  const said: string[] = [];
  const log: Log = {
    ...noLog,
    error: (message, fields) => void said.push(`${message}: ${fields?.errCode} ${fields?.detail}`),
    info: (message) => void said.push(message),
  };
  const server = new MonitoringServer({ host: '127.0.0.1', port, source: siteAt('berlin'), log, clock });
  ends.push(() => server.close());
  const tells = (count: number) => vi.waitFor(() => expect(said).toHaveLength(count));
  await tells(1);
  expect(said[0]).toMatch(/^nobody can ask for monitoring: MONITORING_ADDRESS 127\.0\.0\.1:\d+: .*EADDRINUSE/);
  await time.run(10_000);
  await vi.waitFor(() => expect(tries).toBe(2));
  expect(said).toHaveLength(1);
  await free();
  await time.run(time.monoMs() + 10_000);
  await tells(2);
  expect(said[1]).toContain(`monitoring is at http://127.0.0.1:${port}`);
});

/** Two ends of one channel, as between two processes: what passes is JSON. */
function channel(): readonly [Channel, Channel] {
  const ends = [new EventEmitter(), new EventEmitter()] as const;
  const sendTo =
    (other: EventEmitter): Channel['send'] =>
    (message) => {
      setImmediate(() => other.emit('message', JSON.parse(JSON.stringify(message))));
      return true;
    };
  return [Object.assign(ends[0], { send: sendTo(ends[1]) }), Object.assign(ends[1], { send: sendTo(ends[0]) })];
}

function child(name: string) {
  const [ours, theirs] = channel();
  answerOver(theirs, siteAt(name));
  return { role: 'site' as const, name, channel: ours, restarts: 2 };
}

describe('a supervisor', () => {
  it('tells of each of its roles, and of those that do not run or do not answer', async () => {
    const clock = new VirtualClock();
    const [deaf] = channel();
    const roles = [
      child('berlin'),
      child('lyon'),
      { role: 'site' as const, name: 'gone', channel: null, restarts: 0 },
      { role: 'edge' as const, name: 'deaf', channel: deaf, restarts: 0 },
    ];
    const monitor = openRunMonitor(() => roles, '1.2.3', clock);
    const ask = await serve(monitor);
    const withTime = async <T>(asked: Promise<T>): Promise<T> => {
      await new Promise((resolve) => setImmediate(resolve));
      await vi.waitFor(async () => {
        await clock.run(clock.monoMs() + 100);
        expect(await Promise.race([asked.then(() => true), new Promise((done) => setImmediate(done, false))])).toBe(
          true,
        );
      });
      return asked;
    };
    const ready = await withTime(ask('/health/ready'));
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      ready: false,
      roles: [
        { name: 'berlin', ready: true },
        { name: 'lyon', ready: true },
        { name: 'gone', checks: [{ check: 'process', detail: expect.stringContaining('does not run') as string }] },
        { name: 'deaf', checks: [{ check: 'process', detail: expect.stringContaining('does not answer') as string }] },
      ],
    });
    const lines = (await (await withTime(ask('/metrics'))).text()).split('\n');
    for (const line of [
      'ipnt_role_up{role="site",name="berlin"} 1',
      'ipnt_role_up{role="site",name="gone"} 0',
      'ipnt_role_up{role="edge",name="deaf"} 0',
      'ipnt_role_restarts_total{role="site",name="lyon"} 2',
      'ipnt_site_agents{activity="idle",role="site",site="berlin"} 4',
      'ipnt_site_agents{activity="idle",role="site",site="lyon"} 4',
      'ipnt_site_calls_in_progress{role="site",site="lyon"} 2',
    ])
      expect(lines).toContain(line);
    expect(lines.filter((line) => line === '# TYPE ipnt_site_agents gauge')).toHaveLength(1);
  });
});
