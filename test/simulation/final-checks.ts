import type { CallEvent, Outcome } from '../../src/core/model/call.ts';
import { OUTCOME_OF_STATUS } from '../../src/core/model/call.ts';
import type { IpntStatus } from '../../src/core/model/call.ts';
import { activityOf } from '../../src/core/reduce/site-agents.ts';
import type { Changes } from '../../src/ports/edge-store.ts';
import type { CallerStory } from '../../src/pbx/simulated/truth.ts';
import type { SimulatedSite } from '../../src/pbx/simulated/site.ts';
import type { Checkers } from './checkers.ts';
import type { Scenario } from './scenario.ts';
import type { Simulation } from './simulation.ts';

/** What the records of one channel's call say, each `ended` once. */
interface Recorded {
  readonly callId: string;
  readonly ends: Outcome[];
  endedMs: number;
}

function recorded(events: readonly CallEvent[]): Map<string, Recorded> {
  const channels = new Map<string, Recorded>();
  const calls = new Map<string, Recorded>();
  for (const { callId, fact, atMs } of events) {
    const call = calls.get(callId) ?? { callId, ends: [], endedMs: 0 };
    calls.set(callId, call);
    if (fact.kind === 'arrived') channels.set(fact.channel, call);
    if (fact.kind !== 'ended') continue;
    call.ends.push(fact.outcome);
    call.endedMs = atMs;
  }
  return channels;
}

function outcomeOf(story: CallerStory): Outcome | 'cut off' | 'none' {
  switch (story.end) {
    case null:
      return 'none';
    case 'talked':
      return 'answered';
    case 'hungUpWaiting':
      return 'abandoned';
    case 'defaultRoute':
      return 'defaulted';
    case 'redirected':
      return 'redirected';
    case 'cutOff':
      return 'cut off';
    default:
      return OUTCOME_OF_STATUS[story.end.replace('returned ', '') as IpntStatus];
  }
}

/** (2) and (6): every caller has an end, every record one outcome, and they are the same. */
export function checkOutcomes({ sim, faults }: Scenario, checkers: Checkers): void {
  const records = recorded(sim.records);
  for (const story of sim.world.stories) {
    const truth = outcomeOf(story);
    const edge = `edge ${story.edgeId}`;
    const isShaken = faults.wasDisturbed(edge, story.enteredMs, story.endedMs, 3_000);
    if (truth === 'none') checkers.violated(2, `${story.channelId} has no end`);
    if (story.end === 'defaultRoute' && story.talkedTo.length > 0)
      checkers.violated(2, `${story.channelId} was sent to the default route after his talk`);
    if (truth === 'cut off') checkers.violated(2, `${story.channelId} was cut off`);
    const record = records.get(story.channelId);
    if (record === undefined) {
      if (!story.unseen && !isShaken) checkers.violated(6, `${story.channelId} (${truth}) is in no record`);
      continue;
    }
    // A process that takes over ends what the one before it could not: the last word counts.
    if (record.ends.length > 1 && !isShaken)
      checkers.violated(2, `${story.channelId} ${record.callId} has outcomes ${record.ends.join()}`);
    if (record.ends.length === 0) {
      if (!isShaken) checkers.violated(6, `${story.channelId} ${record.callId} (${truth}) has no recorded outcome`);
    } else if (record.ends[0] === 'failed' && story.service === 'any') {
      // `delivery: continue`: hung up in the dialplan without a report, nobody knows whether he was answered.
    } else if (record.ends[0] !== truth && !isShaken && !haveCrossed(sim, story, record))
      checkers.violated(6, `${story.channelId} ${record.callId} was ${truth}, and is recorded as ${record.ends[0]}`);
  }
}

/** A caller who hung up while he was being sent back: both are right. Clocks of processes are wrong by up to 200 ms. */
const haveCrossed = (sim: Simulation, story: CallerStory, record: Recorded): boolean =>
  story.end === 'hungUpWaiting' &&
  Math.abs(record.endedMs - (sim.clock.nowMs() - sim.clock.monoMs() + story.endedMs)) < 300;

/** Tolerance between claims that two edges make at the same moment. */
const TOGETHER_MS = 350;

