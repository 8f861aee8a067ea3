import { isFree } from '../../core/model/claim.ts';
import type { AgentState, KnownAgent } from '../../core/model/agent.ts';
import type { Reservation } from '../../core/model/claim.ts';
import type { AgentProfile } from '../../core/model/routing.ts';
import { withProfile } from '../../core/model/routing.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf, WATCH_OPTION } from '../command.ts';
import { withStore } from '../open.ts';
import { shortSpan } from '../../core/explain/text.ts';
import { table } from '../table.ts';
import type { Column } from '../table.ts';
import { printListing } from '../watch.ts';
import type { ListingOptions } from '../watch.ts';

const OURS = { offer: 'ringing', talk: 'in a call', wrap_up: 'wrap-up', hold: 'on hold', free: '' } as const;

/** What we do with him: `ringing`, `in a call`, `held (busy) 4s`. */
function claimText(reservation: Reservation | null, dbNowMs: number): string {
  if (reservation === null || isFree(reservation, dbNowMs)) return '';
  const left = shortSpan(reservation.expiresAtMs - dbNowMs) ?? '';
  if (reservation.phase === 'hold') return `held (${reservation.holdReason.replaceAll('_', ' ')}) ${left}`;
  return reservation.phase === 'wrap_up' ? `wrap-up ${left}` : OURS[reservation.phase];
}

const skillsText = (skills: Readonly<Record<string, number>>): string =>
  Object.entries(skills)
    .map(([skill, level]) => `${skill}=${level}`)
    .join(' ');

const attributesText = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

type Listed = KnownAgent & { readonly reservation: Reservation | null };

/** Agents as routing sees them: what their sites report, with the imported profiles laid over. */
export function listedAgents(
  agents: readonly (AgentState & { readonly reservation: Reservation | null })[],
  profiles: readonly AgentProfile[],
): readonly Listed[] {
  const byId = new Map(profiles.map((profile) => [profile.agentId, profile]));
  return agents.map((agent) => ({
    ...withProfile(agent, byId.get(agent.agentId)),
    reservation: agent.reservation,
  }));
}

/** The listing; attributes have a column where somebody has one. */
export function agentsText(agents: readonly Listed[], dbNowMs: number, empty: string): string {
  const since = (ms: number): string | null => (ms === 0 ? null : shortSpan(Math.max(0, dbNowMs - ms)));
  const columns: readonly Column<Listed>[] = [
    { title: 'AGENT', of: (agent) => agent.agentId },
    { title: 'NAME', of: (agent) => agent.title },
    { title: 'STATUS', of: ({ status, pauseReason }) => status + (pauseReason ? ` (${pauseReason})` : '') },
    { title: 'FOR', of: (agent) => since(agent.statusSinceMs), right: true },
    { title: 'ACTIVITY', of: (agent) => agent.activity },
    { title: 'FOR', of: (agent) => since(agent.activitySinceMs), right: true },
    {
      title: 'IDLE',
      of: ({ idleSinceMs, activity }) => (activity === 'idle' ? since(idleSinceMs) : null),
      right: true,
    },
    { title: 'OURS', of: (agent) => claimText(agent.reservation, dbNowMs) },
    { title: 'SKILLS', of: (agent) => skillsText(agent.skills) },
  ];
  const hasAttributes = agents.some(({ attributes }) => Object.keys(attributes).length > 0);
  const more: readonly Column<Listed>[] = [{ title: 'ATTRIBUTES', of: (agent) => attributesText(agent.attributes) }];
  return table(agents, hasAttributes ? [...columns, ...more] : columns, empty);
}

/** `ipnt agents`: everybody whom the sites know, and what they do. */
export const addAgents: AddCommand = (program, io) => {
  program
    .command('agents')
    .description('agents of all sites: status, activity, our claim on them, skills and attributes')
    .option('--site <site>', 'of one site only')
    .option(...JSON_OPTION)
    .option(...WATCH_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<ListingOptions & { site?: string }>(command);
      await withStore(options, io, (store) =>
        printListing(io, options, async () => {
          const [{ dbNowMs }, reported, { profiles }] = await Promise.all([
            store.sites(),
            store.agents(options.site),
            store.loadRouting(),
          ]);
          const agents = listedAgents(reported, profiles);
          const empty =
            options.site === undefined ? 'no agent is known yet' : `no agent of site ${options.site} is known`;
          const text = agentsText(agents, dbNowMs, empty);
          return { text, json: agents };
        }),
      );
    });
};
