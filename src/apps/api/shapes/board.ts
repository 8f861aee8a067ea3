import { z } from 'zod';
import { AGENT_SHOWN } from '../../../core/model/board.ts';
import type {
  AgentLine,
  BoardPart,
  BoardSnapshot,
  EdgeLine,
  QueueLine,
  ServiceRow,
  SiteLine,
  WaitingLine,
} from '../../../core/model/board.ts';
import { countsShape } from './counts.ts';
import { REASON_CODES } from './reason.ts';
import { amount, atMs, count, flag, oneOf, share, spanMs, text, texts } from './values.ts';

const shown = z.enum(AGENT_SHOWN);

export const serviceRowShape: z.ZodType<ServiceRow> = z.object({
  id: text('its name'),
  title: text('what people call it'),
  isOpen: flag('whether it takes calls now'),
  why: text('why it is open or closed, in words; with who closed it by hand'),
  isByHand: flag('closed or opened by hand, whatever its calendar says'),
  waiting: count('its calls at the edges, those left out that an agent is being rung for'),
  longestSinceMs: atMs('arrival of the one who waits longest; null: nobody waits').nullable(),
  expectedWaitMs: spanMs('what a caller who arrives now is to expect; null: not known').nullable(),
  eligible: count('agents who could take a call of it now'),
  staffed: count('agents on duty at a living site, on a break or in a call included, who meet its requirement'),
  talking: count('its calls that talk to an agent now'),
  serviceLevelMs: spanMs('T of its service level'),
  serviceLevelTarget: share('what its service level should be'),
  today: countsShape,
  serviceLevel: share('reachedInTime / (reached + abandonedLate) of today; null: no such call').nullable(),
  recentServiceLevel: share('the same over the last half hour').nullable(),
  meanWaitMs: spanMs('mean wait today of those who reached an agent').nullable(),
  meanTalkMs: spanMs('mean talk today').nullable(),
  zone: text('IANA zone; its day begins at midnight there'),
});

const siteLineObject = z.object({
  id: text('its name'),
  title: text('what people call it'),
  state: oneOf(
    ['up', 'stale', 'connecting', 'down'],
    'up: heard of within its limit; stale: connected, and silent for too long',
  ),
  lastHeardMs: atMs('when its PBX was last heard; null: it is up, or that is not known').nullable(),
  callsInProgress: count('calls on its PBX'),
  waiting: count('callers in its own queues'),
  agents: z.record(shown, count('agents')).meta({ description: 'its agents by what they do' }),
});
export const siteLineShape: z.ZodType<SiteLine> = siteLineObject;
export const siteLineFields = siteLineObject.shape;

export const edgeLineShape: z.ZodType<EdgeLine> = z.object({
  id: text('its name'),
  state: oneOf(['up', 'silent', 'away'], 'silent: its process does not answer; away: it was stopped'),
  lastHeardMs: atMs('when it was last heard; null: it is up, or that is not known').nullable(),
  calls: count('its calls in progress: waiting, ringing and talking'),
});

export const queueLineShape: z.ZodType<QueueLine> = z.object({
  id: text('`<site>/<name>`'),
  siteId: text('its site'),
  name: text('its name there'),
  waiting: count('callers who wait'),
  longestSinceMs: atMs('arrival of the one who waits longest; null: nobody waits').nullable(),
  loggedIn: count('agents logged in'),
  ready: count('agents free'),
  onCalls: count('agents on calls'),
  windowMs: spanMs('the figures below are over so long'),
  answered: count('calls answered'),
  abandoned: count('calls abandoned'),
  meanWaitMs: spanMs('mean wait').nullable(),
  serviceLevel: share('answered in time / (answered + abandoned late)').nullable(),
});

const agentLineObject = z.object({
  id: text('`<site>/<device>`'),
  siteId: text('his site'),
  title: text('what people call him'),
  number: text("his number at the site; '' for none"),
  shown: shown.meta({
    description:
      'one word for what he does: his status where he is not ready, else his activity, claims counted in; held: his phone is idle, and he is left alone for a while after an offer that failed',
  }),
  sinceMs: atMs('since when he does that'),
  status: oneOf(['unknown', 'logged_out', 'ready', 'paused'], 'declared by him or his PBX'),
  pauseReason: text("why he pauses; ''"),
  activity: oneOf(['idle', 'ringing', 'talking', 'wrap_up', 'unreachable', 'unknown'], 'observed at his phone'),
  skills: z.record(z.string(), amount('level, 1 to 10')).meta({ description: 'skill to level, profiles laid over' }),
  pausedSkills: z
    .record(z.string(), amount('level, 1 to 10'))
    .meta({ description: 'those that his pause hides, and that he has again after it' }),
  queues: texts('queues of his site that he is in'),
  call: z
    .object({
      callId: text('the call'),
      service: text('its service'),
      phase: oneOf(['offer', 'talk'], 'offer: he is rung for it'),
    })
    .nullable()
    .meta({ description: 'the call of ours that he is on or is rung for; null: none' }),
  hold: z
    .object({
      reason: oneOf(['cancelled', 'busy', 'failed', 'no_answer', 'redirect_lost'], 'what he is left alone after'),
      untilMs: atMs('when it ends'),
    })
    .nullable()
    .meta({ description: 'he is left alone after an offer that failed; null: he is not' }),
  blockedBy: z
    .array(z.enum(REASON_CODES))
    .meta({ description: 'why he could take no call now, whatever it asks for; empty: he could' }),
  callsTaken: count('calls since his log-in'),
});
export const agentLineShape: z.ZodType<AgentLine> = agentLineObject;
/** For what is told beside a line. */
export const agentLineFields = agentLineObject.shape;

export const waitingLineShape: z.ZodType<WaitingLine> = z.object({
  id: text("the call's id"),
  edgeId: text('where it waits'),
  service: text('its service'),
  position: count('its place over all edges and services, from 1'),
  arrivedAtMs: atMs('when it came'),
  priority: amount('with what it has earned by waiting, in whole points'),
  step: count('the step of its service; 0 before the first'),
  isOffering: flag('an agent is being rung for it'),
  requirement: text('what it asks for'),
});

/** How old what is told is. */
export const timesFields = {
  nowMs: atMs('when it was made'),
  staleSinceMs: atMs(
    'null: all is well; else since when the figures stand still, because the database does not answer',
  ).nullable(),
};

const frame = { seq: count('grows by one with each change of `/v1/stream`'), ...timesFields };

const parts = {
  services: z.array(serviceRowShape),
  sites: z.array(siteLineShape),
  edges: z.array(edgeLineShape),
  queues: z.array(queueLineShape),
  agents: z.array(agentLineShape),
  waiting: z.array(waitingLineShape),
};

export const boardSnapshotShape: z.ZodType<BoardSnapshot> = z
  .object({ ...frame, board: z.object(parts) })
  .meta({ id: 'BoardSnapshot' });

const gone = texts('ids of rows that are gone');

/** What `/v1/stream` says after the snapshot. */
export const boardChangeShape = z
  .object({
    ...frame,
    changed: z.object(parts).partial().meta({ description: 'rows that are new or changed, whole' }),
    gone: z
      .object({ services: gone, sites: gone, edges: gone, queues: gone, agents: gone, waiting: gone } satisfies Record<
        BoardPart,
        unknown
      >)
      .partial(),
  })
  .meta({ id: 'BoardChange' });
