import type { Routing, Service } from '../core/model/service.ts';

/** What is provisioned. Only the API and the CLI write it. */
export interface RoutingStore {
  loadRouting(): Promise<Routing>;
  /** Replaces everything at once; the version grows by one. */
  applyRouting(services: readonly Service[], by: string): Promise<Routing>;
}
