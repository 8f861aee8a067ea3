/** What the tests of waiting callers share: what one of them hears, keys that he presses, and a service's line. */
import { ari, until } from '../lab/asterisk/ari.ts';
import { logOf } from '../lab/asterisk/probe.ts';
import type { AsteriskInstance } from '../lab/lab.ts';
import { callOf, fact } from '../lab/record.ts';
import type { OutgoingCall, Phone, PhoneCall } from '../lab/sip/phone.ts';
import type { Stack } from '../lab/stack.ts';

export const edgeOf = (stack: Stack, name = 'edge1'): AsteriskInstance => {
  const edge = stack.lab.edges.get(name);
  if (!edge) throw new Error(`there is no ${name}`);
  return edge;
};

/** What Asterisk logs of one channel: sounds that are played (`queue-thereare`), and `music <class>` where it begins. */
export interface Ear {
  heard(): readonly string[];
  /** Waits until he has heard it so often. */
  hears(what: string, times?: number, deadlineMs?: number): Promise<void>;
}

export async function earOf(stack: Stack, channelId: string, edge = edgeOf(stack)): Promise<Ear> {
  const { name } = await ari<{ name: string }>(edge, stack.lab.credentials, 'GET', `/channels/${channelId}`);
  const heard = (): string[] =>
    logOf(edge)
      .filter((line) => line.includes(name))
      .flatMap((line) => {
        const [, sound] = /Playing '([^.']+)/.exec(line) ?? [];
        const [, music] = /Started music on hold, class '([^']+)'/.exec(line) ?? [];
        return sound !== undefined ? [sound] : music !== undefined ? [`music ${music}`] : [];
      });
  const hears = async (what: string, times = 1, deadlineMs = 8_000): Promise<void> => {
    const enough = async (): Promise<true | undefined> =>
      heard().filter((one) => one === what).length >= times || undefined;
    await until(enough, `${name} hears ${what} ${times} times`, deadlineMs).catch((error: Error) => {
      throw new Error(`${error.message}, but: ${heard().join(', ')}`);
    });
  };
  return { heard, hears };
}

/** A caller's own ear: his channel stands in his call's record. */
export async function callersEar(stack: Stack, ani: string): Promise<Ear> {
  const { callId } = await callOf(stack, ani);
  const arrived = async (): Promise<string | undefined> => {
    const [first] = await stack.store.callEvents(callId);
    return first?.fact.kind === 'arrived' ? first.fact.channel : undefined;
  };
  return earOf(stack, await until(arrived, `the arrival of ${ani}`));
}

/** The only live call of a phone. */
export function liveCall(phone: Phone): PhoneCall {
  const [only, ...more] = phone.calls.values();
  if (!only || more.length > 0) throw new Error(`${phone.name} has ${more.length + (only ? 1 : 0)} calls`);
  return only;
}

/** Sound comes in on that leg, 50 packets a second. */
export async function hearsSound(phone: Phone, callId: string, packets = 5): Promise<void> {
  const received = (): number => phone.calls.get(callId)?.rtpReceived ?? 0;
  const before = received();
  await until(async () => received() >= before + packets || undefined, `${phone.name} hears something`);
}

/** Waits until a call stands in the line, and it was decided that nobody is there for it. */
export async function waits(stack: Stack, ani: string): Promise<string> {
  const { decision } = await fact(stack, ani, 'decided');
  if (decision.winner !== null) throw new Error(`${ani} was given to ${decision.winner.agentId} at once`);
  return (await callOf(stack, ani)).callId;
}

/** Puts a caller in the line. `call` has been answered where the service plays music. */
export async function callAndWait(
  stack: Stack,
  caller: Phone,
  service: string,
  ani: string,
): Promise<{ readonly call: OutgoingCall; readonly callId: string }> {
  const call = caller.call(service, { fromUser: ani });
  return { call, callId: await waits(stack, ani) };
}

/** Presses the key of a call back and waits until he is let go. */
export async function asksForCallback(caller: Phone, call: OutgoingCall): Promise<void> {
  await call.answered;
  await caller.press(call.callId, '1');
  await call.ended;
}
