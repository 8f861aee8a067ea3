/**
 * Whether each call reached the agent that the rules name: a check with code of its own. It reads what the phones and the
 * callers saw, and what administrators wrote (routing file, queue members); never our records, and none of our code.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { SiteSpec } from './lab.ts';
import { offersIn, overlapsIn } from './sip/farm.ts';
import type { PhoneLogEntry } from './sip/types.ts';
import type { CallerLog } from './sipp.ts';

/** Idle times, and arrivals, closer than this count as equal. */
const SAME_MS = 250;
/** The least rest after a call of ours. */
const SETTLE_MS = 300;
/** From a decision to the phone's INVITE, and from the end of a call to everybody's knowing; on machines with other work to do. */
const LAG_MS = 500;
/** A call may miss an agent who is free for so long. */
const LONGEST_MISS_MS = 1_000;

export interface Evidence {
  readonly phones: readonly PhoneLogEntry[];
  readonly callers: readonly CallerLog[];
  readonly sites: readonly SiteSpec[];
  readonly routingFile: string;
}

export interface Verdict {
  /** Sentences, one a violation; empty when all is as it should be. */
  readonly faults: readonly string[];
  readonly offers: number;
  /** Offers at which somebody else was qualified and free as well: where the choice could go wrong. */
  readonly choices: number;
  /** Calls that found nobody free. */
  readonly waited: number;
  /** From the callers' INVITE to the first phone's, ms, in order. */
  readonly waits: readonly number[];
}

interface Rule {
  readonly requirement: string;
  readonly priority: number;
  readonly restMs: number;
}

/** One INVITE at one agent's phone. */
interface Stint {
  readonly agent: string;
  readonly caller: string;
  readonly fromMs: number;
  readonly answered: boolean;
  readonly untilMs: number;
  /** When he may be offered the next call. */
  readonly readyMs: number;
}

interface Case {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly callers: ReadonlyMap<string, CallerLog>;
  /** Level by skill, by agent; `site` is his site. */
  readonly agents: ReadonlyMap<string, { readonly site: string; readonly skills: ReadonlyMap<string, number> }>;
  /** By agent, in order. */
  readonly stints: ReadonlyMap<string, readonly Stint[]>;
  readonly endMs: number;
}

export function judge(evidence: Evidence): Verdict {
  const it = readCase(evidence);
  const offers = [...it.stints.values()].flat().sort((a, b) => a.fromMs - b.fromMs);
  const faults = overlapsIn(evidence.phones).map(
    ({ phone, callIds, overlapMs }) => `${phone} was offered two calls at once for ${overlapMs} ms: ${callIds.join()}`,
  );
  let choices = 0;
  for (const offer of offers) {
    const looked = judgeOffer(it, offer);
    faults.push(...looked.faults);
    if (looked.others > 0) choices += 1;
  }
  const first = firstOffers(offers);
  for (const call of it.callers.values()) faults.push(...missed(it, call, first.get(call.from)));
  const waits = [...it.callers.values()]
    .flatMap((call) => first.get(call.from) ?? [])
    .map((offer) => offer.fromMs - (it.callers.get(offer.caller)?.invitedAtMs ?? 0))
    .sort((a, b) => a - b);
  return { faults, offers: offers.length, choices, waits, waited: waits.filter((ms) => ms > LAG_MS).length };
}

/**
 * First offers in order of arrival, among calls of equal priority and requirement: arrivals over 250 ms apart must not be
 * overtaken. `slackMs` is what two phones' INVITEs of one moment may differ by.
 */
export function outOfTurn(evidence: Evidence, slackMs: number): string[] {
  const it = readCase(evidence);
  const first = firstOffers([...it.stints.values()].flat().sort((a, b) => a.fromMs - b.fromMs));
  const calls = [...it.callers.values()].sort((a, b) => a.invitedAtMs - b.invitedAtMs);
  const found: string[] = [];
  for (const [i, early] of calls.entries()) {
    const own = first.get(early.from)?.fromMs ?? early.endedAtMs ?? Infinity;
    for (const late of calls.slice(i + 1)) {
      if (late.invitedAtMs - early.invitedAtMs <= SAME_MS || !sameRules(it, early, late)) continue;
      const other = first.get(late.from)?.fromMs ?? Infinity;
      if (other + slackMs < own)
        found.push(
          `${late.from} came ${ms(late.invitedAtMs - early.invitedAtMs)} after ${early.from} and was offered ${ms(own - other)} before`,
        );
    }
  }
  return found;
}

