/** What can be told of docker/ without an engine: it parses, what it mounts and copies is there, names agree over all files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { main } from '../../src/cli/main.ts';
import { readRouting, readSettings } from '../../src/settings/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCKER = join(ROOT, 'docker');
const text = (file: string): string => readFileSync(join(DOCKER, file), 'utf8');

interface Container {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile?: string };
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks: Readonly<Record<string, { readonly ipv4_address: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const compose = parse(text('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Container>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const containers = Object.entries(compose.services);
const ours = containers.filter(([, { image }]) => image === 'ipnt-router');
const asterisks = containers.filter(([, { image }]) => image === 'ipnt-asterisk');
const env = ours[0]?.[1].environment ?? {};
const { settings, faults } = readSettings(text('ipnt.yaml'), join(DOCKER, 'ipnt.yaml'), env);
const sites = (settings?.sites ?? []).filter((site) => site.kind === 'asterisk-ami');

describe('compose.yaml', () => {
  it('has an edge, two sites, MySQL and our roles', () => {
    expect(asterisks.map(([name]) => name)).toEqual(['edge', 'berlin', 'lyon']);
    expect(compose.services['mysql']?.image).toBe('mysql:8.4');
    const roles = ours.map(([, { command }]) => command?.join(' '));
    const wanted = [
      ...(settings?.sites.map(({ siteId }) => `site ${siteId}`) ?? []),
      ...(settings?.edges.map(({ edgeId }) => `edge ${edgeId}`) ?? []),
      ...(settings?.api ? ['api'] : []),
    ];
    expect(roles).toEqual(['migrate', 'apply -f /etc/ipnt/routing.yaml', ...wanted]);
  });

  it('mounts and builds what is there', () => {
    const mounts = containers.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const missing = mounts.filter(
      (from) => !(from.startsWith('.') ? existsSync(join(DOCKER, from)) : from in compose.volumes),
    );
    expect(missing).toEqual([]);
    const builds = containers.flatMap(([, { build }]) => (build ? [build] : []));
    const dockerfiles = builds.map(({ context, dockerfile = 'Dockerfile' }) => join(DOCKER, context, dockerfile));
    expect(dockerfiles.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('mounts each file of each Asterisk', () => {
    for (const [name, { volumes = [] }] of asterisks)
      expect([name, ...volumes.filter((one) => one.startsWith('./')).sort()]).toEqual([
        name,
        ...readdirSync(join(DOCKER, 'asterisk', name)).map((f) => `./asterisk/${name}/${f}:/etc/asterisk/${f}:ro`),
      ]);
  });

  it('waits for what can come true', () => {
    const faultsOf = ([name, { depends_on = {} }]: [string, Container]): string[] =>
      Object.entries(depends_on).flatMap(([other, { condition }]) => {
        const target = compose.services[other];
        if (!target) return [`${name}: there is no ${other}`];
        if (condition === 'service_healthy') return target.healthcheck?.test ? [] : [`${other} has no health check`];
        return ['migrate', 'apply'].includes(target.command?.[0] ?? '') ? [] : [`${other} never ends`];
      });
    expect(containers.flatMap(faultsOf)).toEqual([]);
  });

  it.each(ours)('%s runs a command that there is', async (_, { command = [] }) => {
    const said: string[] = [];
    const out = (part: string): void => void said.push(part);
    const code = await main([command[0] ?? '', '--help'], { out, err: out, env: {}, isScreen: false });
    expect(code).toBe(0);
    for (const option of command.filter((word) => word.startsWith('-'))) expect(said.join('')).toContain(option);
  });

  it.each(ours)('%s is asked for its health where it listens, unless it ends by itself', (_, container) => {
    const ends = ['migrate', 'apply'].includes(container.command?.[0] ?? '');
    expect(container.healthcheck?.disable ?? false).toBe(ends);
    expect(container.healthcheck?.test?.slice(2) ?? []).toEqual(ends ? [] : ['docker/healthcheck.mjs']);
    expect(container.environment).toHaveProperty('IPNT_MONITORING', '0.0.0.0:9464');
  });
});

describe('settings and routing', () => {
  it('are as the program wants them', () => {
    expect(faults).toEqual([]);
    expect(readRouting(text('routing.yaml'), 'routing.yaml', settings?.country).faults).toEqual([]);
  });

  it('name hosts, users and passwords that the others have', () => {
    for (const site of sites) {
      expect(compose.services).toHaveProperty(site.host);
      const manager = text(`asterisk/${site.host}/manager.conf`);
      expect(manager).toContain(`[${site.user}]\nsecret = ${site.password.reveal()}\n`);
    }
    for (const { ari, trunks } of settings?.edges ?? []) {
      expect(compose.services).toHaveProperty(new URL(ari.url).hostname);
      expect(text('asterisk/edge/ari.conf')).toContain(
        `[${ari.user}]\ntype = user\npassword = ${ari.password.reveal()}\n`,
      );
      for (const [site, template] of Object.entries(trunks)) {
        const trunk = template.split('@')[1] ?? '';
        const address = compose.services[site]?.networks['telephony']?.ipv4_address;
        expect(text('asterisk/edge/pjsip.conf')).toContain(`[${trunk}]\ntype = aor\ncontact = sip:${address}:5060\n`);
      }
    }
    const mysql = compose.services['mysql']?.environment ?? {};
    const url = settings?.database.kind === 'mysql' ? settings.database.url.reveal() : '';
    expect(url).toBe(`mysql://${mysql['MYSQL_USER']}:${mysql['MYSQL_PASSWORD']}@mysql/${mysql['MYSQL_DATABASE']}`);
  });

  it('let the edge in at each site, and nobody else on the trunk', () => {
    const address = compose.services['edge']?.networks['telephony']?.ipv4_address;
    for (const { host } of sites)
      expect(text(`asterisk/${host}/pjsip.conf`)).toContain(`type = identify\nendpoint = edge\nmatch = ${address}\n`);
  });
});

describe('images', () => {
  it.each([
    ['Dockerfile', ROOT],
    ['asterisk/Dockerfile', join(DOCKER, 'asterisk')],
  ])('%s copies what is there', (file, context) => {
    const copied = [...text(file).matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, from = '']) => from.split(' '));
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((path) => !existsSync(join(context, path)))).toEqual([]);
    if (context !== ROOT) return;
    const let_in = text('Dockerfile.dockerignore').split('\n');
    expect(copied.filter((path) => !let_in.includes(`!${path}`))).toEqual([]);
  });

  it('start the command of the package', () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { bin: { ipnt: string } };
    expect(text('Dockerfile')).toContain(`ENTRYPOINT ["node", "${bin.ipnt}"]`);
    expect(text('Dockerfile')).toMatch(/^USER node$/m);
  });
});
