/** What would become of a call, for people and for programs. Pure. */
import type { Difference } from '../routing/dry-check.ts';
import type { DryOutcome, DryRun, DryStage, DryTarget, DryWorld } from '../routing/dry-case.ts';
import { wallText } from '../routing/moment.ts';
import { decisionStory } from './decision.ts';
import { GOES_FIRST, inWords, targetText } from './facts.ts';
import { reasonSentences } from './reasons.ts';
import { requirementText } from './requirement.ts';
import { agentName, serviceName, siteTitles } from './titles.ts';
import type { Titles } from './titles.ts';
import { printable, span } from './text.ts';

export function titlesOf({ routing, view }: DryWorld): Titles {
  return {
    agents: new Map([...view.agents.values()].map(({ agentId, title }) => [agentId, title])),
    sites: siteTitles(view),
    services: new Map(routing.services.map(({ name, title }) => [name, title])),
  };
}

const OUTCOMES: Readonly<Record<DryOutcome, string>> = {
  offered: 'it would be offered to somebody at once',
  waits: 'it would wait',
  closed: 'the service is closed',
  full: 'too many callers wait already: it would go back to the dialplan',
  noagents: 'nobody who could ever take it is at work: it would go back to the dialplan',
  overflow: 'it would leave the service',
  timeout: 'the longest wait is over: it would go back to the dialplan',
  unknown: 'no service is known for it',
};

/** The whole answer; every line ends with a line feed. */
export function runText(run: DryRun, titles: Titles): string {
  const lines = [
    ...askedOf(run, titles),
    '',
    `${run.outcome}: ${OUTCOMES[run.outcome]}${targetClause(run.target, titles)}.`,
  ];
  if (run.decision !== null) {
    const isSkipped = (wanted: number): boolean => run.stages.some(({ step, skipped }) => skipped && step === wanted);
    lines.push(...decisionStory(run.decision, titles, isSkipped, 'is').map((line) => `  ${line}`));
  }
  lines.push(...waitText(run, titles));
  return `${lines.map(printable).join('\n')}\n`;
}

/** What is behind a call that has waited, and what would come. All times count from its arrival. */
function waitText(run: DryRun, titles: Titles): string[] {
  const { waitedMs } = run;
  const told = run.stages.filter(({ step, why }) => step > 0 || why !== '');
  const isPast = ({ afterMs }: DryStage): boolean => waitedMs > 0 && afterMs <= waitedMs;
  const part = (title: string, stages: readonly DryStage[], isOver: boolean): string[] =>
    stages.length === 0 ? [] : ['', title, ...stages.map((stage) => `  ${stageText(stage, run, titles, isOver)}`)];
  const coming = `While nothing else changes${waitedMs > 0 ? ', counted from its arrival' : ''}:`;
  return [
    ...part(`So far, in a wait of ${span(waitedMs)}:`, told.filter(isPast), true),
    ...part(
      coming,
      told.filter((stage) => !isPast(stage)),
      false,
    ),
  ];
}

function askedOf(run: DryRun, titles: Titles): string[] {
  const { identified, opening, request, zone, atMs } = run;
  if (identified === null || opening === null || request === null) return [`${sentence(run.problem)}.`];
  const { service, by, entry } = identified;
  const found = by === 'name' ? 'as the dialplan names it' : `by the ${by} ${entry}`;
  const until = opening.untilMs === null ? '' : `, until ${wallText(opening.untilMs, zone)}`;
  const { customer, preferred } = request;
  const { step, priority, requirement, strategy } = run.now ?? { ...request, step: 0, strategy: service.strategy };
  const after = run.waitedMs > 0 && run.now !== null && step > 0 ? ` after ${span(run.waitedMs)}` : '';
  return [
    `The service "${service.title}" (${service.name}), ${found}.`,
    `At ${wallText(atMs, zone)} (${zone}) it is ${opening.open ? 'open' : 'closed'}: ${opening.why}${until}.`,
    `The call needs${after} ${requirementText(requirement, titles.sites)}${priority === 0 ? '' : `; its priority is ${priority}`}; first comes ${GOES_FIRST[strategy]}.`,
    ...(customer === null ? [] : [`The caller is the customer ${customer.name || customer.customerId}.`]),
    ...(preferred.length === 0
      ? []
      : [`The caller's own: ${preferred.map((one) => agentName(one, titles)).join(', ')}.`]),
  ];
}

const sentence = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;

const targetClause = (to: DryTarget | null, titles: Titles): string =>
  to === null ? '' : `, to ${targetText(to.target, to.site, titles)}`;