function sameRules(it: Case, a: CallerLog, b: CallerLog): boolean {
  const [one, other] = [it.rules.get(a.service), it.rules.get(b.service)];
  return one?.requirement === other?.requirement && one?.priority === other?.priority;
}

/** Qualified, rested, and nobody else who would do has been idle for longer. */
function judgeOffer(it: Case, offer: Stint): { readonly faults: string[]; readonly others: number } {
  const call = it.callers.get(offer.caller);
  const rule = call && it.rules.get(call.service);
  if (call === undefined || rule === undefined)
    return { faults: [`${offer.agent} was offered a call that nobody placed: ${offer.caller}`], others: 0 };
  const faults: string[] = [];
  const what = `${call.from} (${call.service}) was offered to ${offer.agent}`;
  if (!isQualified(it, offer.agent, rule)) faults.push(`${what}, who lacks ${rule.requirement}`);
  const before = lastBefore(it, offer.agent, offer.fromMs);
  // The phone learns of the end some ms after the router does.
  if (before && offer.fromMs < before.readyMs - 100)
    faults.push(`${what} ${ms(offer.fromMs - before.untilMs)} after his last call, before his rest was over`);
  let others = 0;
  for (const other of it.agents.keys()) {
    if (other === offer.agent || !isQualified(it, other, rule)) continue;
    const standing = standingOf(it, other, offer, call, before?.readyMs ?? -Infinity);
    if (standing === 'busy') continue;
    others += 1;
    const idle = lastBefore(it, other, offer.fromMs)?.untilMs ?? -Infinity;
    if (idle + SAME_MS < (before?.untilMs ?? -Infinity) && standing === 'free')
      faults.push(`${what}, though ${other} had been idle ${ms((before?.untilMs ?? 0) - idle)} longer`);
  }
  return { faults, others };
}

/**
 * What another agent was doing when this offer was decided, which is some time before the phone's INVITE. Whoever had rested
 * before the chosen one had (`restedMs`) was as ready as he.
 */
function standingOf(
  it: Case,
  agent: string,
  offer: Stint,
  call: CallerLog,
  restedMs: number,
): 'free' | 'takenInTurn' | 'busy' {
  const stints = (it.stints.get(agent) ?? []).filter(
    (stint) => stint.untilMs >= offer.fromMs || stint.readyMs > restedMs,
  );
  const [fromMs, untilMs] = [offer.fromMs - LAG_MS, offer.fromMs + LAG_MS];
  const at = stints.filter(
    (stint) => stint.fromMs < untilMs && Math.max(stint.untilMs, stint.readyMs) + LAG_MS > fromMs,
  );
  if (at.length === 0) return 'free';
  const [only] = at;
  if (at.length > 1 || only === undefined || only.fromMs < fromMs) return 'busy';
  // He was given to another call at about the same moment: to one that came before ours, as it should be?
  const other = it.callers.get(only.caller);
  if (other === undefined) return 'busy';
  const [mine, his] = [priorityOf(it, call), priorityOf(it, other)];
  return his > mine || (his === mine && other.invitedAtMs <= call.invitedAtMs + SAME_MS) ? 'takenInTurn' : 'free';
}

/** A qualified agent who stood free for over a second while this call waited for its first offer. */
function missed(it: Case, call: CallerLog, first: Stint | undefined): string[] {
  const rule = it.rules.get(call.service);
  if (rule === undefined) return [`${call.from} asked for ${call.service}, which nobody provisioned`];
  const untilMs = first?.fromMs ?? call.endedAtMs ?? it.endMs;
  const faults: string[] = [];
  for (const agent of it.agents.keys()) {
    if (!isQualified(it, agent, rule)) continue;
    let freeMs = -Infinity;
    for (const stint of [...(it.stints.get(agent) ?? []), { fromMs: Infinity, readyMs: Infinity }]) {
      const together = Math.min(untilMs, stint.fromMs) - Math.max(call.invitedAtMs, freeMs);
      if (together > LONGEST_MISS_MS + LAG_MS)
        faults.push(`${call.from} (${call.service}) waited ${ms(together)} while ${agent} was free`);
      freeMs = stint.readyMs;
    }
  }
  return faults;
}

const ms = (value: number): string => `${Math.round(value)} ms`;
const priorityOf = (it: Case, call: CallerLog): number => it.rules.get(call.service)?.priority ?? 0;

function lastBefore(it: Case, agent: string, atMs: number): Stint | undefined {
  return it.stints.get(agent)?.findLast((stint) => stint.answered && stint.fromMs < atMs);
}

