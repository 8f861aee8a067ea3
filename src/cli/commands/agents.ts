import { isFree } from '../../core/model/claim.ts';
import type { Reservation } from '../../core/model/claim.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf, WATCH_OPTION } from '../command.ts';
import { withStore } from '../open.ts';
import { shortSpan, table } from '../text.ts';
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

/** `ipnt agents`: everybody whom the sites know, and what they do. */
export const addAgents: AddCommand = (program, io) => {
  program
    .command('agents')
    .description('agents of all sites: status, activity, our claim on them, skills')
    .option('--site <site>', 'of one site only')
    .option(...JSON_OPTION)
    .option(...WATCH_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<ListingOptions & { site?: string }>(command);
      await withStore(options, io, (store) =>
        printListing(io, options, async () => {
          const [{ dbNowMs }, agents] = await Promise.all([store.sites(), store.agents(options.site)]);
          const since = (ms: number): string | null => (ms === 0 ? null : shortSpan(Math.max(0, dbNowMs - ms)));
          const text = table(
            agents,
            [
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
            ],
            options.site === undefined ? 'no agent is known yet' : `no agent of site ${options.site} is known`,
          );
          return { text, json: agents };
        }),
      );
    });
};
