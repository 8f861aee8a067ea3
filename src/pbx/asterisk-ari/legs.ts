/** What is done to a caller and to an offered leg: treatment, offer, whisper, bridge, and back to the dialplan. */
import type { EdgePbx, RingRequest } from '../../ports/edge-pbx.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { callerId, checkedCallId, checkedEndpoint, checkedPlace, checkedRecording, isCustomerId } from './address.ts';
import type { Requests } from './requests.ts';
import { isDone, reasonOf } from './rest.ts';
import { cutOff } from './sayings.ts';
import type { Sayings } from './sayings.ts';
import { newCaller, newOffer } from './translate.ts';
import type { Caller, Memory } from './translate.ts';

export interface Legs {
  readonly app: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: Memory;
  readonly requests: Requests;
  /** Those who wait for a leg to come back from its whisper. */
  readonly whispers: Map<string, (back: boolean) => void>;
  /** What is being said, and to whom. */
  readonly sayings: Sayings;
}

/** [ipnt-whisper] lets go of the leg after 30 s. */
const WHISPER_DEADLINE_MS = 31_000;

/** The caller's entry, or the leg's; a stray one for a channel that never entered, so that nobody needs to ask. */
export const lineOf = ({ memory }: Legs, channelId: string): Caller =>
  memory.callers.get(channelId) ?? memory.offers.get(channelId)?.line ?? newCaller(false);

export async function ring(legs: Legs, request: RingRequest): Promise<'ringing' | 'refused'> {
  const { memory, requests, app, log } = legs;
  const { offerId } = request;
  const params = {
    channelId: offerId,
    endpoint: checkedEndpoint(request.endpoint),
    app,
    appArgs: `offer,${offerId}`,
    // Whole seconds only; the app itself cancels at the exact millisecond.
    timeout: String(Math.max(1, Math.ceil(request.timeoutMs / 1000))),
    ...(request.callerChannelId !== '' && { originator: request.callerChannelId }),
    callerId: callerId(request.callerName, request.ani),
    // For sites only: a customer's carrier has no use for our ids.
    ...(!isCustomerId(offerId) && { variables: { 'PJSIP_HEADER(add,X-IPNT-Call)': checkedCallId(request.callId) } }),
  };
  // Registered first: the answer can overtake the reply to the POST.
  memory.ended.delete(offerId);
  memory.offers.set(offerId, newOffer(false));
  const reply = await requests.ask('channels', 'originateWithId', params);
  if (isDone(reply)) return 'ringing';
  memory.offers.delete(offerId);
  // 500 "Allocation failed": trunk offline, unknown endpoint or technology. 400, 409: the originator is gone, the id is taken.
  log.warn(`an originate was refused: ${reasonOf(reply)}`, { offer: offerId, event: 'refused' });
  return 'refused';
}

export async function treat(legs: Legs, channelId: string, music: string): Promise<boolean> {
  const { requests } = legs;
  const caller = lineOf(legs, channelId);
  const before = caller.treatment;
  if (before === music) return true;
  const step = (operation: string, params?: { mohClass: string }) => () =>
    requests.onChannel(operation, channelId, params);
  const steps =
    music === ''
      ? [...(before ? [[step('stopMoh')]] : []), [step('ring')]]
      : // Answering ends the ringing of a channel that was not up; on one that was, it is a tone of its own.
        [
          [caller.up ? (before === '' ? step('ringStop') : undefined) : step('answer')].filter((s) => s !== undefined),
          [step('startMoh', { mohClass: music })],
        ];
  caller.treatment = music;
  const done = await requests.inOrder(cutOff(legs, channelId), ...steps);
  if (!done) caller.treatment = before;
  else if (music !== '') caller.up = true;
  return done;
}

/**
 * Join the two. Everything that the join needs is sent before it, at once where the PBX keeps the order. The absolute
 * timeout is lifted after it: until then it still protects the caller.
 */
export async function bridge(legs: Legs, request: Parameters<EdgePbx['bridge']>[0]): Promise<boolean> {
  const { requests } = legs;
  const { callerChannelId, offerId, recording, keys = false } = request;
  const bridgeId = checkedCallId(request.callId);
  if (recording !== '') checkedRecording(recording);
  const caller = lineOf(legs, callerChannelId);
  const treatment = caller.treatment;
  caller.treatment = undefined;
  // From now on: nothing more is said to him.
  caller.bridgeId = bridgeId;
  const onCaller = (operation: string) => () => requests.onChannel(operation, callerChannelId);
  const prepare = [
    ...cutOff(legs, callerChannelId),
    // Native RTP passes keys on without telling anyone. The price of `dtmf_events`, measured with ulaw on 22.10.1: 6 ms of CPU for a
    // second of talk instead of 3.4.
    () =>
      requests.attempt('bridges', 'createWithId', {
        bridgeId,
        type: keys ? 'mixing,dtmf_events' : 'mixing',
        name: bridgeId,
      }),
    ...(caller.up ? [] : [onCaller('answer')]),
    ...(treatment ? [onCaller('stopMoh')] : []),
    ...(treatment === '' && caller.up ? [onCaller('ringStop')] : []),
  ];
  const join = () => requests.attempt('bridges', 'addChannel', { bridgeId, channel: `${callerChannelId},${offerId}` });
  if (!(await requests.inOrder(prepare, [join]))) {
    caller.bridgeId = '';
    await requests.attempt('bridges', 'destroy', { bridgeId });
    return false;
  }
  caller.up = true;
  await Promise.all([
    setAbsoluteTimeout(legs, callerChannelId, 0),
    recording === '' ? undefined : record(legs, bridgeId, recording),
  ]);
  return true;
}

