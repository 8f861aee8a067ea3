import type { AgentCommand } from '../../ports/site-pbx.ts';

/** What really happened, as phones and callers saw it. Told to whoever watches the world; no app ever reads it. */
export type TruthEvent =
  /** An INVITE of ours reached a phone that had these of our calls already. */
  | { readonly kind: 'invited'; readonly phone: string; readonly offerId: string; readonly others: readonly string[] }
  | { readonly kind: 'offerEnded'; readonly phone: string; readonly offerId: string }
  | { readonly kind: 'callerEntered'; readonly story: CallerStory }
  | { readonly kind: 'callerEnded'; readonly story: CallerStory }
  /** A customer who had asked for it talks to whom this offer reached. */
  | { readonly kind: 'calledBack'; readonly number: string; readonly offerId: string }
  /** The PBX did with an agent what an adapter told it to. */
  | {
      readonly kind: 'commanded';
      readonly phone: string;
      readonly action: AgentCommand['action'];
      readonly reason: string;
    }
  /** A process registered the edge's application. */
  | { readonly kind: 'registered'; readonly edgeId: string; readonly by: string }
  /** A process that no longer has the edge's application did something there that had an effect. */
  | { readonly kind: 'strangerActed'; readonly edgeId: string; readonly operation: string; readonly target: string };

/** How it ended for a caller. */
export type CallerEnd =
  | 'talked'
  | 'hungUpWaiting'
  | 'defaultRoute'
  | 'redirected'
  /** The edge's app ended the call of one who had not been answered. */
  | 'cutOff'
  | `returned ${string}`;

/** All that one caller lived through. Times are the world's. */
export interface CallerStory {
  readonly channelId: string;
  readonly edgeId: string;
  readonly service: string;
  readonly enteredMs: number;
  /** Phones or extensions he was joined with, in order. */
  readonly talkedTo: string[];
  /** Announcements that he heard, whole or cut off. */
  announced: number;
  /** Alone in a bridge since; null when somebody or something serves him. */
  aloneSinceMs: number | null;
  end: CallerEnd | null;
  endedMs: number;
  /** No app was told of him: it was away when he came. */
  unseen: boolean;
}
