import { IpntError } from '../../core/errors.ts';
import type { PbxEvent } from '../../core/events.ts';
import type { AgentRecord, SiteModel } from '../../core/reduce/site-model.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { AskedCommand, CommandEnd, CommandTaker } from '../../ports/commands.ts';
import type { Log } from '../../ports/log.ts';
import type { SiteMeter } from '../../ports/metrics.ts';
import type { SitePbx } from '../../ports/site-pbx.ts';
import type { Fence } from '../../ports/site-store.ts';
import { declaredHere, refused } from './own-word.ts';

const LOOK_EVERY_MS = 250;
/** A PBX that answers its pings (each second) is never silent for so long: one that is might hear of it only much later. */
const SILENT_MS = 3_000;

export interface CommanderDeps {
  readonly store: CommandTaker;
  readonly clock: Clock;
  readonly log: Log;
  readonly fence: Fence;
  readonly meter: SiteMeter;
  readonly pbx: SitePbx;
  model(): SiteModel;
  /** How long ago the PBX was seen; null while it is down or not reconciled. */
  pbxSeenAgoMs(): number | null;
  /** The agent's status where it is ours to keep. */
  declare(event: Extract<PbxEvent, { kind: 'statusDeclared' }>): void;
}

/**
 * Carries out what people want done at the PBX: looks for it four times a second, takes each command once and one after the other, and
 * answers with what the PBX said. Between taking and answering nothing is tried twice: who crashes there leaves it unknown.
 */
export class Commander {
  readonly #deps: CommanderDeps;
  #timer: Timer | undefined;
  #isOver = false;
  #attempts = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: CommanderDeps) {
    this.#deps = deps;
    this.#lookLater();
  }

  /** Takes no more. What is under way is answered: `done` says when. */
  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  get done(): Promise<void> {
    return this.#looking;
  }

  #lookLater(): void {
    if (this.#isOver) return;
    this.#timer = this.#deps.clock.after(LOOK_EVERY_MS, () => {
      this.#looking = this.#look().finally(() => this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    const { store, fence, log } = this.#deps;
    try {
      for (const command of await store.waitingCommands(fence.id)) {
        if (this.#isOver) return;
        await this.#one(command);
      }
    } catch (error) {
      // The writer tells when the database is away; what is not taken expires, what is not answered is told as unknown.
      if (!(error instanceof IpntError) || error.code !== 'DATABASE_DOWN')
        log.error('commands cannot be carried out', {
          event: 'command',
          errCode: codeOf(error),
          detail: String(error),
        });
    }
  }

  async #one(command: AskedCommand): Promise<void> {
    const { store, fence, clock, log, meter } = this.#deps;
    const askedMs = clock.monoMs();
    const givenMs = await store.takeCommand(fence, command.commandId, `${fence.epoch}.${(this.#attempts += 1)}`);
    if (givenMs === null) return;
    // Counted from before it was taken: a process or a database that slept meanwhile does nothing late.
    const leftMs = givenMs - (clock.monoMs() - askedMs);
    const end = leftMs > 0 && !this.#isOver ? await this.#carryOut(command, leftMs) : EXPIRED;
    const detail = `${command.action} ${end.outcome}, asked by ${command.askedBy}: ${end.said}`;
    log.info('a command', { agent: command.agent, event: 'command', detail });
    meter.commandEnded(end.outcome);
    await store.answerCommand(fence, command.commandId, end);
  }

  async #carryOut(command: AskedCommand, leftMs: number): Promise<CommandEnd> {
    const { pbx, model } = this.#deps;
    const agent = model().agents.get(command.agent);
    if (agent === undefined) return refused(`this site knows no agent ${command.agent}`);
    if (model().connection !== 'up') return refused('the PBX is not connected: nothing was done');
    if ((this.#deps.pbxSeenAgoMs() ?? Infinity) > SILENT_MS) return refused('the PBX is silent: nothing was done');
    try {
      const answer = await this.#within(leftMs, pbx.command(command));
      if (answer === null) return unknown('the PBX did not answer in time');
      if (answer.outcome === 'ours') return this.#ours(command, agent);
      if (answer.outcome === 'done') this.#takeBack(command);
      return { outcome: answer.outcome, said: answer.said };
    } catch (error) {
      if (!(error instanceof IpntError)) throw error;
      if (error.code === 'ARGUMENT_INVALID') return refused(error.message);
      return unknown(error.message);
    }
  }

  #ours(command: AskedCommand, agent: AgentRecord): CommandEnd {
    const { rules } = this.#deps.model();
    const { end, event } = declaredHere(command, agent, rules);
    if (event !== null) this.#deps.declare(event);
    return end;
  }

  /** Where he has declared a pause himself (a feature code) it lies over what his queues say, until it is taken back. */
  #takeBack({ action, agent, queues }: AskedCommand): void {
    const declared = this.#deps.model().agents.get(agent)?.declared ?? null;
    if (declared === null || queues.length > 0 || (action !== 'resume' && action !== 'login')) return;
    this.#deps.declare({ kind: 'statusDeclared', device: agent, status: 'ready', reason: '' });
  }

  /** Null when nothing came of it within `ms`. */
  async #within<T>(ms: number, work: Promise<T>): Promise<T | null> {
    let timer: Timer | undefined;
    const late = new Promise<null>((resolve) => (timer = this.#deps.clock.after(ms, () => resolve(null))));
    try {
      return await Promise.race([work, late]);
    } finally {
      timer?.cancel();
    }
  }
}

const codeOf = (error: unknown): string => (error instanceof IpntError ? error.code : 'BUG');

const unknown = (why: string): CommandEnd => ({
  outcome: 'unknown',
  said: `${why}: nobody knows whether it was done`,
});

const EXPIRED: CommandEnd = { outcome: 'expired', said: 'the site came to it too late: nothing was done' };
