import { mkdirSync } from 'node:fs';
import { IpntError } from '../../core/errors.ts';
import { systemClock } from '../../runtime/clock.ts';
import { openLog } from '../../runtime/log.ts';
import { placeOf } from '../../settings/index.ts';
import type { Settings, SiteSettings } from '../../settings/index.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { withCure } from '../cured.ts';
import { settingsOf } from '../open.ts';
import { counted } from '../../core/explain/text.ts';
import { table } from '../table.ts';

/** The site of that name, or an error that names those that there are. */
export function siteNamed(settings: Settings, siteId: string): SiteSettings {
  const site = settings.sites.find((one) => one.siteId === siteId);
  if (site !== undefined) return site;
  const known = settings.sites.map((one) => one.siteId).join(', ') || 'none';
  throw new IpntError('SITE_UNKNOWN', `these settings have no site "${siteId}"; they have: ${known}`, settings.file);
}

/** `ipnt record`: writes down what a site's PBX says, for a bug report. */
export const addRecord: AddCommand = (program, io) => {
  program
    .command('record')
    .description('write down what a PBX says until Ctrl-C; secrets and numbers are masked')
    .requiredOption('--site <site>', 'the site to listen to')
    .requiredOption('--out <folder>', 'where the transcript goes')
    .action(async (_options, command) => {
      const options = optionsOf<{ site: string; out: string }>(command);
      const site = siteNamed(settingsOf(options, io), options.site);
      mkdirSync(options.out, { recursive: true });
      const until = new AbortController();
      const end = (): void => until.abort();
      process.once('SIGINT', end).once('SIGTERM', end);
      io.err(`recording ${site.siteId} (${placeOf(site)}); Ctrl-C ends it\n`);
      const { recordSite } = await import('../../apps/site/record.ts');
      const { files } = await recordSite({
        site,
        dir: options.out,
        clock: systemClock,
        log: openLog({ component: 'record' }),
        until: until.signal,
        onSnapshot: () => io.err('a whole snapshot is in the transcript; now what happens live\n'),
      });
      io.out(files.map((file) => `${file}\n`).join(''));
      if (files.length > 0) return;
      const code = site.kind === 'freeswitch' ? 'ESL_UNREACHABLE' : 'AMI_UNREACHABLE';
      throw new IpntError(code, 'nothing was recorded', placeOf(site));
    });
};

/** `ipnt replay`: runs a transcript through the adapter and prints the state that comes out. */
export const addReplay: AddCommand = (program, io) => {
  program
    .command('replay')
    .description('run a transcript of `ipnt record` through the adapter and print the state that results')
    .argument('<path>', 'a transcript, or a folder of them')
    .option(...JSON_OPTION)
    .action(async (path: string, _options, command) => {
      const options = optionsOf<{ json?: boolean }>(command);
      const { replayPath } = await import('../../apps/site/replay.ts');
      const replayed = withCure(
        'name a transcript (*.ami, *.ari, *.esl) or a folder of them, made by `ipnt record`',
        () => replayPath(path),
      );
      if (options.json) return io.out(`${JSON.stringify(replayed, null, 2)}\n`);
      const { state } = replayed;
      io.out(
        `${state.siteId}: ${counted(replayed.events, 'event')}, connection ${state.connection}, calls in progress ${state.callsInProgress}\n\n`,
      );
      if (replayed.snapshots === 0) io.out('no whole snapshot is in it: what it began with is not known\n\n');
      const agents = table(
        state.agents,
        [
          { title: 'AGENT', of: (agent) => agent.name },
          { title: 'NAME', of: (agent) => agent.title },
          { title: 'STATUS', of: (agent) => agent.status },
          { title: 'ACTIVITY', of: (agent) => agent.activity },
          {
            title: 'SKILLS',
            of: ({ skills }) =>
              Object.entries(skills)
                .map(([name, level]) => `${name}=${level}`)
                .join(' '),
          },
        ],
        'no agents',
      );
      const queues = table(
        state.queues,
        [
          { title: 'QUEUE', of: (queue) => queue.name },
          { title: 'WAITING', of: (queue) => queue.waiting, right: true },
          { title: 'READY', of: (queue) => queue.ready, right: true },
          { title: 'OFFERED', of: (queue) => queue.offered, right: true },
          { title: 'ANSWERED', of: (queue) => queue.answered, right: true },
          { title: 'ABANDONED', of: (queue) => queue.abandoned, right: true },
        ],
        'no queues',
      );
      io.out(`${agents}\n${queues}`);
    });
};
