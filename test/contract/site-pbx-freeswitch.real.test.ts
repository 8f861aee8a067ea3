import { test, vi } from 'vitest';
import { FreeSwitchEsl } from '../../src/pbx/freeswitch-esl/adapter.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { noLog } from '../../src/runtime/log.ts';
import { findFreeswitch, NO_FREESWITCH } from '../lab/freeswitch/find.ts';
import { peopleOf } from '../lab/freeswitch/people.ts';
import type { StagedCall } from '../lab/freeswitch/people.ts';
import type { FreeswitchPbx } from '../lab/freeswitch/site.ts';
import { startLab } from '../lab/lab.ts';
import { startRelay } from '../lab/relay.ts';
import { AT_MOST_MS, realTime } from './real-time.ts';
import { sitePbxContract } from './site-pbx.ts';
import type { SiteCall, SitePbxWorld } from './site-pbx.ts';

const EXTENSION = '1001';
const AGENT = `${EXTENSION}@default`;

async function openFreeswitchWorld(kind: 'replaying' | 'real'): Promise<SitePbxWorld> {
  const agents = [{ ext: EXTENSION, queues: { support: 0 } }];
  const site = { name: 'vienna', freeswitch: kind, agents, queues: { support: {} } };
  const lab = await startLab({ edges: [], sites: [site] });
  const pbx = lab.freeswitches.get('vienna') as FreeswitchPbx;
  const wire = await startRelay('127.0.0.1', pbx.esl);
  const people = peopleOf(lab, pbx);
  await people.register(EXTENSION);
  const open = new Set<StagedCall>();
  const placed = async (placing: Promise<StagedCall>): Promise<SiteCall> => {
    const call = await placing;
    open.add(call);
    const hangUp = () => (open.delete(call) ? call.end() : Promise.resolve());
    return { answer: () => call.answer(), hangUp };
  };
  const status = async (wanted: string) =>
    void (await pbx.cli(`callcenter_config agent set status ${AGENT} '${wanted}'`));
  return {
    ...{ agent: AGENT, address: EXTENSION, queue: 'support', commands: 'done', reason: 'On Break' },
    newPbx: () => {
      const { host, port } = wire;
      return new FreeSwitchEsl({ host, port, password: pbx.eslPassword, clock: systemClock, log: noLog });
    },
    ...realTime,
    callDirect: () => placed(people.directCall(EXTENSION)),
    callQueue: () => placed(people.queueCall('support', EXTENSION)),
    unregister: () => people.unregister(EXTENSION),
    register: () => people.register(EXTENSION),
    pause: () => status('On Break'),
    resume: () => status('Available'),
    cut: () => Promise.resolve(wire.cut()),
    mend: () => Promise.resolve(wire.restore()),
    endOfTest: async () => {
      wire.restore();
      await Promise.all([...open].map((call) => call.end()));
      open.clear();
      await status('Available');
      await people.register(EXTENSION);
      await vi.waitFor(
        async () => {
          const channels = await pbx.cli('show channels as json');
          if (!/"row_count": *0/.test(channels)) throw new Error(channels);
        },
        { timeout: AT_MOST_MS, interval: 50 },
      );
    },
    close: async () => {
      await people.stop();
      await wire.close();
      await lab.stop();
    },
  };
}

sitePbxContract('FreeSWITCH, replayed', () => openFreeswitchWorld('replaying'));

if (findFreeswitch() === undefined) test('NOT RUN', ({ skip }) => skip(`NOT RUN: ${NO_FREESWITCH}`));
else sitePbxContract('FreeSWITCH', () => openFreeswitchWorld('real'));
