import type { AgentId } from '../../core/model/agent.ts';
import type { CallRequest } from '../../core/model/call.ts';
import { NO_WISHES } from '../../core/model/call.ts';
import { adoptTalking } from '../../core/reduce/call.ts';
import { DIAL_MARGIN_MS } from '../../core/reduce/call-offer.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EdgePbx, LeftOver } from '../../ports/edge-pbx.ts';
import type { Log } from '../../ports/log.ts';
import type { Recorder } from '../../ports/records.ts';
import type { Count } from './counting.ts';
import { factsOfSentBack, variablesOfSentBack } from './entrance.ts';
import type { LiveCalls } from './live-calls.ts';
import { seqOfEpoch } from './parts.ts';
import type { StateCopy } from '../common/state-copy.ts';

export interface AdopterParts {
  readonly edgeId: string;
  readonly epoch: number;
  readonly pbx: EdgePbx;
  readonly calls: LiveCalls;
  readonly recorder: Recorder;
  readonly count: Count;
  readonly clock: Clock;
  readonly log: Log;
  /** Channels that were dealt with: one may be listed again before it has gone. */
  readonly adopted: Set<string>;
  readonly copy: Pick<StateCopy, 'reservations'>;
}

/** The request that sends a caller to the dialplan has been answered or has failed by then. */
const SENT_BY_THEN_MS = 4_000;

/** `<call>.offer<N>` and `<call>.customer<N>` belong to `<call>`. */
export const callOfOffer = (offerId: string): string => offerId.replace(/\.(?:offer|customer)\d+$/, '');

const siteOf = (agentId: string): string => agentId.slice(0, agentId.indexOf('/'));

/** By what stands on the PBX now: our own calls, callers of earlier processes, and legs that nobody waits for. */
export function takeOver(parts: AdopterParts, left: LeftOver): void {
  const { calls, adopted, pbx } = parts;
  const ours = new Set(calls.states().map(({ request }) => request.channelId));
  settleOurs(calls, left, parts.clock.monoMs());
  for (const caller of left.callers) {
    if (
      ours.has(caller.channelId) ||
      calls.callOfChannel(caller.channelId) !== undefined ||
      adopted.has(caller.channelId)
    )
      continue;
    adopted.add(caller.channelId);
    adopt(parts, caller, left);
  }
  for (const { offerId, bridged } of left.offers)
    if (bridged && CUSTOMER.test(offerId)) adoptCallback(parts, offerId, left);
  for (const { offerId } of left.offers) {
    const call = calls.get(callOfOffer(offerId));
    // A leg that its call has given up, or whose caller is gone: the request to end it may have been lost with the link.
    const isWanted = call?.offer?.offerId === offerId || call?.callback?.legId === offerId;
    if (!isWanted || call.phase === 'closing') pbx.hangup(offerId, 'normal').catch(() => undefined);
  }
}

/** Our own calls after a broken link: what ended meanwhile left no event. */
function settleOurs(calls: LiveCalls, left: LeftOver, nowMs: number): void {
  const channels = new Set(left.callers.map((caller) => caller.channelId));
  const offers = new Map(left.offers.map((offer) => [offer.offerId, offer]));
  for (const { request, offer, phase, callback } of calls.states()) {
    const { callId } = request;
    if (callback !== null && !callback.isHere) settleCustomer(calls, callId, callback.legId, offers);
    const isHere = callback === null ? channels.has(request.channelId) : !callback.isHere || offers.has(callback.legId);
    if (phase === 'inDialplan' && isHere && offer) reportMissed(calls, request, nowMs - offer.startedMs);
    if (!isHere && phase !== 'inDialplan') calls.input(callId, { kind: 'callerLeft', hungUp: true });
    if (!offer || phase === 'claiming' || phase === 'arriving' || phase === 'inDialplan') continue;
    const here = offers.get(offer.offerId);
    if (!here) calls.input(callId, { kind: 'offerGone', offerId: offer.offerId, cause: 0, techCause: 0 });
    else if (here.up && !offer.answered) calls.input(callId, { kind: 'offerAnswered', offerId: offer.offerId });
  }
}

/** A customer who was being called when the link broke. One who is not called yet cannot have gone. */
function settleCustomer(
  calls: LiveCalls,
  callId: string,
  legId: string,
  offers: ReadonlyMap<string, LeftOver['offers'][number]>,
): void {
  if (legId === '') return;
  const leg = offers.get(legId);
  if (leg === undefined) calls.input(callId, { kind: 'offerGone', offerId: legId, cause: 0, techCause: 0 });
  else if (leg.up) calls.input(callId, { kind: 'offerAnswered', offerId: legId });
}

