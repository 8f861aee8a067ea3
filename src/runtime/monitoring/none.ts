import type { EdgeMeter, SiteMeter, SiteWatch } from '../../ports/metrics.ts';

const nothing = (): void => undefined;

/** Nobody watches: for tests, simulations and tools. */
export const noSiteMeter: SiteMeter = {
  ...{ event: nothing, snapshot: nothing, audited: nothing, published: nothing, commandEnded: nothing },
};
export const noEdgeMeter: EdgeMeter = {
  ...{ callEnded: nothing, answered: nothing, offerEnded: nothing, claimed: nothing },
  ...{ matched: nothing, stateRead: nothing, incident: nothing },
};
export const noSiteWatch: SiteWatch = { meter: noSiteMeter, watch: nothing };
