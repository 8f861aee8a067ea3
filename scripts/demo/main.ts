/** The demonstration: two real call centres (three with a FreeSWITCH), a real edge, all our roles, and calls whose right answer is known beforehand. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { providePart } from '../../src/runtime/parts/index.ts';
import { NO_FREESWITCH } from '../../test/lab/freeswitch/find.ts';
import { startFlow } from '../../test/lab/flow.ts';
import { startLab } from '../../test/lab/lab.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { startRole } from '../../test/lab/role.ts';
import type { Role } from '../../test/lab/role.ts';
import { PhoneFarm } from '../../test/lab/sip/farm.ts';
import { DEMAND, HAS_FREESWITCH, ROUTING, SITES } from './centres.ts';
import { play } from './play.ts';

const startedMs = Number(process.env.IPNT_DEMO_STARTED_MS ?? Date.now());
const say = (line: string): void =>
  console.log(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
const ends: (() => Promise<unknown> | void)[] = [];
let ending: Promise<void> | null = null;

/** Everything that was started, in reverse; bounded, so that Ctrl-C always ends it. */
function cleanUp(): Promise<void> {
  ending ??= (async () => {
    const force = setTimeout(() => process.exit(1), 20_000);
    for (const end of ends.splice(0).reverse())
      await Promise.resolve(end()).catch((error: unknown) => say(`while cleaning up: ${String(error)}`));
    clearTimeout(force);
  })();
  return ending;
}

function writeSettings(lab: Lab, dir: string): string {
  const { amiUser, amiPassword, ariUser, ariPassword, eslPassword } = lab.credentials;
  const titles: Record<string, string> = { berlin: 'Berlin', lyon: 'Lyon', vienna: 'Vienna' };
  const edge = lab.edges.get('edge1');
  const file = join(dir, 'ipnt.yaml');
  const settings = {
    database: 'embedded',
    data: join(dir, 'data'),
    country: '49',
    api: { listen: `${lab.apiAddress}:8080` },
    sites: Object.fromEntries([
      ...[...lab.sites].map(([name, { ami }]) => [
        name,
        { title: titles[name], kind: 'asterisk-ami', ...ami, user: amiUser, password: amiPassword },
      ]),
      ...[...lab.freeswitches].map(([name, { esl }]) => [
        name,
        { title: titles[name], kind: 'freeswitch', ...esl, password: eslPassword },
      ]),
    ]),
    edges: {
      edge1: {
        ari: { url: `http://${edge?.http.host}:${edge?.http.port}`, user: ariUser, password: ariPassword },
        trunks: Object.fromEntries(SITES.map(({ name }) => [name, `PJSIP/{agent}@${name}`])),
      },
    },
  };
  writeFileSync(file, stringify(settings), { mode: 0o600 });
  writeFileSync(join(dir, 'routing.yaml'), stringify(ROUTING));
  return file;
}

async function startPhones(lab: Lab): Promise<PhoneFarm> {
  const farm = new PhoneFarm();
  for (const site of SITES) {
    const server = lab.sites.get(site.name)?.sip ?? lab.freeswitches.get(site.name)?.phones;
    for (const { ext } of site.agents) {
      if (!server) continue;
      farm.add({
        ...{ name: ext, label: `${site.name}/${ext}`, localAddress: lab.phoneAddress, server },
        ...{ password: lab.credentials.sipPassword(ext), behaviour: { kind: 'answer', afterMs: 300 } },
      });
    }
  }
  ends.push(() => farm.stop());
  await farm.start();
  await farm.register(3_600);
  return farm;
}

function command(name: string, args: readonly string[], dir: string): Promise<readonly string[]> {
  const role: Role = startRole(name, args, dir);
  return role.ended.then((status) => {
    if (status !== 0) throw new Error(`ipnt ${args.join(' ')} ended with ${status}:\n${role.lines.join('\n')}`);
    return role.lines;
  });
}

