import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AgentCommand, CommandAnswer, SitePbx, SitePbxSink } from '../../ports/site-pbx.ts';
import { SiteFollower } from '../common/follower.ts';
import type { AmiAddress } from './client.ts';
import { carryOut, isAnswer, planCommand } from './commands.ts';
import { createMemberships } from './memberships.ts';
import { AmiSession } from './session.ts';
import type { TranslateOptions } from './translate.ts';

export interface AsteriskAmiOptions extends AmiAddress, TranslateOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
}

/** A call centre's Asterisk over AMI. Every reconnect is a new session, and every session begins with a whole snapshot. */
export class AsteriskAmi implements SitePbx {
  readonly #follower: SiteFollower<AmiSession>;
  readonly #memberships = createMemberships();

  constructor(options: AsteriskAmiOptions) {
    const { clock, log, random, host, port, user, password, wrapUpMs } = options;
    const address = { host, port, user, password };
    this.#follower = new SiteFollower({
      ...{ clock, log, passing: 'AMI_UNREACHABLE', ...(random === undefined ? {} : { random }) },
      newSession: (sink) =>
        new AmiSession({ address, clock, log, sink, ...(wrapUpMs === undefined ? {} : { wrapUpMs }) }),
    });
  }

  start(sink: SitePbxSink): void {
    this.#follower.start({
      seen: (atMs) => sink.seen(atMs),
      failed: (error) => sink.failed?.(error),
      event: (event, atMs) => {
        this.#memberships.note(event, atMs);
        sink.event(event, atMs);
      },
    });
  }

  requestSnapshot(why: string): void {
    this.#follower.session?.requestSnapshot(why);
  }

  async command(command: AgentCommand): Promise<CommandAnswer> {
    const { session } = this.#follower;
    if (session?.isLive !== true) return { outcome: 'refused', said: 'the PBX is not connected' };
    const plan = planCommand(command, this.#memberships.of(command.agent));
    return isAnswer(plan) ? plan : carryOut(plan, (fields) => session.action(fields));
  }

  stop(): Promise<void> {
    return this.#follower.stop();
  }
}
