import type { MembershipReport, PbxEvent, Snapshot } from '../../../../src/core/events.ts';
import type { AgentCommand, CommandAnswer, SitePbx, SitePbxSink } from '../../../../src/ports/site-pbx.ts';
import type { VirtualClock } from '../../../simulation/virtual-clock.ts';

export const member = (ext: string, part: Partial<MembershipReport> = {}): MembershipReport => ({
  ...{ queue: 'support', device: `PJSIP/${ext}`, iface: `PJSIP/${ext}`, observable: true, title: ext, penalty: 0 },
  ...{ paused: false, pauseReason: '', state: 'not_in_use', dynamic: false, lastCallMs: null, loginMs: null },
  ...{ wrapUpMs: 0, ...part },
});

export const snapshot = (memberships: MembershipReport[]): { kind: 'snapshotTaken'; snapshot: Snapshot } => ({
  kind: 'snapshotTaken',
  snapshot: { queues: [{ name: 'support', serviceLevelMs: 0 }], memberships, waiting: [], devices: [], channels: [] },
});

/** A PBX that says what the test tells it to. */
export class ScriptedPbx implements SitePbx {
  readonly asked: string[] = [];
  readonly commands: AgentCommand[] = [];
  /** What it makes of a command. */
  answer: () => Promise<CommandAnswer> = () => Promise.resolve({ outcome: 'done', said: 'as you say' });
  isStarted = false;
  sink: SitePbxSink | undefined;
  readonly #clock: VirtualClock;
  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }
  start(sink: SitePbxSink): void {
    this.isStarted = true;
    this.sink = sink;
  }
  requestSnapshot(why: string): void {
    this.asked.push(why);
  }
  command(command: AgentCommand): Promise<CommandAnswer> {
    this.commands.push(command);
    return this.answer();
  }
  stop(): Promise<void> {
    this.isStarted = false;
    return Promise.resolve();
  }
  say(...events: PbxEvent[]): void {
    this.sink?.seen(this.#clock.nowMs());
    for (const event of events) this.sink?.event(event, this.#clock.nowMs());
  }
}