/** A call that cannot be recorded is still a call. The module it takes is chan_bridge_media (seen on 22.10.1). */
async function record({ requests, log }: Legs, bridgeId: string, name: string): Promise<void> {
  const params = { bridgeId, name, format: 'wav', ifExists: 'overwrite' };
  const refusal = await requests.ask('bridges', 'record', params).then(
    (reply) => (isDone(reply) ? '' : reasonOf(reply)),
    (error: unknown) => String((error as Error).message),
  );
  if (refusal !== '') log.warn(`the call is not recorded: ${refusal}`, { call: bridgeId });
}

/**
 * Sends the answered leg through [ipnt-whisper] of ipnt-edge.conf, which runs the place as a Gosub and hands the leg back
 * with `whispered=<call>`.
 */
export async function whisper(legs: Legs, offerId: string, place: string): Promise<boolean> {
  const { requests, whispers, clock, memory } = legs;
  const callId = offerId.replace(/\.offer\d+$/, '');
  const variables = { IPNT_WHISPER: checkedPlace(place), IPNT_CALL: checkedCallId(callId) };
  if (!(await setVariables(legs, offerId, variables))) return false;
  const known = memory.offers.get(offerId);
  if (known) known.answered = true;
  const back = new Promise<boolean>((resolve) => {
    const timer = clock.after(WHISPER_DEADLINE_MS, () => whispers.get(offerId)?.(false));
    whispers.set(offerId, (result) => {
      timer.cancel();
      whispers.delete(offerId);
      resolve(result);
    });
  });
  try {
    const there = { context: 'ipnt-whisper', extension: 's', priority: '1' };
    if (!(await requests.onChannel('continueInDialplan', offerId, there))) whispers.get(offerId)?.(false);
  } catch (error) {
    whispers.get(offerId)?.(false);
    throw error;
  }
  // It comes back with 3 s to live, in case nobody is here any more.
  return (await back) && setAbsoluteTimeout(legs, offerId, 0);
}

/** Names and values that ARRAY() takes as they are. */
const PLAIN_NAME = /^[0-9A-Z_]+$/;
/** With one of these he is about to leave, and hears no more; other variables wait until what he hears is over. */
const DECISIONS = ['IPNTSTATUS', 'IPNT_ROUTE', 'IPNT_WHISPER'];
const PLAIN_VALUE = /^[0-9A-Za-z_.:/@+-]*$/;

/**
 * Several plain ones in one request, by the dialplan's ARRAY() (of func_strings, where ipnt-edge.conf has its FILTER from): ARI
 * itself sets one at a time, and seven requests a call are a millisecond of CPU. Whatever is not plain goes by itself.
 */
export async function setVariables(
  legs: Legs,
  channelId: string,
  variables: Readonly<Record<string, string>>,
): Promise<boolean> {
  const all = Object.entries(variables);
  const isPlain = ([name, value]: readonly [string, string]): boolean =>
    PLAIN_NAME.test(name) && PLAIN_VALUE.test(value);
  const plain = all.filter(isPlain);
  const names = plain.map(([name]) => name).join(',');
  const together: [string, string][] =
    plain.length > 1 ? [[`ARRAY(${names})`, plain.map(([, value]) => value).join(',')]] : plain;
  const steps = [...all.filter((one) => !isPlain(one)), ...together].map(
    ([variable, value]) =>
      () =>
        legs.requests.onChannel('setChannelVar', channelId, { variable, value: value.replaceAll('\0', '') }),
  );
  const saying = legs.sayings.get(channelId);
  const leaves = DECISIONS.some((name) => name in variables);
  if (saying && !leaves) {
    saying.kept.push(...steps);
    return true;
  }
  return legs.requests.inOrder(cutOff(legs, channelId), steps);
}

export const setAbsoluteTimeout = (legs: Legs, channelId: string, seconds: number): Promise<boolean> =>
  setVariables(legs, channelId, { 'TIMEOUT(absolute)': String(seconds) });

export async function continueInDialplan(legs: Legs, channelId: string, followed: boolean): Promise<boolean> {
  const { requests, memory } = legs;
  const caller = lineOf(legs, channelId);
  const { bridgeId, treatment } = caller;
  caller.leaving = true;
  // That the bridge is gone already is no reason not to go on.
  const destroy = () => requests.attempt('bridges', 'destroy', { bridgeId }).then(() => true);
  if (followed) memory.followed.add(channelId);
  const done = await requests.inOrder(
    cutOff(legs, channelId),
    // An application hears of a channel that has left it only when it has asked to.
    followed ? [() => subscribe(legs, channelId)] : [],
    bridgeId === '' ? [] : [destroy],
    treatment ? [() => requests.onChannel('stopMoh', channelId)] : [],
    [() => requests.onChannel('continueInDialplan', channelId)],
  );
  if (!done) {
    caller.leaving = false;
    memory.followed.delete(channelId);
  }
  return done;
}

const subscribe = ({ requests, app }: Legs, channelId: string): Promise<boolean> =>
  requests.attempt('applications', 'subscribe', { applicationName: app, eventSource: `channel:${channelId}` });
