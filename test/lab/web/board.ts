/** A board that lives, made up from the types alone: to look at pages without a PBX, a database or the API. The same seed gives the same day. */
import type {
  AgentLine,
  AgentShown,
  Board,
  EdgeLine,
  QueueLine,
  ServiceRow,
  SiteLine,
  WaitingLine,
} from '../../../src/core/model/board.ts';
import { AGENT_SHOWN } from '../../../src/core/model/board.ts';
import { countsOf } from './counts.ts';

export interface Size {
  readonly agents: number;
  readonly seed: number;
}

/** A small generator with a seed (mulberry32). */
export function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SITES = [
  ['berlin', 'Berlin'],
  ['lyon', 'Lyon'],
  ['madrid', 'Madrid'],
  ['vienna', 'Vienna'],
] as const;
const SERVICES = [
  ['support', 'Support', 'queue:support'],
  ['sales', 'Sales', 'queue:sales'],
  ['support-fr', 'Support in French', 'queue:support AND french>=5'],
  ['billing', 'Billing and payments', 'queue:billing'],
  ['emergency', 'Breakdown service', 'queue:emergency'],
  ['night', 'Night desk', 'queue:support'],
] as const;
const FIRST = [
  'Anna',
  'Bernd',
  'Cem',
  'Denise',
  'Emile',
  'Fatima',
  'Georg',
  'Hélène',
  'Ines',
  'José',
  'Katarzyna',
  'Luca',
];
const LAST = [
  'Albrecht',
  'Bonnet',
  'Castro',
  'Demir',
  'Eder',
  'Fontaine',
  'García',
  'Huber',
  'Ivanova',
  'Jansen',
  'Kovač',
  'Lindner',
];
const SKILLS = ['queue:support', 'queue:sales', 'queue:billing', 'queue:emergency', 'french', 'spanish'];
const HELD_AFTER = ['no_answer', 'busy', 'failed'] as const;
const REASONS = ['lunch', 'coaching', 'break', ''];

export type Draw = () => number;
export const oneOf = <T>(draw: Draw, values: readonly T[]): T => values[Math.floor(draw() * values.length)] as T;

const WEIGHTS: Readonly<Record<AgentShown, number>> = {
  idle: 20,
  ringing: 4,
  talking: 40,
  wrap_up: 8,
  held: 3,
  paused: 10,
  logged_out: 14,
  unreachable: 2,
  unknown: 1,
};

export function someShown(draw: Draw): AgentShown {
  const total = AGENT_SHOWN.reduce((sum, shown) => sum + WEIGHTS[shown], 0);
  let left = draw() * total;
  return AGENT_SHOWN.find((shown) => (left -= WEIGHTS[shown]) <= 0) ?? 'idle';
}

/** An agent's row with what he does now, in all its parts. */
export function doing(line: AgentLine, shown: AgentShown, sinceMs: number, draw: Draw): AgentLine {
  const isAway = shown === 'paused' || shown === 'logged_out';
  const isOurs = (shown === 'talking' || shown === 'ringing') && draw() < 0.7;
  return {
    ...line,
    shown,
    sinceMs,
    status: isAway ? shown : shown === 'unknown' ? 'unknown' : 'ready',
    activity: isAway || shown === 'held' ? 'idle' : shown,
    ...hiddenOrNot(line, shown === 'paused'),
    hold: shown === 'held' ? { reason: oneOf(draw, HELD_AFTER), untilMs: sinceMs + 30_000 } : null,
    pauseReason: shown === 'paused' ? oneOf(draw, REASONS) : '',
    call: isOurs
      ? {
          callId: `edge1.${Math.floor(sinceMs / 1_000)}.${line.number}`,
          service: oneOf(draw, SERVICES)[0],
          phase: shown === 'talking' ? 'talk' : 'offer',
        }
      : null,
    blockedBy: shown === 'idle' ? [] : shown === 'unknown' ? ['status_unknown'] : [shown],
    callsTaken: line.callsTaken + (shown === 'talking' ? 1 : 0),
  };
}

/** A pause hides the skills of queues. */
function hiddenOrNot(line: AgentLine, isPaused: boolean): Pick<AgentLine, 'skills' | 'pausedSkills'> {
  const all = Object.entries({ ...line.skills, ...line.pausedSkills });
  const isHidden = ([skill]: readonly [string, number]): boolean => isPaused && skill.startsWith('queue:');
  return {
    skills: Object.fromEntries(all.filter((one) => !isHidden(one))),
    pausedSkills: Object.fromEntries(all.filter(isHidden)),
  };
}

function agent(index: number, nowMs: number, draw: Draw): AgentLine {
  const [siteId] = SITES[index % SITES.length] ?? SITES[0];
  const ext = String(1001 + Math.floor(index / SITES.length));
  const skills = SKILLS.filter(() => draw() < 0.4);
  const blank: AgentLine = {
    id: `${siteId}/PJSIP/${ext}`,
    siteId,
    title: `${oneOf(draw, FIRST)} ${oneOf(draw, LAST)}`,
    number: ext,
    shown: 'idle',
    sinceMs: nowMs,
    status: 'ready',
    pauseReason: '',
    activity: 'idle',
    skills: Object.fromEntries(
      (skills.length === 0 ? ['queue:support'] : skills).map((skill) => [skill, 1 + Math.floor(draw() * 10)]),
    ),
    pausedSkills: {},
    queues: skills.filter((skill) => skill.startsWith('queue:')).map((skill) => skill.slice('queue:'.length)),
    call: null,
    hold: null,
    blockedBy: [],
    callsTaken: Math.floor(draw() * 40),
  };
  return doing(blank, someShown(draw), nowMs - Math.floor(draw() ** 3 * 7_200_000), draw);
}

