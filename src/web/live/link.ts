import type { StreamEvent } from './frames.ts';
import { readFrames } from './frames.ts';
import { backoffMs } from './follow.ts';

/** The server sends a frame each 5 s at least: whoever is silent for longer is not there any more, whatever the socket says. */
const SILENT_MS = 12_000;
const CONNECT_WITHIN_MS = 8_000;

export interface LinkHandlers {
  /** False: something is missing; connect anew. */
  readonly onEvent: (event: StreamEvent) => boolean;
  /** The stream is open, or lost. `heardMs`: when the server last said something, of this browser's clock; null: it never did. */
  readonly onState: (isOpen: boolean, heardMs: number | null) => void;
  /** The server wants a login first: it is not tried again. */
  readonly onRefused: (status: number) => void;
}

/**
 * One stream of the server's, kept open for ever. By `fetch` and not EventSource: that one hides pings, so a dead line would look
 * alive, and hides whether it was refused for want of a login.
 */
export class StreamLink {
  private readonly path: string;
  private readonly handlers: LinkHandlers;
  private readonly silentMs: number;
  private heardMs: number | null = null;
  private stopping = new AbortController();
  private current: AbortController | null = null;
  private tries = 0;
  private wake: (() => void) | null = null;

  constructor(path: string, handlers: LinkHandlers, silentMs = SILENT_MS) {
    this.path = path;
    this.handlers = handlers;
    this.silentMs = silentMs;
  }

  start(): void {
    this.heardMs = null;
    this.stopping = new AbortController();
    void this.keepOpen(this.stopping.signal);
  }

  stop(): void {
    this.stopping.abort();
    this.current?.abort();
    this.wake?.();
  }

  /** Does not wait any longer before it tries again: the network came back, or somebody asked for it. */
  hurry(): void {
    this.tries = 0;
    this.wake?.();
  }

  private async keepOpen(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.pause(backoffMs(this.tries, Math.random()));
      if (stopped.aborted) return;
      this.tries += 1;
      const refused = await this.once(stopped).catch(() => null);
      if (stopped.aborted) return;
      this.handlers.onState(false, this.heardMs);
      if (refused !== null) return this.handlers.onRefused(refused);
    }
  }

  /** One connection from its opening to its end; the status where it was refused for good. */
  private async once(stopped: AbortSignal): Promise<number | null> {
    const current = new AbortController();
    this.current = current;
    let watch = setTimeout(() => current.abort(), CONNECT_WITHIN_MS);
    try {
      const answer = await fetch(this.path, {
        headers: { accept: 'text/event-stream' },
        cache: 'no-store',
        signal: current.signal,
      });
      if (answer.status === 401 || answer.status === 403) return answer.status;
      if (!answer.ok || answer.body === null) return null;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        clearTimeout(watch);
        watch = setTimeout(() => current.abort(), this.silentMs);
        const { value, done } = await reader.read();
        if (done || stopped.aborted) return null;
        this.heardMs = Date.now();
        const read = readFrames(rest, value);
        rest = read.rest;
        if (read.events.length > 0) this.opened();
        if (!read.events.every((event) => this.handlers.onEvent(event))) return null;
      }
    } finally {
      clearTimeout(watch);
      current.abort();
    }
  }

  private opened(): void {
    this.tries = 0;
    this.handlers.onState(true, this.heardMs);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
