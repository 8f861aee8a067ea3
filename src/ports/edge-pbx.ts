import type { Prompt } from '../core/model/prompt.ts';

/**
 * The edge's PBX as the edge app sees it: channels that entered our Stasis application, legs that we ring, bridges.
 * Ids are ours and given before anything is created: offers `<call>.offer<N>`, bridges `<call>`.
 *
 * A customer who is called back is rung like an agent, as `<call>.customer<N>`: his leg's answer and end are told as an offer's
 * (`offerAnswered`, `offerGone`, never `callEntered` or `callLeft`), and once up it can be treated, said to and bridged as a caller.
 */
export type EdgePbxEvent =
  /** A caller entered the application; `args` are the dialplan's `key=value` arguments, in order. */
  | { readonly kind: 'callEntered'; readonly channel: ChannelInfo; readonly args: readonly string[] }
  /** The caller left the application: hung up, or the absolute timeout moved him to the dialplan. */
  | { readonly kind: 'callLeft'; readonly channelId: string; readonly hungUp: boolean }
  | { readonly kind: 'offerRinging'; readonly offerId: string }
  | { readonly kind: 'offerAnswered'; readonly offerId: string }
  /** A key of a caller in the application, or of an offered leg that is up, in a talk with `keys` alone (`channelId` is the offer's id then). */
  | { readonly kind: 'digitPressed'; readonly channelId: string; readonly digit: string }
  /** The offered leg is gone: `cause` is the Q.850 cause, `techCause` the SIP status (0 when unknown). */
  | { readonly kind: 'offerGone'; readonly offerId: string; readonly cause: number; readonly techCause: number }
  /** A trunk endpoint changed: offline means that an originate over it would fail. */
  | { readonly kind: 'trunkChanged'; readonly trunk: string; readonly online: boolean }
  /** Another process registered our application (ApplicationReplaced): a fence. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'linkUp' }
  | { readonly kind: 'linkDown'; readonly reason: string };

export interface ChannelInfo {
  readonly channelId: string;
  readonly name: string;
  readonly state: 'ring' | 'up' | 'other';
  readonly ani: string;
  readonly callerName: string;
  readonly exten: string;
  readonly context: string;
}

export interface RingRequest {
  readonly offerId: string;
  readonly callId: string;
  /** The caller's channel: its codecs are used for the offer. '' where there is none yet (a call back). */
  readonly callerChannelId: string;
  /** Asterisk endpoint: `PJSIP/1001@site-a`. Built from the site's template and a matched name only; for a customer, from an allowed number. */
  readonly endpoint: string;
  readonly timeoutMs: number;
  readonly ani: string;
  readonly callerName: string;
}

/** What a fresh app finds that an older one left: nothing of it is replayed by events. */
export interface LeftOver {
  readonly callers: readonly (ChannelInfo & {
    readonly callId: string;
    readonly service: string;
    readonly phase: string;
    /** IPNTSTATUS: ANSWERED where he has been served already. */
    readonly status: string;
    /** Agent he is bridged to, from IPNT_AGENT ('' when none). */
    readonly agentId: string;
    readonly bridged: boolean;
  })[];
  /** Offered legs still there, ringing or up; customers who are called back among them. */
  readonly offers: readonly { readonly offerId: string; readonly up: boolean; readonly bridged: boolean }[];
}

/** Every method rejects with IpntError (ARI_UNREACHABLE, ...) and has a deadline. A channel that is gone is no error: `false`. */
export interface EdgePbx {
  /**
   * Connects and hands over events, for ever, with jittered backoff. The application registers only when this is called, and
   * each time only after `mayOpen` has said yes: to register is to take the application from whoever has it.
   */
  start(sink: (event: EdgePbxEvent) => void, mayOpen?: () => Promise<boolean>): Promise<void>;
  stop(): Promise<void>;
  leftOvers(): Promise<LeftOver>;
  /** Rings an agent, or a customer who is called back. Resolves when the PBX has accepted; `refused` when it could not even try (trunk offline, unknown endpoint). */
  ring(request: RingRequest): Promise<'ringing' | 'refused'>;
  /** What the caller hears from now on: ringing, or a music class (answers the channel first). */
  treat(channelId: string, music: string): Promise<boolean>;
  /**
   * Says something to a waiting caller (answers the channel first), then goes on with `music` ('' for ringing). Resolves when it is said or
   * cut off: whatever takes the caller elsewhere (bridge, whisper, dialplan, redirect) cuts it off at once. A sound that is missing is passed
   * over. False: nothing could be said, or the link was lost meanwhile.
   */
  say(channelId: string, prompts: readonly Prompt[], music: string): Promise<boolean>;
  /** Answers the caller if need be, bridges both, stops the treatment, clears the absolute timeout. Records when `recording` is a file name. */
  bridge(request: {
    readonly callId: string;
    readonly callerChannelId: string;
    readonly offerId: string;
    readonly recording: string;
    /** Keys that are pressed in the talk are told (`digitPressed`), at a price in CPU. */
    readonly keys?: boolean;
  }): Promise<boolean>;
  /** Runs a Gosub place on the answered leg and comes back when it is done (the whisper). */
  whisper(offerId: string, place: string): Promise<boolean>;
  /** Ends a leg or a caller. `answered_elsewhere` tells the phone so. */
  hangup(channelId: string, reason: 'normal' | 'answered_elsewhere' | 'busy' | 'congestion'): Promise<boolean>;
  setVariables(channelId: string, variables: Readonly<Record<string, string>>): Promise<boolean>;
  /**
   * Back to the dialplan where `Stasis()` stood. Destroys the call's bridge when there is one. `followed`: a hang-up there is
   * told as a second `callLeft`, as long as he has not come back.
   */
  continueInDialplan(channelId: string, followed?: boolean): Promise<boolean>;
  /** 302 to a contact before answer: the edge leaves the path. */
  redirect(channelId: string, contact: string): Promise<boolean>;
  destroyBridge(callId: string): Promise<boolean>;
  /** Renews TIMEOUT(absolute) to `seconds`; 0 clears it. */
  setAbsoluteTimeout(channelId: string, seconds: number): Promise<boolean>;
  trunkOnline(trunk: string): boolean;
}
