import { COMPARE } from '../model/service.ts';
import type { Measure, MeasureCondition, Service, Step, StrategyName, Target } from '../model/service.ts';
import type { CallRequest } from '../model/call.ts';

/** Where a waiting call stands among the steps of its service: what it asks for now. */
export interface Stage {
  /** The step it is in; 0 before the first. */
  readonly step: number;
  /** When it entered it, on the caller's own clock (monotonic at an edge, virtual in a simulation). */
  readonly sinceMs: number;
  /** Requirement without the sites. */
  readonly asked: string;
  readonly sites: readonly string[];
  /** What stands in the line: the requirement with its sites. */
  readonly requirement: string;
  readonly priority: number;
  readonly strategy: StrategyName;
  /** Nobody is staffed whom this stage would wait for: the next step need not wait for it. */
  readonly inVain: boolean;
}

/** What conditions are judged by. `requirement` is the text that a stage would put into the line. */
export interface StageFacts {
  readonly nowMs: number;
  /** Null: not known; no condition holds then. */
  readonly measure: (measure: Measure, requirement: string) => number | null;
  /** Agents who are logged in at a living site and meet it. */
  readonly staffed: (requirement: string) => number;
}

/** What became of one step, for the record. `step` counts from 1. */
export interface StageMove {
  readonly step: number;
  readonly skipped: boolean;
  readonly why: string;
}

export interface StageChange {
  readonly stage: Stage;
  readonly moves: readonly StageMove[];
  /** The call leaves its service. */
  readonly overflow: { readonly target: Target; readonly why: string } | null;
}

/** `support` of the sites berlin and paris as one text. */
export function withSites(requirement: string, sites: readonly string[]): string {
  if (sites.length === 0) return requirement;
  const anyOf = sites.map((site) => `site=${site}`).join(' or ');
  return requirement === '' ? anyOf : `(${requirement}) and (${anyOf})`;
}

/** The stage in which a call begins. */
export function firstStage(request: Pick<CallRequest, 'requirement' | 'priority' | 'rules'>, nowMs: number): Stage {
  const { sites, strategy } = request.rules;
  return {
    step: 0,
    sinceMs: nowMs,
    asked: request.requirement,
    sites,
    requirement: withSites(request.requirement, sites),
    priority: request.priority,
    strategy,
    inVain: false,
  };
}

function holds(condition: MeasureCondition, stage: Stage, facts: StageFacts): boolean {
  const value = facts.measure(condition.measure, stage.requirement);
  return value !== null && COMPARE[condition.operator](value, condition.value);
}

/**
 * Moves a waiting call through the steps whose time has come. Each step's `afterMs` is how long the stage before it lasts; it is not
 * waited for where that stage has nobody to wait for. A step whose condition does not hold lets later steps come; it is tried
 * again for as long as none of them has begun. Steps that add no staffed agent and change nothing else are passed over at once.
 * The same change object comes back while nothing moves (`moves` empty).
 */
export function advanceSteps(service: Pick<Service, 'steps'>, before: Stage, facts: StageFacts): StageChange {
  const moves: StageMove[] = [];
  let stage = before.step === 0 && !before.inVain ? judged(before, facts) : before;
  for (;;) {
    const next = dueStep(service.steps, stage, facts);
    if (next === null) return { stage, moves, overflow: null };
    const { index, sinceMs } = next;
    for (let passed = stage.step + 1; passed <= index; passed += 1)
      moves.push({ step: passed, skipped: true, why: 'its condition did not hold' });
    const step = service.steps[index] as Step;
    const why = reasonOf(step, stage, index, facts);
    if (step.overflow !== null) {
      moves.push({ step: index + 1, skipped: false, why });
      return { stage: { ...stage, step: index + 1, sinceMs }, moves, overflow: { target: step.overflow, why } };
    }
    const entered = enter(step, stage, index, sinceMs, facts);
    moves.push({
      step: index + 1,
      skipped: entered.skipped,
      why: entered.skipped ? 'it adds nobody who is staffed' : why,
    });
    stage = entered.stage;
  }
}

/** At the beginning: whether there is anybody to wait for. Without steps it does not matter. */
const judged = (stage: Stage, facts: StageFacts): Stage => {
  const inVain = facts.staffed(stage.requirement) === 0;
  return inVain ? { ...stage, inVain } : stage;
};

/** The first later step that is due and whose conditions hold; `sinceMs` is when it began. */
function dueStep(
  steps: readonly Step[],
  stage: Stage,
  facts: StageFacts,
): { readonly index: number; readonly sinceMs: number } | null {
  let dueMs = stage.sinceMs;
  for (let index = stage.step; index < steps.length; index += 1) {
    const step = steps[index] as Step;
    if (index > stage.step || !stage.inVain) dueMs += step.afterMs;
    if (facts.nowMs < dueMs) return null;
    if (step.when.length === 0) return { index, sinceMs: stage.inVain ? facts.nowMs : dueMs };
    if (step.when.every((condition) => holds(condition, stage, facts))) return { index, sinceMs: facts.nowMs };
  }
  return null;
}

function enter(
  step: Step,
  stage: Stage,
  index: number,
  sinceMs: number,
  facts: StageFacts,
): { readonly stage: Stage; readonly skipped: boolean } {
  const asked = step.requirement ?? stage.asked;
  const sites = step.sites ?? stage.sites;
  const requirement = withSites(asked, sites);
  const next: Stage = {
    step: index + 1,
    sinceMs,
    asked,
    sites,
    requirement,
    priority: stage.priority + step.priority,
    strategy: step.strategy ?? stage.strategy,
    inVain: false,
  };
  const asksAnew = step.requirement !== null || step.sites !== null;
  const changesElse = step.priority !== 0 || step.strategy !== null;
  if (!asksAnew || requirement === stage.requirement)
    return { stage: { ...next, inVain: stage.inVain }, skipped: false };
  const adds = staffs(facts, requirement, stage.requirement);
  if (adds || changesElse) return { stage: { ...next, inVain: !adds && stage.inVain }, skipped: false };
  // Who comes to work later may still be wanted: it is taken over where it takes nobody away.
  const loses = staffs(facts, stage.requirement, requirement);
  const kept = loses ? { ...stage, step: index + 1, sinceMs } : next;
  return { stage: { ...kept, inVain: true }, skipped: true };
}

/** Somebody is staffed who meets `wanted` and not `other`. */
function staffs(facts: StageFacts, wanted: string, other: string): boolean {
  if (other === '') return false;
  return facts.staffed(wanted === '' ? `not (${other})` : `(${wanted}) and not (${other})`) > 0;
}

/** A stage in vain is not waited for by the step right after it alone: there it is the reason, as far as it is still so. */
function reasonOf(step: Step, stage: Stage, index: number, facts: StageFacts): string {
  const parts = step.when.map(({ measure, operator, value }) => `${measure} ${operator} ${valueText(measure, value)}`);
  if (parts.length > 0) return parts.join(' and ');
  if (stage.inVain && index === stage.step)
    return facts.staffed(stage.requirement) === 0
      ? 'nobody is staffed whom it could wait for'
      : 'the step before it added nobody';
  return step.afterMs === 0 ? 'at once' : `after ${step.afterMs / 1_000} s`;
}

const valueText = (measure: Measure, value: number): string =>
  measure === 'ewt'
    ? `${value / 1_000} s`
    : measure === 'service_level'
      ? `${Math.round(value * 100)} %`
      : String(value);
