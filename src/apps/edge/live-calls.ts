import type { CallEffect, CallInput, CallTimer } from '../../core/effects.ts';
import type { CallFact } from '../../core/model/call.ts';
import { reduceCall } from '../../core/reduce/call.ts';
import type { CallState, CallStep } from '../../core/reduce/call-state.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Recorder } from '../../ports/records.ts';

interface LiveCall {
  state: CallState;
  nextSeq: number;
  readonly timers: Map<CallTimer, Timer>;
}

/** The calls of this edge and their clocks: each input goes through the reducer, each effect to `perform`. */
export class LiveCalls {
  private readonly calls = new Map<string, LiveCall>();
  private readonly byChannel = new Map<string, string>();
  private readonly clock: Clock;
  private readonly recorder: Recorder;
  private readonly perform: (callId: string, effect: CallEffect) => void;
  private readonly gate: (fn: () => void) => void;
  private readonly onFact: (state: CallState, fact: CallFact) => void;

  /** `gate` holds inputs back while it is not known whether the edge is still ours. */
  constructor(
    clock: Clock,
    recorder: Recorder,
    perform: (callId: string, effect: CallEffect) => void,
    gate: (fn: () => void) => void,
    onFact: (state: CallState, fact: CallFact) => void,
  ) {
    this.clock = clock;
    this.recorder = recorder;
    this.perform = perform;
    this.gate = gate;
    this.onFact = onFact;
  }

  get size(): number {
    return this.calls.size;
  }

  get(callId: string): CallState | undefined {
    return this.calls.get(callId)?.state;
  }

  /** Another channel is the caller's from now on. */
  nameChannel(channelId: string, callId: string): void {
    if (this.calls.has(callId)) this.byChannel.set(channelId, callId);
  }

  states(): readonly CallState[] {
    return [...this.calls.values()].map((call) => call.state);
  }

  callOfChannel(channelId: string): string | undefined {
    return this.byChannel.get(channelId);
  }

  /** Takes a call in. `firstSeq` leaves room for facts that an earlier process has recorded of it. */
  begin(first: CallStep, firstSeq = 1): void {
    const { callId, channelId } = first.state.request;
    this.calls.set(callId, { state: first.state, nextSeq: firstSeq, timers: new Map() });
    this.byChannel.set(channelId, callId);
    this.carryOut(callId, first.effects);
  }

  /** An input for one call; unknown calls are over, and nothing happens. */
  input(callId: string, input: CallInput): void {
    this.gate(() => this.inputNow(callId, input));
  }

  private inputNow(callId: string, input: CallInput): void {
    const call = this.calls.get(callId);
    if (!call) return;
    const { state, effects } = reduceCall(call.state, input, this.clock.monoMs());
    call.state = state;
    this.carryOut(callId, effects);
  }

  /** Writes a fact that is not an answer of the reducer (a decision that found nobody). */
  record(callId: string, fact: CallFact): void {
    const call = this.calls.get(callId);
    if (call === undefined) return;
    this.recorder.record({ callId, seq: call.nextSeq++, atMs: this.clock.nowMs(), fact });
    this.onFact(call.state, fact);
  }

  /** Remembers what the last recorded decision answered, so that the same answer is not recorded again. */
  noteAnswer(callId: string, answer: string): void {
    const call = this.calls.get(callId);
    if (call) call.state = { ...call.state, lastAnswer: answer };
  }

  /** Forgets every call without touching one: another process has taken over. */
  clear(): void {
    for (const callId of [...this.calls.keys()]) this.forget(callId);
  }

  private carryOut(callId: string, effects: readonly CallEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'record':
          this.record(callId, effect.fact);
          break;
        case 'startTimer':
          this.startTimer(callId, effect.timer, effect.ms);
          break;
        case 'stopTimer':
          this.stopTimer(callId, effect.timer);
          break;
        case 'forget':
          this.forget(callId);
          break;
        default:
          this.perform(callId, effect);
      }
    }
  }

  private startTimer(callId: string, timer: CallTimer, ms: number): void {
    this.stopTimer(callId, timer);
    const fire = (): void => this.input(callId, { kind: 'timerFired', timer });
    this.calls.get(callId)?.timers.set(timer, this.clock.after(ms, fire));
  }

  private stopTimer(callId: string, timer: CallTimer): void {
    const timers = this.calls.get(callId)?.timers;
    timers?.get(timer)?.cancel();
    timers?.delete(timer);
  }

  private forget(callId: string): void {
    const call = this.calls.get(callId);
    if (!call) return;
    for (const timer of call.timers.values()) timer.cancel();
    this.byChannel.delete(call.state.request.channelId);
    this.calls.delete(callId);
  }
}