export function service(
  index: number,
  waiting: readonly WaitingLine[],
  agents: readonly AgentLine[],
  nowMs: number,
): ServiceRow {
  const [id, title] = SERVICES[index] ?? SERVICES[0];
  const mine = waiting.filter((line) => line.service === id);
  const inLine = mine.filter(({ isOffering }) => !isOffering);
  const atWork = agents.filter(({ shown }) => shown !== 'logged_out' && shown !== 'paused').length;
  const isOpen = id !== 'night';
  const level = [0.91, 0.84, 0.68, 0.79, 0.97, null][index] ?? null;
  const counts = countsOf(chances(index + 7), isOpen ? 120 + index * 90 : 0, level ?? 0);
  return {
    id,
    title,
    isOpen,
    isByHand: !isOpen,
    why: isOpen ? 'open by the calendar office-hours' : `closed by admin: night shift is off sick, ${'x'.repeat(150)}`,
    waiting: inLine.length,
    longestSinceMs: inLine.reduce<number | null>(
      (first, { arrivedAtMs }) => Math.min(first ?? arrivedAtMs, arrivedAtMs),
      null,
    ),
    expectedWaitMs: isOpen ? 4_000 + mine.length * 17_000 : null,
    eligible: isOpen && id !== 'support-fr' ? agents.filter(({ shown }) => shown === 'idle').length % (index + 5) : 0,
    staffed: id === 'support-fr' ? 3 : Math.floor(atWork / (index + 2)),
    talking: isOpen ? agents.filter(({ call }) => call?.service === id && call.phase === 'talk').length : 0,
    serviceLevelMs: 20_000,
    serviceLevelTarget: 0.8,
    today: { ...counts, offered: counts.offered + mine.length, inProgress: mine.length },
    serviceLevel: level,
    recentServiceLevel: level === null ? null : Math.min(1, level + 0.06 * Math.sin(nowMs / 60_000 + index)),
    meanWaitMs: isOpen ? 11_000 + index * 3_000 : null,
    meanTalkMs: isOpen ? 184_000 + index * 20_000 : null,
    zone: 'Europe/Berlin',
  };
}

export function sites(agents: readonly AgentLine[], queues: readonly QueueLine[], nowMs: number): readonly SiteLine[] {
  return SITES.map(([id, title]) => {
    const own = agents.filter(({ siteId }) => siteId === id);
    const isStale = id === 'madrid';
    return {
      id,
      title,
      state: isStale ? 'stale' : 'up',
      lastHeardMs: isStale ? nowMs - 48_000 : null,
      callsInProgress: own.filter(({ shown }) => shown === 'talking').length,
      waiting: queues.filter(({ siteId }) => siteId === id).reduce((sum, { waiting }) => sum + waiting, 0),
      agents: Object.fromEntries(
        AGENT_SHOWN.map((shown) => [shown, own.filter((line) => line.shown === shown).length]),
      ) as Record<AgentShown, number>,
    };
  });
}

export function queue(siteId: string, name: string, waiting: number, nowMs: number, draw: Draw): QueueLine {
  return {
    id: `${siteId}/${name}`,
    siteId,
    name,
    waiting,
    longestSinceMs: waiting === 0 ? null : nowMs - Math.floor(draw() * 90_000),
    loggedIn: 12,
    ready: 9,
    onCalls: 5,
    windowMs: 1_800_000,
    answered: 31,
    abandoned: 2,
    meanWaitMs: 14_000,
    serviceLevel: 0.86,
  };
}

export function waitingCall(position: number, arrivedAtMs: number, draw: Draw): WaitingLine {
  const [service, , requirement] = oneOf(draw, [SERVICES[0], SERVICES[0], SERVICES[2], SERVICES[3]] as const);
  return {
    id: `edge1.${arrivedAtMs}.${Math.floor(draw() * 1_000)}`,
    edgeId: draw() < 0.5 ? 'edge1' : 'edge2',
    service,
    position,
    arrivedAtMs,
    priority: Math.floor(draw() * 3) * 10,
    step: Math.floor(draw() * 3),
    isOffering: draw() < 0.25,
    requirement,
  };
}

const EDGES: readonly EdgeLine[] = [
  { id: 'edge1', state: 'up', lastHeardMs: null, calls: 14 },
  { id: 'edge2', state: 'up', lastHeardMs: null, calls: 9 },
];

export function firstBoard({ agents: count, seed }: Size, nowMs: number): Board {
  const draw = chances(seed);
  const agents = Array.from({ length: count }, (_, index) => agent(index, nowMs, draw));
  const waiting = Array.from({ length: 9 }, (_, index) => waitingCall(index + 1, nowMs - (9 - index) * 11_000, draw));
  const queues = SITES.flatMap(([id]) =>
    ['support', 'sales', 'billing'].map((name) => queue(id, name, Math.floor(draw() * 3), nowMs, draw)),
  );
  return {
    services: SERVICES.map((_, index) => service(index, waiting, agents, nowMs)),
    sites: sites(agents, queues, nowMs),
    edges: EDGES,
    queues,
    agents,
    waiting,
  };
}
