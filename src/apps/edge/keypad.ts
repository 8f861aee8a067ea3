import type { LiveCalls } from './live-calls.ts';

/** What an agent dials in a talk to send the caller back to the line. */
export const REQUEUE_CODE = '*7';
/** Keys that are further apart do not belong together. */
const TOGETHER_MS = 3_000;
const LONGEST = 8;

/** Keys of callers, and codes of agents. Digits of a talk are nobody's business but the code's. */
export class Keypad {
  private readonly calls: LiveCalls;
  private readonly typed = new Map<string, { readonly text: string; readonly atMs: number }>();

  constructor(calls: LiveCalls) {
    this.calls = calls;
  }

  /** `callId` is the call whose caller (`byAgent` false) or agent pressed it. */
  press(callId: string, channelId: string, digit: string, byAgent: boolean, nowMs: number): void {
    if (!byAgent) return this.calls.input(callId, { kind: 'keyPressed', key: digit });
    const before = this.typed.get(channelId);
    const text = ((before && nowMs - before.atMs <= TOGETHER_MS ? before.text : '') + digit).slice(-LONGEST);
    if (text.endsWith(REQUEUE_CODE)) {
      this.typed.delete(channelId);
      this.calls.input(callId, { kind: 'requeue' });
    } else this.typed.set(channelId, { text, atMs: nowMs });
  }

  forget(channelId: string): void {
    this.typed.delete(channelId);
  }
}
