/** `ipnt route test` of calls that have waited, and of whom the caller spoke to last. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ipnt } from './run-cli.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ipnt-route-waited-'));
  write('routing.yaml', ROUTING);
  write('state.yaml', STATE);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ROUTING = `services:
  support:
    steps:
      - { after: 30s, requirement: queue:support or queue:sales, strategy: best_skilled }
      - { after: 60s, overflow: { queue: help } }
`;
const STATE = `sites: { berlin: { title: Berlin }, paris: { title: Paris } }
agents:
  berlin/PJSIP/1001: { title: Anna, idle: 130s, queues: { support: 0 } }
  berlin/PJSIP/1002: { title: Carla, status: paused, pause: lunch, queues: { support: 0 } }
  paris/PJSIP/2001: { title: Bob, idle: 65s, queues: { support: 3 } }
`;
const write = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

describe('one call', () => {
  it('that has waited is told by the stage it is in: what it needs, what is behind it, what would come', async () => {
    const { out } = await ipnt(
      ...['route', 'test', '--routing', join(dir, 'routing.yaml'), '--state', join(dir, 'state.yaml')],
      ...['--service', 'support', '--waited', '45s'],
    );
    expect(out).toContain('The call needs after 45 s a place in the queue "support" or a place in the queue "sales";');
    expect(out).toContain('Anna (Berlin) is chosen in step 1');
    expect(out).toMatch(/So far, in a wait of 45 s:\n {2}after 30 s: step 1 [^\n]*best skilled\n/);
    expect(out).toMatch(/While nothing else changes, counted from its arrival:\n {2}after 1 min 30 s: step 2/);
  });

  it('is not chosen in a step that was passed over, which the next one does not wait for', async () => {
    const steps = '[{ after: 30s, sites: [berlin, rome] }, { after: 60s, priority: 5 }]';
    const routing = write('skips.yaml', `services: { support: { sites: [berlin], steps: ${steps} } }\n`);
    const args = ['--routing', routing, '--state', join(dir, 'state.yaml'), '--service', 'support', '--waited', '45s'];
    const { out } = await ipnt('route', 'test', ...args);
    expect(out).toContain('step 1 is passed over: it adds nobody who is staffed');
    expect(out).toContain('step 2 (the step before it added nobody): needs');
    expect(out).toContain('Anna (Berlin) is chosen in step 2');
    expect(out).not.toContain('chosen in step 1');
    expect(out).not.toContain('While nothing else changes');
    write('skips.yaml', 'services: { support: { sites: [berlin], steps: [{ after: 30s, sites: [berlin, rome] }] } }\n');
    expect((await ipnt('route', 'test', ...args)).out).toContain('Anna (Berlin) is chosen: ');
  });

  it('takes the last agent that is given, without a number; and says where a service has no use for him', async () => {
    const routing = (last: boolean): string =>
      write('last.yaml', `services: { support: { preferred: { last: ${String(last)}, patience: 20s } } }\n`);
    const run = (last: boolean) =>
      ipnt(
        ...['route', 'test', '--routing', routing(last), '--state', join(dir, 'state.yaml')],
        ...['--service', 'support', '--last', 'Bob'],
      );
    const used = await run(true);
    expect(used.out).toContain("Bob (Paris) is chosen: the caller's own agent.");
    expect(used.err).toBe('');
    expect((await run(false)).err).toContain('warning: --last changes nothing: the service support has no preferred');
  });
});