/** (7): of two equal calls, the earlier gets the first offer, if it waits. */
export function checkOrder({ faults }: Scenario, checkers: Checkers): void {
  const calls = [...checkers.placed].map(([callId, { atMs, call }]) => ({ callId, atMs, call }));
  for (const early of calls) {
    for (const late of calls) {
      if (late.atMs - early.atMs <= 250 || !isEqual(early.call, late.call)) continue;
      const lateOffer = checkers.firstClaims.get(late.callId);
      const earlyOffer = checkers.firstClaims.get(early.callId);
      if (!lateOffer) continue;
      const waitedTo = Math.min(earlyOffer?.atMs ?? Infinity, checkers.leftLine.get(early.callId) ?? Infinity);
      if (waitedTo <= lateOffer.atMs + TOGETHER_MS) continue;
      const forgiven = ['database', 'edge', 'trunk'].some((what) =>
        faults.wasDisturbed(what, early.atMs, lateOffer.atMs + TOGETHER_MS, 8_000),
      );
      if (!forgiven)
        checkers.violated(
          7,
          `${late.callId} was offered to ${lateOffer.agentId} before ${early.callId}, which came first`,
        );
    }
  }
}

type Placed = { readonly service: string; readonly requirement: string; readonly priority: number };
const isEqual = (a: Placed, b: Placed): boolean =>
  a.service === b.service && a.requirement === b.requirement && a.priority === b.priority;

/** (5): the rows of each site are what its PBX would tell now. */
export function checkRows({ sites }: Scenario, checkers: Checkers, changes: Changes): void {
  for (const site of sites) {
    const row = changes.sites.find(({ siteId }) => siteId === site.siteId);
    if (row?.connection !== 'up') checkers.violated(5, `${site.siteId} is ${row?.connection}`);
    else if (changes.dbNowMs - row.pbxSeenAtMs > 2_500) checkers.violated(5, `${site.siteId} is not fresh`);
    if (row?.callsInProgress !== new Set([...site.channels.values()].map(({ linkedId }) => linkedId)).size)
      checkers.violated(
        5,
        `${site.siteId} shows ${row?.callsInProgress} calls, and has ${site.channels.size} channels`,
      );
    checkAgents(site, checkers, changes);
    for (const queue of site.queues.values()) {
      const shown = changes.queues.find((one) => one.siteId === site.siteId && one.name === queue.name);
      if (shown?.waiting !== queue.waiting().length)
        checkers.violated(
          5,
          `${site.siteId}/${queue.name} shows ${shown?.waiting} waiting, and has ${queue.waiting().length}`,
        );
    }
  }
}

function checkAgents(site: SimulatedSite, checkers: Checkers, changes: Changes): void {
  for (const phone of site.phones.values()) {
    const agentId = `${site.siteId}/${phone.name}`;
    const row = changes.agents.find((one) => one.agentId === agentId);
    const memberships = site.memberships().filter(({ device }) => device === phone.name);
    const status =
      memberships.length === 0 ? 'logged_out' : memberships.every(({ paused }) => paused) ? 'paused' : 'ready';
    const queues = memberships.map(({ queue, paused }) => `${queue}${paused ? ' paused' : ''}`).sort();
    const truth = `${status} ${activityOf(phone.device)} ${queues.join()}`;
    const shown = row
      ? `${row.status} ${row.activity} ${row.memberships.map((m) => `${m.queue}${m.paused ? ' paused' : ''}`).join()}`
      : 'no row';
    if (shown !== truth) checkers.violated(5, `${agentId} shows '${shown}', and is '${truth}'`);
  }
}

/** (3): after quiet nobody is claimed, nothing waits, no leg stands. */
export function checkRest({ sim, edges }: Scenario, checkers: Checkers, changes: Changes): void {
  for (const { agentId, phase, token, expiresAtMs } of changes.reservations) {
    if ((phase === 'offer' || phase === 'talk') && expiresAtMs > changes.dbNowMs)
      checkers.violated(3, `${agentId} is still claimed: ${phase} of ${token}`);
  }
  for (const call of changes.waiting) checkers.violated(2, `${call.callId} still waits in the line`);
  for (const edge of edges) {
    for (const offerId of edge.offers.keys()) checkers.violated(3, `${offerId} still stands on ${edge.edgeId}`);
    if (edge.app === null) checkers.violated(2, `nobody serves ${edge.edgeId}`);
  }
  for (const { edge, process } of sim.running) {
    const calls = edge?.current?.calls.states() ?? [];
    if (process.isRunning && calls.length > 0)
      checkers.violated(
        2,
        `${process.name} still holds ${calls.map((c) => `${c.request.callId} (${c.phase})`).join()}`,
      );
  }
}
