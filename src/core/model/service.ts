import type { CalendarName } from './calendar.ts';

/** How an answered match reaches the agent. */
export type Delivery = 'bridge' | 'redirect' | 'continue';

/** Whose callers go first where a site queue and the edge want the same agent. */
export type Share = 'site_first' | 'network_first';

/** How the agents who could take a call are ordered. Each is a total order whose last tie-break is the agent's id. */
export const STRATEGIES = [
  'longest_idle',
  'least_occupied',
  'fewest_calls',
  'best_skilled',
  'least_skilled',
  'round_robin',
  'random',
  'site_weight',
  'site_cost',
  'site_free_share',
] as const;
export type StrategyName = (typeof STRATEGIES)[number];

/** By what one of several sites' own queues is chosen. */
export type QueueChoice = 'expected_wait' | 'percent' | 'free_share';

/** Where a call goes that leaves its service. */
export type Target =
  /** Waits on in another service, with the arrival that it had. */
  | { readonly kind: 'service'; readonly service: string }
  /** A site's own queue. `sites` empty: any site that has it. `percent` by site, for `by: percent`. */
  | {
      readonly kind: 'queue';
      readonly queue: string;
      readonly sites: readonly string[];
      readonly by: QueueChoice;
      readonly percent: Readonly<Record<string, number>>;
    }
  /** Dialled by the edge's dialplan ([ipnt-overflow]). */
  | { readonly kind: 'number'; readonly number: string }
  /** `context^exten^priority` of the edge's dialplan. */
  | { readonly kind: 'place'; readonly place: string };

/** What a step can wait for. `ewt` is in ms, `service_level` from 0 to 1, the others are counts. */
export const MEASURES = ['waiting', 'ewt', 'eligible', 'staffed', 'service_level'] as const;
export type Measure = (typeof MEASURES)[number];

export type Comparison = '>=' | '>' | '=' | '!=' | '<=' | '<';

export const COMPARE: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '>=': (a, b) => a >= b,
  '>': (a, b) => a > b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<=': (a, b) => a <= b,
  '<': (a, b) => a < b,
};

export interface MeasureCondition {
  readonly measure: Measure;
  readonly operator: Comparison;
  readonly value: number;
}

/**
 * One stage of a wait. It begins `afterMs` after the stage before it began (0: at once), or later: when all of `when` hold.
 * What it does not change stays as it was. One that adds no staffed agent, and does nothing else, is passed over at once.
 */
export interface Step {
  readonly afterMs: number;
  readonly when: readonly MeasureCondition[];
  /** Null: as before. */
  readonly requirement: string | null;
  /** Null: as before; empty: agents of any site. */
  readonly sites: readonly string[] | null;
  /** Added to the call's priority. */
  readonly priority: number;
  readonly strategy: StrategyName | null;
  /** The call leaves the service. Nothing comes after it. */
  readonly overflow: Target | null;
}

/** What is said to a waiting caller, in Asterisk's own prompts. */
export interface Announcements {
  readonly position: boolean;
  readonly expectedWait: boolean;
  readonly onEntry: boolean;
  /** 0: on entry only. */
  readonly everyMs: number;
}

/** What a key of a waiting caller does. */
export type KeyAction = { readonly kind: 'leave'; readonly place: string } | { readonly kind: 'callback' };

export interface CallbackRules {
  /** Numbers in E.164 that begin so may be called; none by default. */
  readonly allow: readonly string[];
  /** Who is called first. */
  readonly first: 'customer' | 'agent';
  readonly tries: number;
  /** Between two tries. */
  readonly gapMs: number;
  readonly ringMs: number;
  /** Customers are called within its hours only; '' for the service's own. */
  readonly calendar: CalendarName;
}

/** Whose agent a caller gets first, and for how long he waits for him before anyone will do. */
export interface PreferredRules {
  /** The agents that the customer's record names. */
  readonly customer: boolean;
  /** The one he spoke to last. */
  readonly last: boolean;
  readonly patienceMs: number;
}

