/** The part of modesl 1.2.1 that we use (it brings no types). Facts about it: src/pbx/freeswitch-esl/client.ts. */
declare module 'modesl' {
  import type { Socket } from 'node:net';

  interface EslReply {
    getHeader(name: string): string | undefined;
    getBody(): string | undefined;
  }

  interface Parser {
    /** What has come of a message that is not whole yet. */
    readonly buffer: Uint8Array;
    /** How long the body under way is; 0 outside of one. */
    readonly bodyLen: number;
    on(event: 'esl::event', listener: (event: EslReply, headers: Record<string, unknown>, body?: string) => void): void;
    on(event: 'error', listener: (error: unknown) => void): void;
  }

  interface EslSocket {
    /** Null after its end. */
    readonly socket: Socket | null;
    /** There once the socket is connected. */
    readonly parser?: Parser;
    subscribe(events: readonly string[], done: () => void): void;
    api(command: string, done: (reply: EslReply) => void): void;
    sendRecv(command: string, done: (reply: EslReply) => void): void;
    on(event: string, listener: (detail?: unknown) => void): void;
  }

  const esl: {
    readonly Connection: new (host: string, port: number, password: string, ready: () => void) => EslSocket;
  };
  export default esl;
  export type { EslSocket };
}
