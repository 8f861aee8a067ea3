import { z } from 'zod';
import type { Membership } from '../../../core/model/agent.ts';
import type { AgentLine, BoardSnapshot, SiteLine } from '../../../core/model/board.ts';
import type { Reason } from '../../../core/model/decision.ts';
import type { AgentProfile } from '../../../core/model/routing.ts';
import { agentLineFields, siteLineFields, timesFields } from './board.ts';
import { whyNot } from './reason.ts';
import { amount, flag, spanMs, text } from './values.ts';

const membershipShape: z.ZodType<Membership> = z.object({
  queue: text('of his site'),
  penalty: amount('0 is best: level 10'),
  paused: flag('he pauses in it'),
  pauseReason: text("why; ''"),
  dynamic: flag('he can log in to it and out'),
});

const profileShape: z.ZodType<AgentProfile> = z.object({
  agentId: text('his id'),
  title: text("'': as his PBX calls him"),
  skills: z.record(z.string(), amount('level; 0 takes it away')),
  attributes: z.record(z.string(), z.string()),
  wrapUpMs: spanMs("his own wrap-up; null: the service's").nullable(),
});

const { id, title, state, lastHeardMs } = siteLineFields;
const siteFields = { id, title, state, lastHeardMs };

/** One agent: his line of the board, and what is behind it. */
export interface AgentDetail extends AgentLine, Pick<BoardSnapshot, 'nowMs' | 'staleSinceMs'> {
  /** His call centre, and whether it is heard of. */
  readonly site: Pick<SiteLine, 'id' | 'title' | 'state' | 'lastHeardMs'>;
  /** What the service of his call is called; '' without one. */
  readonly callTitle: string;
  readonly memberships: readonly Membership[];
  readonly attributes: Readonly<Record<string, string>>;
  /** What was imported for him; null: nothing. */
  readonly profile: AgentProfile | null;
  /** Why he could take no call now, whatever it asks for; empty: he could. `says` has the same in words. */
  readonly reasons: readonly Reason[];
  readonly says: readonly string[];
}

export const agentDetailShape: z.ZodType<AgentDetail> = z.object({
  ...agentLineFields,
  ...timesFields,
  site: z.object(siteFields).meta({ description: 'his call centre, and whether it is heard of' }),
  callTitle: text("what the service of his call is called; '' without one"),
  memberships: z.array(membershipShape),
  attributes: z.record(z.string(), z.string()).meta({ description: 'imported; requirements can ask for them' }),
  profile: profileShape.nullable().meta({ description: 'what was imported for him; null: nothing' }),
  ...whyNot,
});