/** Where the customer is looked up. `none`, `shared` (the customer tables), or the name of a source in the settings. */
export interface CustomerRules {
  readonly source: string;
  /** `ani`: by the caller's number; `id`: by what the dialplan collected (`customer=`), else the number. */
  readonly by: 'ani' | 'id';
}

/** What the caller wants. Provisioned with `ipnt apply`; a call keeps the rules it began with. */
export interface Service {
  readonly name: string;
  readonly title: string;
  /** Dialled numbers that lead here: exact, `+4930*` (prefix), or `_+4930XX.` (Asterisk's pattern). */
  readonly numbers: readonly string[];
  /** Text of the requirement (core/routing/requirement.ts). */
  readonly requirement: string;
  /** Sites whose agents it begins with; empty for any. */
  readonly sites: readonly string[];
  readonly strategy: StrategyName;
  /** Higher goes first. */
  readonly priority: number;
  /** Added to the priority for each minute of waiting. */
  readonly ageing: number;
  /** Longest wait before the call returns with TIMEOUT. */
  readonly maxWaitMs: number;
  /** Greatest number waiting over all edges; a further call returns with FULL. */
  readonly maxWaiting: number;
  readonly steps: readonly Step[];
  /** How long one agent's phone rings. */
  readonly ringMs: number;
  /** Our wrap-up after our calls. */
  readonly wrapUpMs: number;
  /** Another wrap-up after a call that the agent handed on or sent back. */
  readonly wrapUpAfter: Readonly<Partial<Record<'transferred' | 'requeued', number>>>;
  /** Hold after a first unanswered offer; it doubles with each in a row. */
  readonly noAnswerMs: number;
  readonly delivery: Delivery;
  readonly share: Share;
  /** What the waiting caller hears: a music class, or '' for ringing. */
  readonly music: string;
  /** Agents may send a caller back with *7. Their keys are listened to in each talk then, which costs the edge some CPU. */
  readonly requeue: boolean;
  readonly announce: Announcements;
  /** Keys 0-9, * and # of a waiting caller. */
  readonly keys: Readonly<Record<string, KeyAction>>;
  readonly callback: CallbackRules;
  readonly preferred: PreferredRules;
  readonly customer: CustomerRules;
  readonly after: 'hangup' | 'continue';
  /** T of the service level. */
  readonly serviceLevelMs: number;
  /** What the service level should be, 0 to 1: the wallboard shows whether it is met. */
  readonly serviceLevelTarget: number;
  /** A redirected claim holds this long for the call to arrive at the site. */
  readonly arrivalMs: number;
  /** Its hours; '' for always open. */
  readonly calendar: CalendarName;
  /** A closed service sends every call back with CLOSED. */
  readonly closed: boolean;
  /** Where calls of a closed service go instead; null: back to the dialplan with CLOSED. */
  readonly whenClosed: Target | null;
  /** Where calls go while the database does not answer; null: the dialplan's default route. */
  readonly defaultRoute: Target | null;
}

export const SERVICE_DEFAULTS: Omit<Service, 'name' | 'title' | 'requirement'> = {
  numbers: [],
  sites: [],
  strategy: 'longest_idle',
  priority: 0,
  ageing: 0,
  maxWaitMs: 300_000,
  maxWaiting: 1_000,
  steps: [],
  ringMs: 20_000,
  wrapUpMs: 0,
  wrapUpAfter: {},
  noAnswerMs: 30_000,
  delivery: 'bridge',
  share: 'site_first',
  music: '',
  requeue: false,
  announce: { position: false, expectedWait: false, onEntry: false, everyMs: 0 },
  keys: {},
  callback: { allow: [], first: 'customer', tries: 3, gapMs: 300_000, ringMs: 30_000, calendar: '' },
  preferred: { customer: false, last: false, patienceMs: 0 },
  customer: { source: 'none', by: 'ani' },
  after: 'hangup',
  serviceLevelMs: 20_000,
  serviceLevelTarget: 0.8,
  arrivalMs: 8_000,
  calendar: '',
  closed: false,
  whenClosed: null,
  defaultRoute: null,
};

/** A service of which nothing but its name is known. */
export const blankService = (name: string): Service => ({ ...SERVICE_DEFAULTS, name, title: name, requirement: '' });
