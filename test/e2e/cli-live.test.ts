/** What a person sees of a running system: doctor, the listings and a call's story, on real parts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answered, ended } from '../lab/record.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

let stack: Stack;

beforeAll(async () => {
  const queues = { support: {} };
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      { name: 'berlin', queues, agents: ['101', '102'].map((ext) => ({ ext, queues: { support: 0 } })) },
      { name: 'paris', queues, agents: ['201', '202'].map((ext) => ({ ext, queues: { support: 0 } })) },
    ],
    routing: { support: { title: 'Support', ring: '2s' } },
  });
  await stack.lab.trunksUp();
});
afterAll(() => stack?.stop());

it('doctor finds nothing wrong, and looks at all that it promises', () => {
  const { status, stdout } = stack.ipnt('doctor');
  expect(stdout).not.toMatch(/^(FAULT|NOT CHECKED)/m);
  for (const line of [
    /^ok +database +its clock agrees/m,
    /^ok +site berlin +may ask CoreShowChannels/m,
    /^ok +site paris +may do no more than it should/m,
    /^ok +site berlin +its clock agrees/m,
    /^ok +site berlin +the dialplan has \[ipnt-agents\]/m,
    /^ok +edge edge1 +the application "ipnt" is registered/m,
    /^ok +edge edge1 +a process serves it/m,
    /^ok +edge edge1 +the trunk PJSIP\/paris to paris is up/m,
    /^ok +edge edge1 +the dialplan has T@ipnt/m,
  ])
    expect(stdout).toMatch(line);
  expect(status).toBe(0);
});

it('doctor tells a wrong password, a wrong trunk, and an edge that nobody serves', () => {
  const wrong = readFileSync(stack.settingsFile, 'utf8')
    .replace(/password: .*/, 'password: wrong')
    .replace('PJSIP/{agent}@paris', 'PJSIP/{agent}@rome')
    .replace(/(edges:\s+edge1:\n)/, '$1    app: other\n');
  const file = join(stack.dir, 'wrong.yaml');
  writeFileSync(file, wrong);
  const { status, stdout } = stack.ipnt('doctor', '--settings', file);
  expect(stdout).toMatch(/^FAULT +site berlin .*user ipnt was refused\n +cure: check user, secret/m);
  expect(stdout).toMatch(/^ok +site paris +AMI at/m);
  expect(stdout).toMatch(/^FAULT +edge edge1 +there is no endpoint PJSIP\/rome for site paris\n +cure: /m);
  expect(stdout).toMatch(
    /^WARNING +edge edge1 +the application "other" is not registered.*\n +cure: start `ipnt edge edge1`/m,
  );
  expect(status).toBe(1);
});

it('the story of a call names who was chosen and why, the others and why not, and no ids', async () => {
  const caller = await stack.caller();
  const busy = stack.phone('paris', '202');
  busy.behaviour = { kind: 'reject', code: 486 };
  const call = caller.call('support', { fromUser: '493011122233' });
  await answered(stack, call, '493011122233');
  await call.hangup();
  const { callId } = await ended(stack, '493011122233');
  const { stdout, status } = stack.ipnt('explain', callId);
  expect(status).toBe(0);
  expect(stdout).toContain('It asked for "Support", which needs a place in the queue "support".');
  expect(stdout).toMatch(/\((Berlin|Paris)\) was chosen: /);
  expect(stdout).toMatch(/- .* \((Berlin|Paris)\): free as well/);
  expect(stdout).toMatch(/The end: the caller hung up after .* of conversation\./);
  expect(stdout).not.toMatch(/PJSIP|edge1|[a-z]_[a-z]|undefined/);
});

it('a trial says who would be offered the next call, and a kept state says the same without the database', () => {
  const live = stack.ipnt('route', 'test', '--service', 'support', '--json');
  const trial = JSON.parse(live.stdout) as { outcome: string; decision: { winner: { agentId: string } } };
  expect(trial.outcome).toBe('offered');
  const state = stack.ipnt('route', 'state').stdout;
  expect(state).toMatch(/^ {2}paris\/PJSIP\/202:\n {4}title: /m);
  const file = join(stack.dir, 'state.yaml');
  const routing = join(stack.dir, 'kept-routing.yaml');
  writeFileSync(file, state);
  writeFileSync(routing, stack.ipnt('export').stdout);
  const args = ['--state', file, '--routing', routing, '--service', 'support'];
  const kept = stack.ipnt('route', 'test', ...args, '--expect-agent', trial.decision.winner.agentId);
  expect({ status: kept.status, stderr: kept.stderr }, kept.stdout).toEqual({ status: 0, stderr: '' });
});

it('the listings show sites, edges, agents, queues and calls', () => {
  const shown = ['status', 'agents', 'queues', 'calls'].map((listing) => stack.ipnt(listing).stdout);
  const [status = '', agents = '', queues = '', calls = ''] = shown;
  expect(status).toMatch(/^berlin +Berlin +up +\d+s +\d+ +2 +2/m);
  expect(status).toMatch(/^edge1 +up /m);
  expect(agents).toMatch(/^paris\/PJSIP\/201 .* ready /m);
  expect(queues).toMatch(/^berlin\/support +0 /m);
  expect(calls).toMatch(/ support +\S*493011122233 .* answered$/m);
});

it('a command to a PBX waits for its answer, and names whom it could mean', () => {
  const refused = stack.ipnt('agent', 'pause', 'berlin/101', '--reason', 'lunch', '--json');
  expect(refused.status).toBe(1);
  expect(JSON.parse(refused.stdout)).toEqual({
    ...{ agent: 'berlin/PJSIP/101', action: 'pause', outcome: 'refused' },
    said: 'QueuePause: Permission denied (user ipnt); give the user write=reporting,agent in manager.conf',
  });
  const unknown = stack.ipnt('agent', 'pause', 'berlin/10');
  expect({ status: unknown.status, stderr: unknown.stderr }).toEqual({
    status: 2,
    stderr: 'ipnt: no site has shown an agent "berlin/10"\n  cure:  write his whole id, as `ipnt agents` lists it\n',
  });
});
