/** What happens at a call centre on FreeSWITCH, said the same way for a real one (phones that ring) and a replaying one. */
import type { Lab } from '../lab.ts';
import { Phone } from '../sip/phone.ts';
import { ReplayingFreeswitch } from './replaying.ts';
import type { FreeswitchPbx } from './site.ts';

/** A call that rings one agent's phone, and then is answered and ended by the caller, when the test says so. */
export interface StagedCall {
  answer(): Promise<void>;
  end(): Promise<void>;
}

export interface People {
  register(ext: string): Promise<void>;
  unregister(ext: string): Promise<void>;
  /** A caller of the site's queue; resolves when the phone of `ext` rings. */
  queueCall(queue: string, ext: string): Promise<StagedCall>;
  /** A colleague or customer calls him past the queues; resolves when his phone rings. */
  directCall(ext: string): Promise<StagedCall>;
  stop(): Promise<void>;
}

/** `phoneOf` has the agents' phones where a test has them already; they must ring, not answer by themselves. */
export const peopleOf = (lab: Lab, pbx: FreeswitchPbx, phoneOf?: (ext: string) => Phone): People =>
  pbx instanceof ReplayingFreeswitch ? staged(pbx) : withPhones(lab, pbx, phoneOf);

function staged(pbx: ReplayingFreeswitch): People {
  const later = (call: { answer(): void; end(): void }): StagedCall => ({
    answer: () => Promise.resolve(call.answer()),
    end: () => Promise.resolve(call.end()),
  });
  return {
    register: (ext) => Promise.resolve(pbx.register(ext)),
    unregister: (ext) => Promise.resolve(pbx.unregister(ext)),
    queueCall(queue, ext) {
      const call = pbx.queueCall(queue);
      call.ring(ext);
      return Promise.resolve(later(call));
    },
    directCall: (ext) => Promise.resolve(later(pbx.directCall(ext))),
    stop: () => Promise.resolve(),
  };
}

function withPhones(lab: Lab, pbx: FreeswitchPbx, given?: (ext: string) => Phone): People {
  const phones = new Map<string, Phone>();
  const open = async (name: string, localAddress: string, password?: string): Promise<Phone> => {
    const phone = new Phone({ name, localAddress, server: pbx.phones, behaviour: { kind: 'ring' }, password });
    await phone.start();
    phones.set(name, phone);
    return phone;
  };
  const phoneOf = async (ext: string): Promise<Phone> =>
    given?.(ext) ?? phones.get(ext) ?? (await open(ext, lab.phoneAddress, lab.credentials.sipPassword(ext)));
  const call = async (number: string, ext: string): Promise<StagedCall> => {
    const agent = await phoneOf(ext);
    agent.mark();
    const caller = phones.get('5556789') ?? (await open('5556789', lab.callerAddress));
    const placed = caller.call(number);
    placed.answered.catch(() => undefined);
    const { call: ringing } = await agent.waitFor('ringing', undefined, 10_000);
    return {
      answer: async () => {
        agent.answer(ringing);
        await agent.waitFor('confirmed');
      },
      end: () => placed.hangup(),
    };
  };
  return {
    register: async (ext) => (await phoneOf(ext)).register(),
    unregister: async (ext) => (await phoneOf(ext)).unregister(),
    queueCall: (queue, ext) => call(`queue-${queue}`, ext),
    directCall: (ext) => call(ext, ext),
    stop: async () => void (await Promise.all([...phones.values()].map((phone) => phone.stop()))),
  };
}
