/** How an answered match reaches the agent. */
export type Delivery = 'bridge' | 'redirect' | 'continue';

/** Whose callers go first where a site queue and the edge want the same agent. */
export type Share = 'site_first' | 'network_first';

/** What the caller wants. Provisioned with `ipnt apply`; a call keeps the rules it began with. */
export interface Service {
  readonly name: string;
  readonly title: string;
  /** Dialled numbers that lead here, in E.164 or as they are dialled. */
  readonly numbers: readonly string[];
  /** Text of the requirement (core/routing/requirement.ts). */
  readonly requirement: string;
  /** Higher goes first. */
  readonly priority: number;
  /** Longest wait before the call returns with TIMEOUT. */
  readonly maxWaitMs: number;
  /** Greatest number waiting over all edges; a further call returns with FULL. */
  readonly maxWaiting: number;
  /** How long one agent's phone rings. */
  readonly ringMs: number;
  /** Our wrap-up after our calls. */
  readonly wrapUpMs: number;
  readonly delivery: Delivery;
  readonly share: Share;
  /** What the waiting caller hears: a music class, or '' for ringing. */
  readonly music: string;
  readonly after: 'hangup' | 'continue';
  /** T of the service level. */
  readonly serviceLevelMs: number;
  /** A redirected claim holds this long for the call to arrive at the site. */
  readonly arrivalMs: number;
  /** A closed service sends every call back with CLOSED. */
  readonly closed: boolean;
}

export const SERVICE_DEFAULTS: Omit<Service, 'name' | 'title' | 'requirement'> = {
  numbers: [],
  priority: 0,
  maxWaitMs: 300_000,
  maxWaiting: 1_000,
  ringMs: 20_000,
  wrapUpMs: 0,
  delivery: 'bridge',
  share: 'site_first',
  music: '',
  after: 'hangup',
  serviceLevelMs: 20_000,
  arrivalMs: 8_000,
  closed: false,
};

/** Everything that is provisioned, read whole and swapped whole. */
export interface Routing {
  /** Grows with every `apply`. */
  readonly version: number;
  readonly services: readonly Service[];
}