async function main(): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'ipnt-demo-'));
  ends.push(() => rmSync(dir, { recursive: true, force: true }));
  const provide = (name: 'asterisk' | 'sipp' | 'mariadb') => providePart(name, { report: say });
  const [sipp] = await Promise.all([provide('sipp'), provide('asterisk'), provide('mariadb')]);
  if (!HAS_FREESWITCH) say(`without a call centre on FreeSWITCH: ${NO_FREESWITCH}`);
  const third = HAS_FREESWITCH ? ', and a third one on FreeSWITCH' : '';
  say(`one edge and two call centres: three Asterisks, each with its own configuration${third} ...`);
  const lab = await startLab(
    { edges: ['edge1'], sites: SITES, services: Object.keys(ROUTING.services) },
    { dir: join(dir, 'lab'), report: say },
  );
  ends.push(() => lab.stop());
  const farm = await startPhones(lab);
  say(`${farm.phones.size} phones are registered`);
  const settings = writeSettings(lab, dir);
  const run = startRole('run', ['--settings', settings, 'run'], dir);
  ends.push(() => run.stop());
  say(`ipnt run: a database, ${HAS_FREESWITCH ? 'three' : 'two'} sites, an edge and the pages ...`);
  await run.said('the edge routes calls', 60_000);
  await command('apply', ['--settings', settings, 'apply', '-f', join(dir, 'routing.yaml')], dir);
  // The edge reads it within a quarter of a second, or later on a busy machine.
  await run.said('routing is in force: version 1');
  say('ready');
  const right = await play({
    lab,
    farm,
    sipp,
    settings,
    dir,
    say,
    command: (name, args) => command(name, ['--settings', settings, ...args], dir),
  });
  if (!values.once) {
    await ringLonger(settings, dir);
    const login = await addManager(settings, dir);
    await keepCalling(lab, farm);
    await stayUp(lab, settings, login);
  }
  return right ? 0 : 1;
}

/** The ten calls want short rings. In a day of calls nobody is to be left alone for having let two seconds pass. */
async function ringLonger(settings: string, dir: string): Promise<void> {
  const file = join(dir, 'routing.yaml');
  const services = Object.entries(ROUTING.services).map(([name, rules]) => [name, { ...rules, ring: '10s' }]);
  writeFileSync(file, stringify({ ...ROUTING, services: Object.fromEntries(services) as object }));
  await command('apply', ['--settings', settings, 'apply', '-f', file], dir);
}

/** Somebody who may see and do everything on the pages; what to log in with. */
async function addManager(settings: string, dir: string): Promise<string> {
  const args = ['--settings', settings, 'user', 'add', 'demo', '--role', 'admin', '--generate'];
  const password = (await command('user', args, dir)).findLast((line) => line !== '') ?? '';
  return `log in as demo with the password ${password}`;
}

/** A call every eight seconds or so, so that there is something to see. */
async function keepCalling(lab: Lab, phones: PhoneFarm): Promise<void> {
  const server = lab.edges.get('edge1')?.sip;
  if (!server) throw new Error('the lab has no edge1');
  const flow = await startFlow({ demand: DEMAND, seed: 1, phones, localAddress: lab.callerAddress, server });
  ends.push(() => flow.stop());
}

/** Leaves everything running until Ctrl-C, and says where to look. */
async function stayUp(lab: Lab, settings: string, login: string): Promise<void> {
  const edge = lab.edges.get('edge1');
  const ipnt = `npm run --silent ipnt -- --settings ${settings}`;
  console.log(`
Everything is still running, and calls go on. In a browser on this machine:
  http://${lab.apiAddress}:8080/        (${login})
In another terminal:
  ${ipnt} status
  ${ipnt} agents --watch
  ${ipnt} calls
  ${ipnt} explain CALL        (a call's id from the list)
  ${ipnt} agent pause berlin/1001 --reason lunch        (and resume)
  ${ipnt} doctor
Call it with any SIP client from ${lab.callerAddress}: sip:support@${edge?.sip.host}:${edge?.sip.port}
Settings and routing: ${settings}
Ctrl-C ends it and cleans up.`);
  await new Promise<void>((resolve) => ends.push(resolve));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void cleanUp().then(() => process.exit(130)));
main()
  .catch((error: unknown) => {
    console.error(`\nThe demonstration could not go on: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  })
  .then(async (status) => {
    await cleanUp();
    process.exit(status);
  })
  .catch(() => process.exit(1));
