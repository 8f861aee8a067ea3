/** A site over ARI: what people ask of it, and what they got wrong. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AsteriskAriSite } from '../../src/pbx/asterisk-ari/site.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { noLog } from '../../src/runtime/log.ts';
import { Secret } from '../../src/settings/secret.ts';
import {
  ariSite,
  asterisk,
  endOfTest,
  equalsFreshSnapshot,
  isUp,
  lab,
  phone,
  runAri as run,
  startSite,
  until,
} from './site-world.ts';
import type { Running } from './site-world.ts';

beforeAll(startSite);
afterEach(endOfTest);
afterAll(() => lab.stop());

test('a command to an agent is ours to keep; to anybody else it is refused, with a cure', async () => {
  const { url, user, password } = ariSite().ari;
  const access = { url, user, password: password.reveal(), agents: [], trunks: ['PJSIP/edge'] };
  const pbx = new AsteriskAriSite({ ...access, clock: systemClock, log: noLog });
  const up = new Promise<void>((resolve) =>
    pbx.start({ seen: () => undefined, event: ({ kind }) => void (kind === 'snapshotTaken' && resolve()) }),
  );
  const command = { action: 'pause', reason: 'lunch', queues: [] } as const;
  await up;
  expect(await pbx.command({ ...command, agent: 'PJSIP/1001' })).toMatchObject({ outcome: 'ours' });
  expect(await pbx.command({ ...command, agent: 'PJSIP/edge' })).toMatchObject({
    ...{ outcome: 'refused', said: expect.stringMatching(/no agent PJSIP\/edge.*trunks/) as unknown },
  });
  await pbx.stop();
});

describe('what an administrator got wrong has one clear line', () => {
  const errorsOf = (site: Running) =>
    until(
      () => site.log.filter((line) => /^(error|warn)/.test(line)),
      (found) => found.length > 0,
    );

  test('a wrong password', async () => {
    const site = run({}, { password: new Secret('not it') });
    const lines = await errorsOf(site);
    expect(lines).toEqual([expect.stringMatching(/^error .*refused the login of ipnt-site.*ARI_LOGIN_REFUSED/)]);
    expect(lines[0]).not.toContain('not it');
    expect((await site.rows()).site.connection).not.toBe('up');
  });

  test('a wrong port', async () => {
    const site = run({}, { url: `http://${asterisk.http.host}:5` });
    expect((await errorsOf(site))[0]).toMatch(/^warn .*:5: .*no connection.*ARI_UNREACHABLE/);
  });

  test('reports that make no sense are counted, told once, and change nothing', async () => {
    const site = run();
    await isUp(site);
    const agent = await phone('1001', { kind: 'ring' });
    for (let i = 0; i < 3; i += 1) await agent.call('nonsense').ended;
    await until(
      () => site.log.filter((line) => line.includes('ChannelUserevent')),
      (lines) => lines.length === 1,
    );
    expect((await site.rows()).queues).toEqual([]);
    await equalsFreshSnapshot(site);
  });
});
