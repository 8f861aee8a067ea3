import { seeded } from '../../src/pbx/simulated/random.ts';
import { SimulatedSite } from '../../src/pbx/simulated/site.ts';
import { SiteLink } from '../../src/pbx/simulated/site-link.ts';
import type { Phone } from '../../src/pbx/simulated/phone.ts';
import { World } from '../../src/pbx/simulated/world.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { sitePbxContract } from './site-pbx.ts';
import type { SiteCall } from './site-pbx.ts';

const AT_MOST_MS = 30_000;
const STEP_MS = 10;
const LONG_MS = 600_000;

sitePbxContract('simulated', () => {
  const clock = new VirtualClock();
  const pass = (ms: number): Promise<void> => clock.run(clock.monoMs() + ms);
  const begin = (): { site: SimulatedSite; phone: Phone } => {
    const queue = { name: 'support', wrapUpMs: 0, ringMs: LONG_MS };
    const site = new SimulatedSite(new World(clock, seeded(1)), 'contract', [queue]);
    const manner = () => ({ kind: 'letsRing' }) as const;
    const queues = [{ queue: 'support', penalty: 0 }];
    return { site, phone: site.addAgent({ extension: '1001', title: 'Ada', queues, manner }) };
  };
  let { site, phone } = begin();
  const done = Promise.resolve();
  /** The call that rings, or the next one that does. */
  const call = async (): Promise<SiteCall> => {
    await pass(STEP_MS);
    const id = phone.current?.id ?? '';
    return {
      answer: () => Promise.resolve(phone.pickUp()),
      hangUp: () => Promise.resolve(phone.isTalking ? phone.hangUp(id) : phone.release(id)),
    };
  };
  return Promise.resolve({
    ...{ agent: 'PJSIP/1001', address: '1001', queue: 'support', commands: 'done', reason: 'lunch' },
    newPbx: () => new SiteLink(site, { clock, random: seeded(2), delayMs: [1, 5] }),
    nowMs: () => clock.nowMs(),
    pass,
    async until(holds, what) {
      for (const endMs = clock.monoMs() + AT_MOST_MS; !holds();) {
        if (clock.monoMs() >= endMs) throw new Error(`${what}: not within ${AT_MOST_MS} ms`);
        await pass(STEP_MS);
      }
    },
    callDirect() {
      site.callDirect(phone, LONG_MS, LONG_MS);
      return call();
    },
    callQueue() {
      site.queues.get('support')?.join(LONG_MS, LONG_MS);
      return call();
    },
    unregister: () => Promise.resolve(phone.setRegistered(false)),
    register: () => Promise.resolve(phone.setRegistered(true)),
    pause: (reason) => Promise.resolve(site.pause(phone, true, reason)),
    resume: () => Promise.resolve(site.pause(phone, false, '')),
    cut: () => Promise.resolve(site.cutLinks('cut', LONG_MS)),
    mend: () => Promise.resolve(site.heal()),
    endOfTest: () => {
      ({ site, phone } = begin());
      return done;
    },
    close: () => done,
  });
});
