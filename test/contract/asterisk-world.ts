/** A real Asterisk with one agent, for the contract of adapters of sites: they differ in how they reach it, and in who keeps a pause. */
import { vi } from 'vitest';
import type { SitePbx } from '../../src/ports/site-pbx.ts';
import { startLab } from '../lab/lab.ts';
import type { AsteriskInstance, Lab } from '../lab/lab.ts';
import { startRelay } from '../lab/relay.ts';
import { Phone } from '../lab/sip/phone.ts';
import { AT_MOST_MS, realTime } from './real-time.ts';
import type { SiteCall, SitePbxWorld } from './site-pbx.ts';

const EXTENSION = '1001';

export interface AsteriskKind {
  readonly queue: string | null;
  readonly commands: SitePbxWorld['commands'];
  /** What an adapter connects to, behind a wire that can be cut. */
  port(asterisk: AsteriskInstance): { readonly host: string; readonly port: number };
  newPbx(lab: Lab, at: { readonly host: string; readonly port: number }): SitePbx;
  pause(asterisk: AsteriskInstance, phone: Phone): Promise<void>;
  resume(asterisk: AsteriskInstance, phone: Phone): Promise<void>;
}

export async function openAsteriskWorld(kind: AsteriskKind): Promise<SitePbxWorld> {
  const agents = [{ ext: EXTENSION, title: 'Ada', queues: { support: 0 } }];
  const extraDialplan = `exten => direct,1,Dial(PJSIP/${EXTENSION},30)`;
  const lab = await startLab({
    edges: [],
    sites: [{ name: 'berlin', agents, queues: { support: {} }, extraDialplan, commands: true }],
  });
  const asterisk = lab.sites.get('berlin') as AsteriskInstance;
  const wire = await startRelay('127.0.0.1', kind.port(asterisk));
  const phone = new Phone({
    ...{ name: EXTENSION, localAddress: lab.phoneAddress, server: asterisk.sip },
    ...{ password: lab.credentials.sipPassword(EXTENSION), behaviour: { kind: 'ring' } },
  });
  await phone.start();
  await phone.register();
  const caller = new Phone({ name: '030123456', localAddress: lab.callerAddress, server: asterisk.sip });
  await caller.start();
  const call = async (to: string): Promise<SiteCall> => {
    phone.mark();
    const made = caller.call(to);
    made.answered.catch(() => undefined);
    await phone.waitFor('ringing');
    return {
      answer: async () => {
        phone.answer();
        await made.answered;
      },
      hangUp: () => made.hangup(),
    };
  };
  return {
    ...{ agent: `PJSIP/${EXTENSION}`, address: EXTENSION, queue: kind.queue, commands: kind.commands, reason: 'lunch' },
    newPbx: () => kind.newPbx(lab, wire),
    ...realTime,
    callDirect: () => call('direct'),
    callQueue: () => call('queue-support'),
    unregister: () => phone.unregister(),
    register: () => phone.register(),
    pause: () => kind.pause(asterisk, phone),
    resume: () => kind.resume(asterisk, phone),
    cut: () => Promise.resolve(wire.cut()),
    mend: () => Promise.resolve(wire.restore()),
    endOfTest: async () => {
      wire.restore();
      await asterisk.cli('channel request hangup all');
      await vi.waitFor(
        async () => {
          const text = await asterisk.cli('core show channels count');
          if (!text.includes('0 active channels')) throw new Error(text);
        },
        { timeout: AT_MOST_MS, interval: 50 },
      );
      await phone.register();
    },
    close: async () => {
      await Promise.all([phone.stop({ abrupt: true }), caller.stop({ abrupt: true })]);
      await wire.close();
      await lab.stop();
    },
  };
}
