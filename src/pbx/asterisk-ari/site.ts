import { randomUUID } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AgentCommand, CommandAnswer, SitePbx, SitePbxSink } from '../../ports/site-pbx.ts';
import { SiteFollower } from '../common/follower.ts';
import type { AgentRule } from './site-agents.ts';
import type { SiteTap } from './site-feed.ts';
import { Oddities } from '../common/oddities.ts';
import { newQueueMemory } from './site-queue.ts';
import { AriSiteSession } from './site-session.ts';

export interface AsteriskAriSiteOptions extends AgentRule {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called at each connection: who writes its transcript. */
  readonly newTap?: () => SiteTap;
}

/**
 * A call centre's Asterisk over ARI alone, as a user who may only read. Endpoints are agents, their statuses ours to keep.
 *
 * A websocket has to name a Stasis application. Ours takes no calls, and its name is new each time: two of us (another system's,
 * a recorder) would otherwise take it from one another. It is gone with the websocket (seen on Asterisk 22.10.1).
 */
export class AsteriskAriSite implements SitePbx {
  readonly #options: AsteriskAriSiteOptions;
  readonly #follower: SiteFollower<AriSiteSession>;
  readonly #oddities: Oddities;

  constructor(options: AsteriskAriSiteOptions) {
    const { url, user, password, agents, trunks, clock, log, newTap } = options;
    this.#oddities = new Oddities(log);
    const kept = { queues: newQueueMemory(), titles: new Map<string, string>(), oddities: this.#oddities };
    const app = `ipnt-site-${randomUUID().slice(0, 8)}`;
    this.#options = options;
    this.#follower = new SiteFollower({
      ...{ clock, log, passing: 'ARI_UNREACHABLE' },
      newSession: (sink) => {
        const common = { url, user, password, app, rule: { agents, trunks }, clock, log, sink };
        return new AriSiteSession({ ...common, ...kept, ...(newTap && { tap: newTap() }) });
      },
    });
  }

  get oddities(): ReadonlyMap<string, number> {
    return this.#oddities.counts;
  }

  start(sink: SitePbxSink): void {
    this.#follower.start(sink);
  }

  requestSnapshot(why: string): void {
    this.#follower.session?.requestSnapshot(why);
  }

  /** ARI has no status to command: whatever is asked for an agent whom we know is ours to keep. */
  command({ agent }: AgentCommand): Promise<CommandAnswer> {
    const known = this.#follower.session?.agents ?? new Set(this.#options.agents);
    if (known.has(agent)) return Promise.resolve({ outcome: 'ours', said: 'ARI keeps no status of agents' });
    return Promise.resolve({
      outcome: 'refused',
      said: `Asterisk has no agent ${agent}: see the endpoints in \`ipnt agents\`, and agents and trunks of this site in the settings`,
    });
  }

  stop(): Promise<void> {
    return this.#follower.stop();
  }
}
