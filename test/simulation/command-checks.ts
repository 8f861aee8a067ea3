import { COMMAND_MS, COMMAND_SETTLES_MS } from '../../src/ports/commands.ts';
import type { AskedCommand, CommandEnd } from '../../src/ports/commands.ts';
import type { ClaimRequest } from '../../src/ports/edge-store.ts';
import type { TruthEvent } from '../../src/pbx/simulated/truth.ts';
import type { Statement } from './faulty-store.ts';
import type { Simulation } from './simulation.ts';

/** The way of a command that was sent in time to the PBX. */
const ON_THE_WAY_MS = 100;

interface Asked {
  readonly command: AskedCommand;
  readonly askedMs: number;
  /** When the PBX did it. */
  readonly doneMs: number[];
  end: { readonly outcome: CommandEnd['outcome']; readonly atMs: number } | null;
}

/**
 * Commands of people: done at most once, in time, and told as it was; and nobody is claimed while a pause of his is under way. Each command
 * carries its id as its reason, so that what the PBX did tells whose it was.
 */
export class CommandChecks {
  private readonly sim: Simulation;
  private readonly violated: (what: string) => void;
  private readonly asked = new Map<string, Asked>();
  private readonly won = new Set<string>();

  constructor(sim: Simulation, violated: (what: string) => void) {
    this.sim = sim;
    this.violated = violated;
    sim.askings.push((command) =>
      this.asked.set(command.commandId, { command, askedMs: this.nowMs, doneMs: [], end: null }),
    );
    sim.statements.push((statement) => this.onStatement(statement));
    sim.world.watch((event) => this.onTruth(event));
  }

  private get nowMs(): number {
    return this.sim.clock.monoMs();
  }

  private onTruth(event: TruthEvent): void {
    if (event.kind !== 'commanded') return;
    const one = this.asked.get(event.reason);
    if (one === undefined) return this.violated(`${event.phone}: ${event.action} that nobody asked for`);
    one.doneMs.push(this.nowMs);
    if (one.doneMs.length > 1) this.violated(`${event.reason} was done ${one.doneMs.length} times`);
    if (this.nowMs > one.askedMs + COMMAND_MS + ON_THE_WAY_MS) this.violated(`${event.reason} was done late`);
  }

  private onStatement({ operation, args, result }: Statement): void {
    if (operation === 'claim' && result === 'won') this.claimed(args[0] as ClaimRequest);
    if (operation !== 'answerCommand' || result !== 'ok') return;
    const [, commandId, { outcome }] = args as readonly [unknown, string, CommandEnd];
    const one = this.asked.get(commandId);
    if (one === undefined) return this.violated(`${commandId} was answered, and nobody asked for it`);
    one.end = { outcome, atMs: this.nowMs };
    const isDone = one.doneMs.length > 0;
    if ((outcome === 'done' && !isDone) || ((outcome === 'refused' || outcome === 'expired') && isDone))
      this.violated(`${commandId} is told as ${outcome}, and was done ${one.doneMs.length} times`);
  }

  private claimed({ agentId, callId, token }: ClaimRequest): void {
    for (const one of this.asked.values()) {
      if (`${one.command.siteId}/${one.command.agent}` !== agentId || !this.isUnderWay(one)) continue;
      // One that was won before, and whose answer was lost, is won again.
      if (this.won.has(token)) continue;
      this.violated(
        `${agentId} was claimed for ${callId} while ${one.command.commandId} (${one.command.action}) is under way`,
      );
    }
    this.won.add(token);
  }

  private isUnderWay({ command, askedMs, end }: Asked): boolean {
    if (command.action !== 'pause' && command.action !== 'logout') return false;
    if (end === null) return this.nowMs <= askedMs + COMMAND_MS;
    return (end.outcome === 'done' || end.outcome === 'unknown') && this.nowMs < end.atMs + COMMAND_SETTLES_MS;
  }
}
