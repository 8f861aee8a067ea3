import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { ErrorCode } from '../../core/errors.ts';
import type { BoardSnapshot } from '../../core/model/board.ts';
import type { AuditAction } from '../../core/model/audit.ts';
import type { Person, Right } from '../../core/model/person.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { CallSearch } from '../../ports/call-search.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommandAsker } from '../../ports/commands.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { IntervalStore } from '../../ports/intervals.ts';
import type { Log } from '../../ports/log.ts';
import type { PeopleStore } from '../../ports/people.ts';
import type { CustomerStore, RoutingStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { Settings } from '../../settings/index.ts';
import type { Customers } from '../common/customer-source.ts';

/** What the API asks of the database. */
export type ApiStore = QueryStore &
  CallSearch &
  IntervalStore &
  PeopleStore &
  RoutingStore &
  CustomerStore &
  CommandAsker &
  Pick<EdgeStore, 'readChanges'>;

/** The live state, kept in memory: what boards, lists and dry runs are made of. */
export interface LiveState {
  /** The board as it was last made, a third of a second ago at most. */
  snapshot(): BoardSnapshot;
  /** As a decision would see it now. Trunks are taken for up: edges alone know. */
  view(): RoutingView;
  routing(): Routing;
  /** Reads anew at once: after a change of ours, so that its answer and the board agree. */
  refresh(): Promise<void>;
}

/** What handlers are given beside the request. */
export interface ApiParts {
  readonly store: ApiStore;
  readonly live: LiveState;
  readonly customers: Customers;
  readonly clock: Clock;
  readonly log: Log;
  /** Default country calling code, or ''. */
  readonly country: string;
  /** What this machine is: a routing file is looked at against its edges and sources. Absent: against what the sites have told alone. */
  readonly settings?: Settings;
}

/** The browser's cookie of a login. */
export interface LoginCookie {
  /** SHA-256 of its secret, as sessions are kept; '' where there is none. */
  readonly secretHash: string;
  /** Sets it for so long; see `clear`. */
  set(secret: string, lastsMs: number): void;
  clear(): void;
}

/** A request, parsed. */
export interface Asked<P, Q, B> {
  readonly person: Person;
  readonly via: 'login' | 'token';
  /** Of the client. */
  readonly address: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Absent where somebody came with a token. */
  readonly cookie?: LoginCookie;
}

/** Somebody who follows `/v1/stream`; who may has been looked at. */
export interface Follower {
  readonly person: Person;
  readonly request: IncomingMessage;
  /** Nothing was written yet. */
  readonly response: ServerResponse;
  /** Whether his login still holds: to be asked every 15 s. True while the database does not answer. */
  stillValid(): Promise<boolean>;
  /** Aborted when the server ends: the answer is to end, too. */
  readonly closing: AbortSignal;
}

/** How a change is recorded, once it was made (or nobody knows whether it was). */
export interface Audited<P, Q, B, A> {
  /** As the command line calls it. */
  readonly action: AuditAction | ((asked: Asked<P, Q, B>) => AuditAction);
  target(asked: Asked<P, Q, B>): string;
  /** What was asked for and came of it. Absent: the body, without what is secret. */
  detail?(asked: Asked<P, Q, B>, answer: A): string;
}

/**
 * One operation: what it is called, who may, what goes in and comes out. Validation, documentation and types come from the same schemas.
 * `run` throws IpntError; codes that it may throw beside those of every route (not logged in, not allowed, malformed, database away) stand
 * in `errors`. What is touched is checked by `run` with `demand(asked, right, touched)` where the right is bound to something.
 */
export interface Route<P = unknown, Q = unknown, B = unknown, A = unknown> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** `/v1/agents/{agentId}` */
  readonly path: string;
  /** Heading in the documentation. */
  readonly tag: string;
  /** One sentence. */
  readonly summary: string;
  /** Null: whoever is logged in. */
  readonly right: Right | null;
  /** Whoever asks, logged in or not. Its `person` is NOBODY. */
  readonly isOpen?: boolean;
  /** Its answer tells whether a password was right: who fails too often must wait, by address and by name. */
  readonly isGuessable?: boolean;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** Null: 204 without a body. */
  readonly answer: z.ZodType<A> | null;
  readonly errors?: readonly ErrorCode[];
  /** `{text}` may come as it stands, too, with `Content-Type: text/yaml`. */
  readonly takesYaml?: boolean;
  /** Actions are recorded: `service.close` and the target. Undefined: changes nothing. */
  readonly audit?: Audited<P, Q, B, A>;
  run(asked: Asked<P, Q, B>, parts: ApiParts): Promise<A>;
}

/** Says what a route is, with its types taken from its schemas. */
export const route = <P, Q, B, A>(spec: Route<P, Q, B, A>): Route => spec as unknown as Route;
