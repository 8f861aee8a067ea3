import type { Clock, Timer } from '../../ports/clock.ts';
import type { ChannelInfo } from '../../ports/edge-pbx.ts';
import type { CallerEnd, CallerStory } from './truth.ts';

/** A key that is pressed so long after its beginning. */
export interface KeyPress {
  readonly afterMs: number;
  readonly digit: string;
}

/** What a caller brings along, and how long he bears with us. */
export interface CallerOptions {
  readonly channelId: string;
  /** `key=value` arguments of `Stasis()`, as the dialplan writes them. */
  readonly args: readonly string[];
  readonly ani: string;
  readonly callerName: string;
  readonly exten: string;
  /** He hangs up when nobody has answered by then. */
  readonly patienceMs: number;
  readonly talkMs: number;
  /** Who ends the talk. */
  readonly endsBy: 'caller' | 'agent';
  /** The agent hands him on at the site after this share of the talk; null when he does not. */
  readonly transferAt: number | null;
  /** Keys that he presses, from his entry on; none unless given. */
  readonly keys?: readonly KeyPress[];
  /** Keys that an agent presses who talks to him, from the bridge on; none unless given. */
  readonly agentKeys?: readonly KeyPress[];
}

/** A caller's channel on an edge: where he is, what its variables say, and his absolute timeout. */
export class Caller {
  readonly options: CallerOptions;
  readonly story: CallerStory;
  readonly variables = new Map<string, string>();
  place: 'application' | 'dialplan' | 'gone' = 'dialplan';
  /** The offered leg that he is bridged with, and the bridge that he is in. */
  bridgedWith: string | null = null;
  isUp = false;
  private readonly clock: Clock;
  private timeout: Timer | null = null;

  constructor(clock: Clock, edgeId: string, options: CallerOptions) {
    this.clock = clock;
    this.options = options;
    const service = options.args.find((arg) => arg.startsWith('service='))?.slice('service='.length) ?? '';
    this.story = {
      ...{ channelId: options.channelId, edgeId, service, enteredMs: clock.monoMs() },
      ...{ talkedTo: [], announced: 0, aloneSinceMs: null, end: null, endedMs: 0, unseen: false },
    };
  }

  get info(): ChannelInfo {
    const { channelId, ani, callerName, exten } = this.options;
    const state = this.isUp ? 'up' : 'ring';
    return { channelId, name: `PJSIP/upstream-${channelId}`, state, ani, callerName, exten, context: 'ipnt' };
  }

  /** TIMEOUT(absolute): 0 clears it. */
  setTimeout(seconds: number, fire: () => void): void {
    this.timeout?.cancel();
    this.timeout = seconds <= 0 ? null : this.clock.after(seconds * 1_000, fire);
  }

  /** His call is over, whichever way; the first way counts. */
  end(how: CallerEnd): void {
    this.timeout?.cancel();
    this.place = 'gone';
    this.story.aloneSinceMs = null;
    if (this.story.end !== null) return;
    this.story.end = how;
    this.story.endedMs = this.clock.monoMs();
  }
}
