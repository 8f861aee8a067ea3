import { IpntError } from '../../core/errors.ts';
import type { AgentId } from '../../core/model/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EdgePbx } from '../../ports/edge-pbx.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Log } from '../../ports/log.ts';
import type { EdgeMeter } from '../../ports/metrics.ts';
import type { CallbackStore } from '../../ports/callbacks.ts';
import type { CustomerSource, RoutingStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { Recorder } from '../../ports/records.ts';

/** How a site's agents are reached from this edge: templates with `{agent}` by site. */
export interface Reach {
  readonly trunks: Readonly<Record<string, string>>;
  /** Contacts for a 302, by site: `sip:{agent}@10.0.0.11:5060`. */
  readonly redirects: Readonly<Record<string, string>>;
  /** How numbers are dialled from here, with `{number}`: `PJSIP/{number}@provider`; '' where they are not. */
  readonly outbound: string;
}

/** All that an edge needs, behind ports: the simulated world gives it its own. */
export interface EdgeParts {
  readonly edgeId: string;
  /** This process, for the lease: unique on the network. */
  readonly holder: string;
  readonly pbx: EdgePbx;
  readonly store: EdgeStore & CallbackStore & Pick<QueryStore, 'unfinishedCalls' | 'callEvents'>;
  readonly customers: CustomerSource;
  /** Whom a number spoke to last in a service; null: nobody, or no answer in time. Never rejects. */
  readonly lastAgentOf: (ani: string, service: string) => Promise<AgentId | null>;
  readonly routing: RoutingStore;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: EdgeMeter;
  readonly reach: Reach;
  /** A number as dialled, in E.164. */
  readonly normalise: (number: string) => string;
}

/** `PJSIP/{agent}@site-a` is watched as `PJSIP/site-a`. */
export const trunkOf = (template: string): string => template.replace(/^([A-Za-z0-9]+)\/.*@([^/]+).*$/, '$1/$2');

/** Whether agents of a site can be rung from here. */
export function isTrunkUp({ pbx, reach }: Pick<EdgeParts, 'pbx' | 'reach'>, siteId: string): boolean {
  const template = reach.trunks[siteId];
  return template !== undefined && pbx.trunkOnline(trunkOf(template));
}

/** The site's template around a name that was matched: nothing else of an event's text is ever dialled. */
export const fill = (template: string, address: string): string => template.replace('{agent}', address);

/** What a log line calls a failure. */
export const codeOf = (error: unknown): string => (error instanceof IpntError ? error.code : 'BUG');

/** Facts that a later process adds to a call stand behind those of the earlier one. */
export const seqOfEpoch = (epoch: number): number => epoch * 100_000;
