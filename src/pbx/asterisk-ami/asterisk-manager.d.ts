/** The part of asterisk-manager 0.2.0 that we use (it brings no types). Facts about it: src/pbx/asterisk-ami/client.ts. */
declare module 'asterisk-manager' {
  import type { NetConnectOpts } from 'node:net';

  /** A parsed message: header names in lower case, a repeated header as an array, variables as an object. */
  type Item = Record<string, unknown>;

  interface Manager {
    /** The first argument goes to net.createConnection, which takes options as well as a port. */
    connect(port: number | NetConnectOpts, host: string, callback: (error: unknown) => void): void;
    login(callback: (error?: unknown) => void): void;
    action(action: Record<string, string>, callback: (error: unknown, response: Item) => void): string;
    disconnect(callback?: () => void): void;
    on(event: 'managerevent', listener: (item: Item) => void): void;
    on(event: 'close' | 'end' | 'error', listener: (detail?: unknown) => void): void;
  }

  const AsteriskManager: new (port: null, host: string, user: string, password: string) => Manager;
  export default AsteriskManager;
}