function stageText(stage: DryStage, run: DryRun, titles: Titles, isOver: boolean): string {
  // Who would have been offered it then is nobody's concern now.
  const winner = isOver ? '' : `; ${winnerText(stage, titles)}`;
  const at = stage.afterMs === 0 ? 'at once' : `after ${span(stage.afterMs)}`;
  if (stage.why === 'patience') return `${at}: anybody will do, and not only the caller's own${winner}`;
  const name = `step ${stage.step}`;
  if (stage.why === 'condition') return `${at}: ${name} is due, and its condition does not hold`;
  if (stage.skipped) return `${at}: ${name} is passed over: ${inWords(stage.why)}`;
  if (stage.overflow !== null)
    return `${at}: ${name} (${inWords(stage.why)}): it leaves${targetClause(stage.overflow, titles)}`;
  return `${at}: ${name} (${inWords(stage.why)})${changesOf(stage, run, titles)}${winner}`;
}

function changesOf(stage: DryStage, run: DryRun, titles: Titles): string {
  const before = run.stages[run.stages.indexOf(stage) - 1];
  if (before === undefined) return '';
  const changes = [
    ...(stage.requirement === before.requirement ? [] : [`needs ${requirementText(stage.requirement, titles.sites)}`]),
    ...(stage.priority === before.priority ? [] : [`priority ${stage.priority}`]),
    ...(stage.strategy === before.strategy ? [] : [`first comes ${GOES_FIRST[stage.strategy]}`]),
  ];
  return changes.length === 0 ? '' : `: ${changes.join('; ')}`;
}

const winnerText = ({ winner }: DryStage, titles: Titles): string =>
  winner === null ? 'nobody could take it' : `${agentName(winner.agentId, titles, winner.title)} would be offered it`;

/** `closed: within its hours (office)`, `offered: Anna (Berlin)`: for a line of a table. */
export function shortText(run: DryRun, titles: Titles): string {
  if (run.outcome === 'unknown') return `unknown: ${run.problem}`;
  if (run.outcome === 'closed') return `closed: ${run.opening?.why ?? ''}`;
  const winner = run.decision?.winner ?? null;
  const service = serviceName(run.identified?.service.name ?? '', titles);
  const who = winner === null ? '' : ` to ${agentName(winner.agentId, titles, winner.title)}`;
  return `${run.outcome}${who}, "${service}"${targetClause(run.target, titles)}`;
}

/** `expected agent Anna (Berlin), came Bob (Paris); Anna (Berlin): is in a call` */
export function differenceText({ what, expected, came }: Difference, run: DryRun, titles: Titles): string {
  if (what !== 'agent') {
    const why = what === 'outcome' ? whyOutcome(run) : '';
    return `expected ${what} ${expected}, came ${came || 'none'}${why}`;
  }
  const named = agentName(expected, titles);
  const came_ = came === '' ? 'nobody' : agentName(came, titles);
  return `expected agent ${named}, came ${came_}; ${named}: ${whyNot(expected, run, titles)}`;
}

const whyOutcome = ({ outcome, opening, problem }: DryRun): string =>
  outcome === 'unknown'
    ? ` (${problem})`
    : outcome === 'closed' || opening?.open === false
      ? ` (${opening?.why ?? ''})`
      : '';

function whyNot(agentId: string, { decision, outcome }: DryRun, titles: Titles): string {
  if (decision === null) return OUTCOMES[outcome];
  const refusal = decision.refused.find((one) => one.agentId === agentId);
  if (refusal !== undefined)
    return reasonSentences(refusal.reasons, {
      atMs: decision.atMs,
      sites: titles.sites,
      tense: 'is',
      callId: decision.callId,
    }).join('; ');
  const later = decision.next.find((one) => one.agentId === agentId);
  return later === undefined
    ? 'does not have what the call needs'
    : `free as well, and number ${later.rank} in the order`;
}

/** As JSON. Times since the arrival are in ms. */
export function runJson(run: DryRun, found: readonly Difference[]): Record<string, unknown> {
  const { outcome, identified, problem, atMs, zone, opening, request, target, decision, stages } = run;
  return {
    ok: found.length === 0,
    ...{ outcome, problem, at: new Date(atMs).toISOString(), zone, opening },
    service: identified === null ? null : { name: identified.service.name, by: identified.by, entry: identified.entry },
    request:
      request === null
        ? null
        : {
            ...{ requirement: request.requirement, priority: request.priority, strategy: request.rules.strategy },
            ...{ preferred: request.preferred, customer: request.customer },
          },
    ...{ target, decision, waitedMs: run.waitedMs, now: run.now, stages, differences: found },
  };
}
