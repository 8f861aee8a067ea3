import { afterAll, beforeAll, describe } from 'vitest';
import { callbackStories } from './store-callbacks.ts';
import { claimStories } from './store-claims.ts';
import { commandStories } from './store-commands.ts';
import { customerStories } from './store-customers.ts';
import { edgeStories } from './store-edges.ts';
import { figureStories } from './store-figures.ts';
import { intervalStories } from './store-intervals.ts';
import { lastAgentStories } from './store-last-agent.ts';
import { peopleStories } from './store-people.ts';
import { recordStories } from './store-records.ts';
import { retentionStories } from './store-retention.ts';
import { routingStories } from './store-routing.ts';
import { searchStories } from './store-search.ts';
import { siteStories } from './store-sites.ts';
import type { StoreUnderTest } from './store-world.ts';

export type { StoreUnderTest } from './store-world.ts';

/** What every store must do, whatever it is made of. */
export function storeContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`the store contract on ${name}`, () => {
    let made: StoreUnderTest | undefined;
    const use = (): StoreUnderTest => {
      if (made === undefined) throw new Error('no store');
      return made;
    };
    beforeAll(async () => {
      made = await makeStore();
    });
    afterAll(async () => made?.close());
    siteStories(use);
    edgeStories(use);
    claimStories(use);
    recordStories(use);
    lastAgentStories(use);
    figureStories(use);
    callbackStories(use);
    customerStories(use);
    routingStories(use);
    commandStories(use);
    peopleStories(use);
    searchStories(use);
    intervalStories(use);
    retentionStories(use);
  });
}
