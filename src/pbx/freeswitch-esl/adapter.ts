import { IpntError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AgentCommand, CommandAnswer, SitePbx, SitePbxSink } from '../../ports/site-pbx.ts';
import { SiteFollower } from '../common/follower.ts';
import { Oddities } from '../common/oddities.ts';
import type { EslAddress } from './client.ts';
import { answerOf, statusCommand } from './commands.ts';
import { EslSession } from './session.ts';

export interface FreeSwitchEslOptions extends EslAddress {
  /** Agents of the settings: extensions that mod_callcenter does not know. */
  readonly listed?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
}

/** A call centre's FreeSWITCH over its event socket. Every reconnect is a new session, and every session begins with a whole snapshot. */
export class FreeSwitchEsl implements SitePbx {
  readonly #options: FreeSwitchEslOptions;
  readonly #oddities: Oddities;
  readonly #follower: SiteFollower<EslSession>;
  #coreUuid = '';

  constructor(options: FreeSwitchEslOptions) {
    const { clock, log, random, host, port, password, listed = [] } = options;
    this.#options = options;
    this.#oddities = new Oddities(log);
    this.#follower = new SiteFollower({
      ...{ clock, log, passing: 'ESL_UNREACHABLE', ...(random === undefined ? {} : { random }) },
      newSession: (sink) =>
        new EslSession({
          ...{ address: { host, port, password }, clock, log, sink, listed, oddities: this.#oddities },
          onCore: (coreUuid) => this.#noteCore(coreUuid),
        }),
    });
  }

  /** What was not understood since the start, and how often. */
  get oddities(): ReadonlyMap<string, number> {
    return this.#oddities.counts;
  }

  start(sink: SitePbxSink): void {
    this.#follower.start(sink);
  }

  requestSnapshot(why: string): void {
    this.#follower.session?.requestSnapshot(why);
  }

  /** Done once, and answered with what FreeSWITCH said. Rejects with ESL_UNREACHABLE when nobody can say what became of it. */
  async command(command: AgentCommand): Promise<CommandAnswer> {
    const { session } = this.#follower;
    if (session === undefined) throw new IpntError('ESL_UNREACHABLE', 'not connected', this.#where);
    const text = statusCommand(command);
    if (typeof text !== 'string') return text;
    const isListed = this.#options.listed?.includes(command.agent) ?? false;
    if (isListed && !session.isKnown(command.agent))
      return { outcome: 'ours', said: 'mod_callcenter does not know him' };
    return answerOf(await session.api(text), command);
  }

  stop(): Promise<void> {
    return this.#follower.stop();
  }

  get #where(): string {
    return `${this.#options.host}:${this.#options.port}`;
  }

  #noteCore(coreUuid: string): void {
    if (this.#coreUuid !== '' && coreUuid !== this.#coreUuid)
      this.#options.log.warn('FreeSWITCH was started anew: its agents have the status of its configuration', {
        event: 'restarted',
      });
    this.#coreUuid = coreUuid;
  }
}
