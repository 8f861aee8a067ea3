/** What happens to a call besides decisions and offers, in sentences: steps, overflows, customers, keys, call-backs. */
import type { CallEvent, CallFact } from '../model/call.ts';
import type { StrategyName, Target } from '../model/service.ts';
import { requirementText } from './requirement.ts';
import type { Titles } from './titles.ts';
import { agentName, serviceName, siteName } from './titles.ts';
import { span } from './text.ts';

type Fact<K extends CallFact['kind']> = Extract<CallFact, { kind: K }>;

/** Who goes first, by strategy. */
export const GOES_FIRST: Readonly<Record<StrategyName, string>> = {
  longest_idle: 'who has been free longest',
  least_occupied: 'who was least busy lately',
  fewest_calls: 'who has had the fewest calls since log-in',
  best_skilled: 'who is best skilled',
  least_skilled: 'who is least skilled of those who will do, to keep the experts free',
  round_robin: 'whose turn it is',
  random: 'whom the lot chooses',
  site_weight: 'whose call centre is drawn by its share of the calls',
  site_cost: 'whose call centre costs least',
  site_free_share: 'whose call centre has the most of its agents free',
};

/** A step's reason is written in the words of the routing file. */
export const inWords = (why: string): string =>
  why
    .replaceAll(/\bservice_level\b/g, 'service level')
    .replaceAll(/\bewt\b/g, 'expected wait')
    .replaceAll('_', ' ');

/** What a step changed against what held before it. */
export function stepSentence(event: CallEvent, events: readonly CallEvent[], titles: Titles): string {
  const fact = event.fact as Fact<'stepped'>;
  if (fact.skipped) return `Step ${fact.step} of the service was passed over: ${inWords(fact.why)}.`;
  const before = stateBefore(event, events);
  const changes = [
    ...(fact.requirement === before.requirement
      ? []
      : [`the call now needs ${requirementText(fact.requirement, titles.sites)}`]),
    ...(fact.priority === before.priority ? [] : [`its priority is now ${fact.priority}`]),
    ...(fact.strategy === before.strategy ? [] : [`first now comes ${GOES_FIRST[fact.strategy]}`]),
  ];
  const said = changes.length === 0 ? '' : `: ${changes.join('; ')}`;
  return `Step ${fact.step} of the service began (${inWords(fact.why)})${said}.`;
}

/** What the call asked for when it entered a step. The first strategy stands in its first decision. */
function stateBefore(
  event: CallEvent,
  events: readonly CallEvent[],
): { readonly requirement: string; readonly priority: number; readonly strategy: StrategyName } {
  const earlier = events.slice(0, events.indexOf(event)).map(({ fact }) => fact);
  const step = earlier.findLast((fact) => fact.kind === 'stepped' && !fact.skipped) as Fact<'stepped'> | undefined;
  const arrival = earlier.find((fact) => fact.kind === 'arrived');
  const decided = earlier.findLast((fact) => fact.kind === 'decided');
  const { fact } = event as { fact: Fact<'stepped'> };
  return {
    requirement: step?.requirement ?? decided?.decision.requirement ?? arrival?.requirement ?? fact.requirement,
    priority: step?.priority ?? arrival?.priority ?? fact.priority,
    strategy: step?.strategy ?? decided?.decision.strategy ?? fact.strategy,
  };
}

/** `the service "Support in French"`, `the queue "support" of Berlin`: where a call goes that leaves its service. */
export function targetText(target: Target, chosenSite: string, titles: Titles): string {
  switch (target.kind) {
    case 'service':
      return `the service "${serviceName(target.service, titles)}", with the arrival that it had`;
    case 'queue':
      return `the queue "${target.queue}" of ${chosenSite === '' ? 'a call centre' : siteName(chosenSite, titles)}${chosenSite === '' ? '' : QUEUE_BY[target.by]}`;
    case 'number':
      return `the number ${target.number}`;
    case 'place': {
      const [context = '', exten = ''] = target.place.split('^');
      return `the dialplan, "${exten}" in "${context}"`;
    }
  }
}

const QUEUE_BY = {
  expected_wait: ', by the shortest expected wait',
  percent: ', by the percentages of the service',
  free_share: ', by the share of its agents who are free',
} as const;

export const overflowSentence = (fact: Fact<'overflowed'>, titles: Titles): string =>
  `The call went on to ${targetText(fact.to, fact.chosenSite, titles)}${fact.why === '' ? '' : ` (${inWords(fact.why)})`}.`;

export function customerSentence({ customerId, name, tookMs, problem }: Fact<'customerFound'>): string {
  const took = tookMs >= 100 ? `, in ${span(tookMs)}` : '';
  if (problem !== '') return `Who is calling could not be looked up${took} (${problem}); the call went on without it.`;
  if (customerId === '') return `Who is calling is not known to the customer records${took}.`;
  return `The caller is the customer ${name === '' ? `with the number ${customerId}` : `${name} (${customerId})`}${took}.`;
}

export const keySentence = ({ key, action }: Fact<'keyPressed'>): string =>
  `The caller pressed ${key}${action === 'callback' ? ', to be called back' : ', to leave the line'}.`;

const TRIED: Readonly<Record<Fact<'callbackTried'>['result'], string>> = {
  answered: 'he answered',
  busy: 'his line was busy',
  no_answer: 'he did not answer',
  failed: 'he could not be reached',
};

export const callbackSentence = ({ attempt, result }: Fact<'callbackTried'>): string =>
  `The caller was called back${attempt > 1 ? ` for the ${ordinal(attempt)} time` : ''}: ${TRIED[result]}.`;

function ordinal(count: number): string {
  const tens = count % 100;
  const end = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${end}`;
}

export const requeueSentence = ({ agent, service }: Fact<'requeued'>, titles: Titles): string =>
  `${agentName(agent, titles)} sent the caller back to the line of "${serviceName(service, titles)}", with the arrival that the call had.`;
