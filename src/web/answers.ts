/** What the API answers to the pages of calls, services and people: the parts that they read. Times are epoch ms of the database's clock. */
import type { Titles } from '../core/explain/titles.ts';
import type { AgentLine, BoardSnapshot, ServiceRow, SiteLine } from '../core/model/board.ts';
import type { CallSummary } from '../core/model/call-summary.ts';
import type { CallFact } from '../core/model/call.ts';
import type { Decision, Reason, ReasonCode } from '../core/model/decision.ts';
import type { Role, Scope } from '../core/model/person.ts';
import type { Service } from '../core/model/service.ts';

export interface TitlesAnswer {
  readonly agents: Readonly<Record<string, string>>;
  readonly sites: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, string>>;
}

export const titlesFrom = ({ agents, sites, services }: TitlesAnswer): Titles => ({
  agents: new Map(Object.entries(agents)),
  sites: new Map(Object.entries(sites)),
  services: new Map(Object.entries(services)),
});

export interface CallEventAnswer {
  readonly seq: number;
  readonly atMs: number;
  readonly fact: CallFact;
  readonly says: readonly string[];
}

export interface CallAnswer {
  readonly summary: CallSummary;
  /** The first lines: who called, what it asked for. */
  readonly story: readonly string[];
  readonly events: readonly CallEventAnswer[];
  readonly titles: TitlesAnswer;
}

/** A service of the list. */
export interface ServiceListed extends ServiceRow {
  readonly requirementText: string;
  readonly steps: readonly { readonly says: string }[];
  readonly untilMs: number | null;
}

export interface ServiceAnswer {
  readonly row: ServiceRow;
  readonly rules: Service;
  readonly rulesText: readonly string[];
  readonly requirementText: string;
  readonly opening: {
    readonly isOpen: boolean;
    readonly why: string;
    /** Since when it is closed or opened by hand; null: it is not. */
    readonly sinceMs: number | null;
    readonly untilMs: number | null;
    readonly calendar: string;
    readonly zone: string;
  };
  readonly candidates: {
    readonly eligible: readonly EligibleAnswer[];
    readonly refused: readonly RefusedAnswer[];
    /** Not listed, by their first reason. */
    readonly others: Readonly<Partial<Record<ReasonCode, number>>>;
  };
}

export interface EligibleAnswer {
  readonly agentId: string;
  readonly title: string;
  readonly siteId: string;
  readonly rank: number;
  readonly idleMs: number | null;
  readonly says: string;
}

export interface RefusedAnswer {
  readonly agentId: string;
  readonly title: string;
  readonly siteId: string;
  readonly reasons: readonly Reason[];
  readonly says: readonly string[];
}

export interface RouteAnswer {
  readonly text: readonly string[];
  readonly run: { readonly outcome: string; readonly decision: Decision | null };
}

/** One agent, and how old what is told of him is. */
export interface AgentAnswer extends AgentLine, Pick<BoardSnapshot, 'nowMs' | 'staleSinceMs'> {
  readonly site: Pick<SiteLine, 'title' | 'state' | 'lastHeardMs'>;
  /** What the service of his call is called; '' without one. */
  readonly callTitle: string;
  /** Why he could take no call now; `says` has the same in words. */
  readonly reasons: readonly Reason[];
  readonly says: readonly string[];
}

export interface UserAnswer extends Scope {
  readonly name: string;
  readonly role: Role;
  readonly agentId: string;
  readonly isDisabled: boolean;
  readonly createdAtMs: number;
}

export interface TokenAnswer extends Scope {
  readonly tokenId: string;
  readonly name: string;
  readonly role: Role;
  readonly agentId: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedMs: number | null;
}

export interface AuditAnswer {
  readonly auditId: string;
  readonly atMs: number;
  readonly by: string;
  readonly via: string;
  readonly address: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
}
