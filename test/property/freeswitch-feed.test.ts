import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followSite } from '../../src/apps/site/follow.ts';
import { siteView } from '../../src/core/reduce/site-view.ts';
import { createFeed, membersCommand, SNAPSHOT_COMMANDS } from '../../src/pbx/freeswitch-esl/feed.ts';
import type { TimedEvent } from '../../src/pbx/common/timed-event.ts';
import { madeAtMs } from '../../src/pbx/freeswitch-esl/fields.ts';
import { createParser, eventOf } from '../../src/pbx/freeswitch-esl/wire.ts';
import type { EslEvent } from '../../src/pbx/freeswitch-esl/wire.ts';

const HERE = new URL('../replay/transcripts/freeswitch/', import.meta.url).pathname;
const framesOf = (name: string) => createParser().push(readFileSync(`${HERE}${name}.esl`));
const eventsOf = (name: string): EslEvent[] =>
  framesOf(name)
    .map(eventOf)
    .filter((event) => event !== null);

/** The lists of an idle site before the calls, as answers in the order in which the adapter asks. */
const bodies = framesOf('snapshot-idle').filter(({ contentType }) => contentType === 'api/response');
const ANSWERS: readonly (readonly [string, string])[] = [
  [SNAPSHOT_COMMANDS.agents, bodies[0]?.body ?? ''],
  [SNAPSHOT_COMMANDS.tiers, bodies[1]?.body ?? ''],
  [SNAPSHOT_COMMANDS.queues, bodies[2]?.body ?? ''],
  [membersCommand('sales@default'), '+OK\n'],
  [membersCommand('support@default'), '+OK\n'],
  [
    SNAPSHOT_COMMANDS.registrations,
    '{"row_count":1,"rows":[{"reg_user":"1001","realm":"127.0.0.20","token":"t","network_ip":"127.0.0.31"}]}',
  ],
  [SNAPSHOT_COMMANDS.channels, '{"row_count": 0}\n'],
];
const STORIES = ['queue-call.json', 'direct-call-tracked.json', 'agent-unregistered.json', 'ring-no-answer.json'];
const START = 1_795_345_000_000;

type Step = { readonly answer: readonly [string, string] } | { readonly event: EslEvent };
const factsAfter = (steps: readonly Step[]) => {
  const [feed, follower] = [createFeed(), followSite({ siteId: 's', listed: [], windowMs: 86_400_000 })];
  follower.event({ kind: 'linkUp', version: '' }, START);
  let atMs = START;
  const told = (events: readonly TimedEvent[]) => events.forEach((one) => void follower.event(one.event, one.atMs));
  for (const step of steps) {
    if ('answer' in step) told(feed.answer(...step.answer, atMs));
    else told(feed.event(step.event, (atMs = Math.max(atMs, madeAtMs(step.event) ?? 0))));
  }
  const { agents, queues, callsInProgress, connection } = siteView(follower.model);
  return {
    ...{ connection, callsInProgress },
    agents: agents.map(({ name, address, status, pauseReason, activity, skills }) => ({
      ...{ name, address, status, pauseReason, activity, skills },
    })),
    queues: queues.map(({ name, waiting, offered, answered, abandoned, loggedIn, ready }) => ({
      ...{ name, waiting, offered, answered, abandoned, loggedIn, ready },
    })),
  };
};
const answers: Step[] = ANSWERS.map((answer) => ({ answer }));

describe.each(STORIES)('the events of %s', (name) => {
  const events = eventsOf(name);
  const steps: Step[] = events.map((event) => ({ event }));

  test('told twice each, or any of them, end in the same state', () => {
    const expected = factsAfter([...answers, ...steps]);
    const property = fc.property(
      fc.array(fc.boolean(), { minLength: events.length, maxLength: events.length }),
      (twice) => {
        expect(
          factsAfter([...answers, ...steps.flatMap((step, index) => (twice[index] ? [step, step] : [step]))]),
        ).toEqual(expected);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  test.each(['first', 'audit'])('that come before the end of a snapshot end in the same state (%s)', (which) => {
    const before = which === 'audit' ? answers : [];
    const expected = factsAfter([...answers, ...steps]);
    const places = fc.array(fc.nat(events.length), { minLength: ANSWERS.length, maxLength: ANSWERS.length });
    const property = fc.property(places, (unordered) => {
      const at = unordered.sort((a, b) => a - b);
      // What is true when it is asked is what is answered: the site of the lists is idle until the first event.
      const begin = which === 'audit' ? 0 : (at[0] ?? 0);
      const early = steps.slice(0, begin);
      const rest: Step[] = answers.slice(0, 1);
      for (let index = begin; index <= steps.length; index += 1) {
        answers.slice(1).forEach((answer, place) => at[place + 1] === index && rest.push(answer));
        rest.push(...steps.slice(index, index + 1));
      }
      expect(factsAfter([...before, ...early, ...rest])).toEqual(expected);
    });
    fc.assert(property, { numRuns: 40 });
  });
});
