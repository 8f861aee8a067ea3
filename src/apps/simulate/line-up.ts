import type { Call } from './callers.ts';
import { nextStepMs } from './step-times.ts';
import type { Timers } from './timers.ts';

/** The calls that wait (or are being offered), and the timer of each: patience, longest wait, its own agents, its next step. */
export class LineUp {
  private readonly timers: Timers;
  /** Timers below this are others'. */
  private readonly firstSlot: number;
  private readonly calls = new Map<string, Call>();
  private readonly bySlot: (Call | null)[] = [];
  private readonly spareSlots: number[] = [];

  constructor(timers: Timers, firstSlot: number) {
    this.timers = timers;
    this.firstSlot = firstSlot;
  }

  get size(): number {
    return this.calls.size;
  }

  get(callId: string): Call | undefined {
    return this.calls.get(callId);
  }

  /** Whose timer it is. */
  at(slot: number): Call {
    return this.bySlot[slot - this.firstSlot] as Call;
  }

  enter(call: Call): void {
    this.calls.set(call.caller.callId, call);
    call.line.waiting += 1;
  }

  /** Sets or moves the timer of a call that waits. Most calls find somebody free and never have one. */
  setTimer(call: Call, nowMs: number): void {
    if (call.slot < 0) {
      call.slot = this.spareSlots.pop() ?? this.bySlot.push(null) - 1;
      this.bySlot[call.slot] = call;
    }
    const { caller, enteredMs, line, row, stage } = call;
    const preferredMs = row.preferredUntilMs > nowMs ? row.preferredUntilMs : Infinity;
    const stepMs = call.ringing === null ? nextStepMs(line.service, stage, nowMs) : Infinity;
    const atMs = Math.min(caller.patienceEndMs, enteredMs + line.service.maxWaitMs, preferredMs, stepMs);
    this.timers.set(this.firstSlot + call.slot, atMs);
  }

  /** False where it was not in the line. */
  leave(call: Call): boolean {
    if (!this.calls.delete(call.caller.callId)) return false;
    if (call.ringing === null) call.line.waiting -= 1;
    if (call.slot < 0) return true;
    this.timers.clear(this.firstSlot + call.slot);
    this.bySlot[call.slot] = null;
    this.spareSlots.push(call.slot);
    return true;
  }
}
