/** What monitoring sees of roles that really run: over `ipnt run`, and of one that is started alone. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Health } from '../../src/runtime/monitoring/health.ts';
import { until } from '../lab/asterisk/ari.ts';
import { startRole } from '../lab/role.ts';
import type { Role } from '../lab/role.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { place, recorded } from '../lab/watch.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    ...{ supervised: true, api: true },
    edges: ['edge1'],
    sites: [{ name: 'berlin', queues: { support: {} }, agents: [{ ext: '1001', queues: { support: 0 } }] }],
    routing: { support: {} },
  });
});
afterAll(() => stack?.stop());

const run = (): Role => stack.roles.get('run') as Role;
const get = (path: string, port = 9464): Promise<Response> =>
  fetch(`http://${stack.lab.databaseAddress}:${port}${path}`, { signal: AbortSignal.timeout(5_000) });

/** A sample's value by its name and some of its labels; undefined where there is none. */
async function sample(name: string, labels: Readonly<Record<string, string>> = {}, port?: number) {
  const text = await (await get('/metrics', port)).text();
  const found = text.split('\n').find((line) => {
    const [, of, all = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    return of === name && Object.entries(labels).every(([key, value]) => all.includes(`${key}="${value}"`));
  });
  return found === undefined ? undefined : Number(found.slice(found.lastIndexOf(' ')));
}

/** What is the matter: `site berlin: pbx`. Empty when all is well, and then the status says so, too. */
async function amiss(port?: number): Promise<string[]> {
  const response = await get('/health/ready', port);
  const { ready, roles } = (await response.json()) as Health;
  expect(response.status).toBe(ready ? 200 : 503);
  return roles.flatMap(({ role, name, checks }) =>
    checks.filter(({ ok }) => !ok).map(({ check }) => `${role} ${name}: ${check}`),
  );
}

const becomes = (wanted: readonly string[], port?: number): Promise<unknown> => {
  let last: unknown = 'nothing';
  const look = async (): Promise<true | undefined> => {
    last = await amiss(port).catch(String);
    return JSON.stringify(last) === JSON.stringify(wanted) || undefined;
  };
  return until(look, `${JSON.stringify(wanted)} is amiss`, 20_000).catch((error: Error) => {
    throw new Error(`${error.message}; it was ${JSON.stringify(last)}`);
  });
};

/** The process of a role that `ipnt run` started. */
function childOf(role: string, name: string): number {
  const children = readFileSync(`/proc/${run().pid}/task/${run().pid}/children`, 'utf8').trim().split(' ').map(Number);
  const isIt = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0${role}\0${name}\0`);
  const found = children.find(isIt);
  if (found === undefined) throw new Error(`no process of ${role} ${name}`);
  return found;
}

describe('under ipnt run', () => {
  test('all roles are ready, and one scrape tells of each', async () => {
    await becomes([]);
    expect(await (await get('/health/live')).json()).toEqual({ live: true });
    for (const [name, labels, value] of [
      ['ipnt_role_up', { role: 'site', name: 'berlin' }, 1],
      ['ipnt_role_up', { role: 'edge', name: 'edge1' }, 1],
      ['ipnt_role_up', { role: 'api' }, 1],
      ['ipnt_role_restarts_total', { role: 'edge', name: 'edge1' }, 0],
      ['ipnt_site_connection_up', { site: 'berlin' }, 1],
      ['ipnt_site_agents', { site: 'berlin', activity: 'idle' }, 1],
      ['ipnt_site_queue_waiting_calls', { site: 'berlin', queue: 'support' }, 0],
      ['ipnt_edge_ari_up', { edge: 'edge1' }, 1],
      ['ipnt_edge_trunk_up', { edge: 'edge1', site: 'berlin' }, 1],
      ['ipnt_database_up', { role: 'site' }, 1],
      ['ipnt_database_up', { role: 'edge' }, 1],
      ['ipnt_database_up', { role: 'api' }, 1],
      ['ipnt_site_fresh', { role: 'api', site: 'berlin' }, 1],
      ['ipnt_site_agents', { role: 'api', site: 'berlin', activity: 'idle' }, 1],
      ['ipnt_service_eligible_agents', { service: 'support' }, 1],
    ] as const)
      expect([name, await sample(name, labels)]).toEqual([name, value]);
    for (const role of ['run', 'site', 'edge', 'api'])
      expect(await sample('nodejs_eventloop_lag_p99_seconds', { role })).toBeLessThan(1);
  });

  test('a call that an agent answers counts once, with its claim, its offer and its wait', async () => {
    const call = await place(stack, '4930990001', 'support');
    await call.answered;
    expect(await sample('ipnt_edge_calls_in_progress')).toBe(1);
    await until(
      async () => ((await sample('ipnt_site_agents', { activity: 'talking' })) === 1 ? true : undefined),
      'the agent talks',
    );
    await call.hangup();
    await recorded(stack, call.number, ({ outcome }) => outcome === 'answered');
    for (const [name, labels, value] of [
      ['ipnt_edge_calls_ended_total', { service: 'support', outcome: 'answered' }, 1],
      ['ipnt_edge_calls_ended_total', { service: 'support', outcome: 'abandoned' }, 0],
      ['ipnt_edge_offers_total', { outcome: 'answered' }, 1],
      ['ipnt_edge_claims_total', { outcome: 'won' }, 1],
      ['ipnt_edge_claim_seconds_count', {}, 1],
      ['ipnt_edge_answered_wait_seconds_count', { service: 'support' }, 1],
      ['ipnt_edge_answered_wait_seconds_bucket', { service: 'support', le: '2' }, 1],
      ['ipnt_edge_waiting_calls', { service: 'support' }, 0],
      ['ipnt_edge_records_parked_total', {}, 0],
      ['ipnt_site_audit_differences_total', {}, 0],
    ] as const)
      expect([name, await sample(name, labels)]).toEqual([name, value]);
    const today = { service: 'support', outcome: 'answered' };
    await until(
      async () => ((await sample('ipnt_service_calls_today', today)) === 1 ? true : undefined),
      'the day has one answered call',
    );
    expect(await sample('ipnt_service_offered_calls_today', { service: 'support' })).toBe(1);
    expect(await sample('ipnt_service_level_today_ratio', { service: 'support' })).toBe(1);
    expect(await sample('ipnt_site_events_total')).toBeGreaterThan(5);
    expect(await sample('ipnt_site_publish_lag_seconds_count')).toBeGreaterThan(1);
    expect(await sample('ipnt_edge_match_seconds_count')).toBeGreaterThan(0);
  });

  test.each([
    ["the site's", () => stack.lab.sites.get('berlin'), 'site berlin: pbx', 'ipnt_site_connection_up'],
    ["the edge's", () => stack.lab.edges.get('edge1'), 'edge edge1: ari', 'ipnt_edge_ari_up'],
  ])('%s Asterisk is gone: not ready, and it says why; back: ready again', async (_which, pbx, what, gauge) => {
    pbx()?.kill('SIGKILL');
    await becomes([what]);
    expect(await sample(gauge)).toBe(0);
    await pbx()?.restart();
    await becomes([]);
    expect(await sample(gauge)).toBe(1);
  });

  test('a role that is silent holds nobody up, and one that died is counted when it is back', async () => {
    const pid = childOf('site', 'berlin');
    process.kill(pid, 'SIGSTOP');
    const startedMs = performance.now();
    expect(await amiss()).toEqual(['site berlin: process']);
    expect(await sample('ipnt_role_up', { name: 'berlin' })).toBe(0);
    expect(await sample('ipnt_edge_ari_up')).toBe(1);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    process.kill(pid, 'SIGKILL');
    await becomes([]);
    expect(await sample('ipnt_role_restarts_total', { name: 'berlin' })).toBe(1);
    expect(await sample('ipnt_role_up', { name: 'berlin' })).toBe(1);
  });
});

describe('started alone', () => {
  const alone = (port: number): Role =>
    startRole(
      `site-berlin-${port}`,
      ['--settings', stack.settingsFile, 'site', 'berlin', '--monitoring', `${stack.lab.databaseAddress}:${port}`],
      stack.dir,
    );

  test('a role that stands by says so; one whose address is taken says that once, and works on', async () => {
    const first = alone(9465);
    const second = alone(9465);
    try {
      const isTaken = (role: Role): Promise<string> => role.said('MONITORING_ADDRESS', 10_000);
      const line = await Promise.any([isTaken(first), isTaken(second)]);
      expect(line).toMatch(/EADDRINUSE.*monitoring: \{ listen \}/);
      await Promise.all([first, second].map((role) => role.said('standing by')));
      await becomes(['site berlin: fence', 'site berlin: pbx'], 9465);
      expect(await sample('ipnt_fence_held', { site: 'berlin' }, 9465)).toBe(0);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });
});