/** He was sent to the dialplan and is back, and his report was lost. A Dial that took longer than it may ring was answered. */
function reportMissed(calls: LiveCalls, { callId, ringMs }: CallRequest, agoMs: number): void {
  if (agoMs < SENT_BY_THEN_MS) return;
  const dialStatus = agoMs > ringMs + DIAL_MARGIN_MS ? 'ANSWER' : 'CHANUNAVAIL';
  calls.input(callId, { kind: 'dialReported', dialStatus });
}

/** A caller whom an earlier process left: bridged ones are left alone and followed, one whom nobody serves goes to the dialplan. */
function adopt(parts: AdopterParts, caller: LeftOver['callers'][number], left: LeftOver): void {
  const { pbx, clock, edgeId, log, calls, epoch, recorder, count } = parts;
  const offer = left.offers.find(({ offerId, up }) => up && callOfOffer(offerId) === caller.callId);
  if (caller.bridged && offer) {
    // An app that went right after the bridge had no time for the variable: the claim has the agent as well.
    const agentId = caller.agentId || claimedBy(parts, offer.offerId);
    const talking = { offerId: offer.offerId, agentId, siteId: siteOf(agentId) };
    const state = adoptTalking(requestOf(caller, edgeId), talking, clock.monoMs());
    // Its lease has run for a while, and may still be that of the offer.
    const renew = { kind: 'advance', agentId, token: offer.offerId, step: { phase: 'talk' }, anew: true } as const;
    calls.begin({ state, effects: agentId === '' ? [] : [renew] }, seqOfEpoch(epoch));
    log.info('a bridged call is followed', { call: caller.callId, agent: agentId });
    return;
  }
  if (caller.phase === 'talk' || caller.status === 'ANSWERED') return sendOn(parts, caller);
  const isNew = caller.callId === '';
  const callId = isNew ? `${edgeId}-${epoch}-${caller.channelId}` : caller.callId;
  const request = { ...requestOf(caller, edgeId), callId };
  const facts = factsOfSentBack(request, 'ERROR', 'nobody served this call when the router started');
  facts.slice(isNew ? 0 : 1).forEach((fact, index) => {
    recorder.record({ callId, seq: (isNew ? 1 : seqOfEpoch(epoch)) + index, atMs: clock.nowMs(), fact });
    count(request.service, fact);
  });
  pbx
    .setVariables(caller.channelId, variablesOfSentBack(request, 'ERROR'))
    .then(() => pbx.continueInDialplan(caller.channelId))
    .catch((error: unknown) => log.error('a call could not be sent back', { call: callId, detail: String(error) }));
}

/** A customer who was called back by an earlier process and talks: left alone and followed. */
function adoptCallback(parts: AdopterParts, legId: string, left: LeftOver): void {
  const { calls, clock, edgeId, epoch, log } = parts;
  const callId = callOfOffer(legId);
  const agentsLeg = left.offers.find(
    ({ offerId, bridged }) => bridged && !CUSTOMER.test(offerId) && callOfOffer(offerId) === callId,
  );
  if (calls.get(callId) !== undefined || agentsLeg === undefined) return;
  const { offerId } = agentsLeg;
  const agentId = claimedBy(parts, offerId);
  const identity = { callId, edgeId, channelId: legId, service: '', ani: '', callerName: '', dnis: '' };
  const talking = adoptTalking(
    { ...NO_WISHES, ...identity },
    { offerId, agentId, siteId: siteOf(agentId) },
    clock.monoMs(),
  );
  const renew = { kind: 'advance', agentId, token: offerId, step: { phase: 'talk' }, anew: true } as const;
  const state = { ...talking, callback: { tries: 1, legId, isHere: true } };
  calls.begin({ state, effects: agentId === '' ? [] : [renew] }, seqOfEpoch(epoch));
  log.info('a customer who was called back is followed', { call: callId, agent: agentId });
}

/** `<call>.customer<N>`. */
const CUSTOMER = /\.customer\d+$/;

function claimedBy({ copy }: AdopterParts, token: string): AgentId {
  for (const reservation of copy.reservations.values()) if (reservation.token === token) return reservation.agentId;
  return '';
}

/** He has had his talk, and its end was seen by nobody: he goes on in the dialplan as after any answered call. */
function sendOn({ pbx, log, recorder, count, clock, epoch }: AdopterParts, caller: LeftOver['callers'][number]): void {
  const { callId, channelId } = caller;
  const fact = { kind: 'ended', outcome: 'answered', by: 'unknown', talkMs: 0 } as const;
  recorder.record({ callId, seq: seqOfEpoch(epoch), atMs: clock.nowMs(), fact });
  count(caller.service, fact);
  pbx
    .continueInDialplan(channelId)
    .catch((error: unknown) => log.error('a call could not be sent on', { call: callId, detail: String(error) }));
}

function requestOf(caller: LeftOver['callers'][number], edgeId: string): CallRequest {
  const { callId, channelId, service, ani, callerName, exten } = caller;
  return { ...NO_WISHES, callId, edgeId, channelId, service, ani, callerName, dnis: exten };
}
