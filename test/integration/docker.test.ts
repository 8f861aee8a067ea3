/** What compose.yaml mounts, on real Asterisk and without an engine: addresses moved to this machine, MySQL to a private MariaDB. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { providePart } from '../../src/runtime/parts/index.ts';
import { DIALPLAN_DIR } from '../lab/asterisk/base-config.ts';
import { startAsterisk } from '../lab/asterisk/instance.ts';
import type { AsteriskInstance } from '../lab/asterisk/instance.ts';
import { openPhone, outcome } from '../lab/asterisk/probe.ts';
import { takeSlot } from '../lab/asterisk/slot.ts';
import { startRole } from '../lab/role.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCKER = join(ROOT, 'docker');
const HOSTS = { edge: 10, berlin: 21, lyon: 22 } as const;
type Host = keyof typeof HOSTS;

const ends: (() => unknown)[] = [];
const asterisks = new Map<Host, AsteriskInstance>();
let at: (octet: number) => string;
let settings = '';

const text = (file: string): string => readFileSync(join(DOCKER, file), 'utf8');

/** A file of docker/asterisk, moved from the compose network to addresses of this machine. */
function moved(host: Host, file: string): string {
  return text(`asterisk/${host}/${file}`)
    .replace('permit = 172.30.30.0/255.255.255.0', 'permit = 127.0.0.0/255.0.0.0')
    .replaceAll(/172\.30\.30\.(\d+)/g, (_, octet: string) => at(Number(octet)))
    .replaceAll(/^(bind|bindaddr) = 0\.0\.0\.0/gm, `$1 = ${at(HOSTS[host])}`)
    .replaceAll('/usr/share/ipnt/dialplan', DIALPLAN_DIR);
}

function writeSettings(dir: string): string {
  const written = parse(text('ipnt.yaml')) as {
    sites: Record<string, { host: string }>;
    edges: { edge1: { ari: { url: string } } };
  };
  for (const site of Object.values(written.sites)) site.host = at(HOSTS[site.host as Host]);
  written.edges.edge1.ari.url = `http://${at(HOSTS.edge)}:8088`;
  const file = join(dir, 'ipnt.yaml');
  writeFileSync(file, stringify({ ...written, database: 'embedded', data: join(dir, 'data') }));
  return file;
}

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`${built.stdout}${built.stderr}`);
  const compose = parse(text('compose.yaml'), { merge: true }) as { 'x-ipnt': { environment: Record<string, string> } };
  Object.assign(process.env, compose['x-ipnt'].environment);
  const dir = mkdtempSync(join(tmpdir(), 'ipnt-docker-'));
  ends.push(() => rmSync(dir, { recursive: true, force: true }));
  const slot = await takeSlot(Object.values(HOSTS));
  ends.push(() => slot.release());
  at = (octet) => `127.0.${slot.number}.${octet}`;
  const part = await providePart('asterisk');
  await Promise.all(
    (Object.keys(HOSTS) as Host[]).map(async (host, index) => {
      const configs = Object.fromEntries(readdirSync(join(DOCKER, 'asterisk', host)).map((f) => [f, moved(host, f)]));
      const rtp = { start: 12_000 + index * 1_000, end: 12_998 + index * 1_000 };
      const spec = { name: host, address: at(HOSTS[host]), dir: join(dir, host), configs, rtp, part };
      const instance = await startAsterisk(spec);
      ends.push(() => instance.stop());
      asterisks.set(host, instance);
    }),
  );
  settings = writeSettings(dir);
  process.env['IPNT_SETTINGS'] = settings;
  process.env['IPNT_MONITORING'] = `${at(5)}:9464`;
  const run = startRole('run', ['run'], dir);
  ends.push(() => run.stop());
  await run.said('the edge routes calls', 60_000);
  const apply = startRole('apply', ['apply', '-f', join(DOCKER, 'routing.yaml')], dir);
  expect(await apply.ended).toBe(0);
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

const node = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
const healthAt = (port: number) =>
  spawnSync(process.execPath, [join(DOCKER, 'healthcheck.mjs')], {
    ...{ encoding: 'utf8', timeout: 30_000 },
    env: { ...process.env, IPNT_MONITORING: `${at(5)}:${port}` },
  });

describe('the containers of compose.yaml', () => {
  it('are as doctor wants them', async () => {
    await vi.waitFor(
      async () => {
        for (const site of ['berlin', 'lyon']) await asterisks.get('edge')?.cli(`pjsip qualify ${site}`);
        const { stdout } = node(join(ROOT, 'dist/cli/main.js'), 'doctor');
        expect(stdout).toMatch(/ ok, 0 warnings, 0 faults, 0 not checked\n$/);
      },
      { timeout: 30_000 },
    );
  });

  it('are healthy', async () => {
    await vi.waitFor(() => expect(healthAt(9464)).toMatchObject({ status: 0 }), { timeout: 45_000 });
  });

  it('tell one that stands by, and one that is not there', async () => {
    const second = startRole('site-lyon', ['site', 'lyon', '--monitoring', `${at(5)}:9465`], dirname(settings));
    ends.push(() => second.stop());
    await second.said('standing by');
    expect(healthAt(9465)).toMatchObject({ status: 1, stdout: expect.stringContaining('standing by') as string });
    expect(healthAt(9466)).toMatchObject({ status: 1, stdout: expect.stringContaining('ECONNREFUSED') as string });
  });

  it("ring the phones: a caller for support in French gets Lyon's agent", async () => {
    const [edge, lyon] = [asterisks.get('edge'), asterisks.get('lyon')];
    if (!edge || !lyon) throw new Error('not started');
    const agent = await openPhone('1001', at(100), lyon, { password: 'try-out-phone' });
    ends.push(() => agent.stop());
    await agent.register();
    const caller = await openPhone('4930123001', at(1), edge);
    ends.push(() => caller.stop());
    const call = caller.call('french');
    expect(await outcome(call)).toBe(200);
    expect(agent.entries.map(({ what }) => what)).toContain('answered');
    await caller.hangup();
  });
});
