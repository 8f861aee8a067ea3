/** What is wrong with a call that is to be tried out, and how what came differs from what was expected. */
import type { AgentId } from '../model/agent.ts';
import type { DryCase, DryExpectation, DryRun, DryWorld } from './dry-case.ts';
import { agentsNamed, identifyDry, momentOf, zoneOf } from './dry-run.ts';
import type { RoutingView } from './view.ts';

/** `key` is where it stands in a case: `at`, `expect.agent`. */
export interface CaseFault {
  readonly key: readonly string[];
  readonly message: string;
  readonly cure: string;
}

/** What no outcome could be right for. Empty for a case that makes sense in this world. */
export function caseFaults(one: DryCase, world: DryWorld): readonly CaseFault[] {
  const { found } = identifyDry(one, world);
  const zone = found === null ? 'UTC' : zoneOf(world.routing, found.service);
  const skipped: CaseFault[] =
    momentOf(one, zone, world.view.nowMs) !== null
      ? []
      : [
          {
            key: ['at'],
            message: `the clock of ${zone} never shows ${one.at}`,
            cure: 'it is put forward then: write an hour more',
          },
        ];
  return [
    ...skipped,
    ...agentFaults(world.view, one.lastAgent, ['last']),
    ...agentFaults(world.view, one.expect.agent, ['expect', 'agent']),
  ];
}

function agentFaults(view: RoutingView, name: string, key: readonly string[]): CaseFault[] {
  if (name === '') return [];
  const named = agentsNamed(view, name);
  if (named.length === 1) return [];
  if (named.length > 1)
    return [
      {
        key,
        message: `${named.length} agents are called "${name}"`,
        cure: `write the id: ${named.slice(0, 5).join(' or ')}`,
      },
    ];
  const known = [...view.agents.values()].slice(0, 5).map(({ agentId, title }) => `${agentId} (${title})`);
  const cure = known.length === 0 ? 'the state has no agents' : `there are e.g. ${known.join(', ')}`;
  return [{ key, message: `there is no agent "${name}"`, cure }];
}

/** One thing that came otherwise. For agents, ids; '' for nobody. */
export interface Difference {
  readonly what: 'service' | 'agent' | 'outcome';
  readonly expected: string;
  readonly came: string;
}

/** Empty: as expected. */
export function differences(expect: DryExpectation, run: DryRun, view: RoutingView): readonly Difference[] {
  const agent: AgentId = expect.agent === '' ? '' : (agentsNamed(view, expect.agent)[0] ?? expect.agent);
  const rows: readonly Difference[] = [
    { what: 'service', expected: expect.service, came: run.identified?.service.name ?? '' },
    { what: 'outcome', expected: expect.outcome, came: run.outcome },
    { what: 'agent', expected: agent, came: run.decision?.winner?.agentId ?? '' },
  ];
  return rows.filter(({ expected, came }) => expected !== '' && expected !== came);
}