function firstOffers(offers: readonly Stint[]): Map<string, Stint> {
  const first = new Map<string, Stint>();
  for (const offer of offers) if (!first.has(offer.caller)) first.set(offer.caller, offer);
  return first;
}

function readCase({ phones, callers, sites, routingFile }: Evidence): Case {
  const { services } = parse(readFileSync(routingFile, 'utf8')) as {
    services: Record<string, { requirement?: string; priority?: number; wrap_up?: string } | null>;
  };
  const rules = new Map(
    Object.entries(services).map(([name, written]): [string, Rule] => [
      name,
      {
        requirement: written?.requirement ?? `queue:${name}`,
        priority: written?.priority ?? 0,
        restMs: Math.max(SETTLE_MS, msOf(written?.wrap_up ?? '0s')),
      },
    ]),
  );
  const agents = new Map(
    sites.flatMap((site) =>
      site.agents.map(({ ext, queues }) => {
        const levels = Object.entries(queues ?? {}).map(
          ([q, penalty]) => [`queue:${q}`, Math.max(1, 10 - penalty)] as const,
        );
        return [`${site.name}/${ext}`, { site: site.name, skills: new Map(levels) }] as const;
      }),
    ),
  );
  const byNumber = new Map(callers.map((call) => [call.from, call]));
  const endMs = Math.max(0, ...phones.map(({ atMs }) => atMs));
  return { rules, agents, callers: byNumber, endMs, stints: stintsOf(phones, byNumber, rules) };
}

/** Rests after offers that were not answered, by how they ended; ms. */
const HOLDS: Readonly<Record<string, number>> = { cancelled: 500, rejected: 5_000 };
const LONG_HOLD_MS = 30_000;

function stintsOf(
  phones: readonly PhoneLogEntry[],
  callers: ReadonlyMap<string, CallerLog>,
  rules: ReadonlyMap<string, Rule>,
): Map<string, Stint[]> {
  return new Map(
    [...offersIn(phones)].map(([agent, offers]) => [
      agent,
      offers.map((offer): Stint => {
        const caller = /^sips?:([^@]*)@/.exec(offer.detail.from ?? '')?.[1] ?? '';
        const untilMs = offer.endedAtMs ?? Infinity;
        const answered = offer.answeredAtMs !== undefined;
        const rest = rules.get(callers.get(caller)?.service ?? '')?.restMs ?? SETTLE_MS;
        const readyMs = untilMs + (answered ? rest : (HOLDS[offer.outcome] ?? LONG_HOLD_MS));
        return { agent, caller, fromMs: offer.invitedAtMs, answered, untilMs, readyMs };
      }),
    ]),
  );
}

function msOf(text: string): number {
  const [, number, unit] = /^([\d.]+)\s*(ms|s|m)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`the judge cannot read the time ${text}`);
  return Number(number) * (unit === 'ms' ? 1 : unit === 'm' ? 60_000 : 1_000);
}

/** Reads a requirement from left to right: `or` under `and` under `not`, brackets, `skill`, `skill>=3`, `site=berlin`. */
function isQualified(it: Case, agentId: string, rule: Rule): boolean {
  const agent = it.agents.get(agentId);
  if (agent === undefined) return false;
  const words = rule.requirement.match(/>=|<=|!=|[()<>=]|[\w:.-]+/g) ?? [];
  const or = (): boolean => {
    let met = and();
    while (words[0] === 'or' && words.shift()) met = and() || met;
    return met;
  };
  const and = (): boolean => {
    let met = not();
    while (words[0] === 'and' && words.shift()) met = not() && met;
    return met;
  };
  const not = (): boolean => {
    const word = words.shift();
    if (word === undefined) throw new Error(`the judge cannot read ${rule.requirement}`);
    if (word === 'not') return !not();
    if (word !== '(') return term(word);
    const met = or();
    words.shift();
    return met;
  };
  const term = (name: string): boolean => {
    const operator = /^[<>=!]/.test(words[0] ?? '') ? words.shift() : undefined;
    const value = operator === undefined ? '' : (words.shift() ?? '');
    if (name === 'site') return (agent.site === value) === (operator === '=');
    const level = agent.skills.get(name) ?? 0;
    if (operator === undefined) return level > 0;
    const wanted = Number(value);
    const by: Record<string, boolean> = { '>=': level >= wanted, '<=': level <= wanted, '>': level > wanted };
    return { ...by, '<': level < wanted, '=': level === wanted, '!=': level !== wanted }[operator] ?? false;
  };
  return or();
}
