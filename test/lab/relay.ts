/** A TCP relay that a test can cut or freeze: a network between two programs, going bad on demand. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Relay {
  readonly host: string;
  readonly port: number;
  /** Ends what is connected, and whoever comes. */
  cut(): void;
  /** Keeps connections open and passes nothing on, in either direction; whoever comes is let in and hears nothing. */
  freeze(): void;
  /** Lets so many bytes a second pass from the server: its client reads as slowly. */
  slow(bytesPerSec: number): void;
  /** As if nothing had been: what was frozen flows. */
  restore(): void;
  close(): Promise<void>;
}

export async function startRelay(
  host: string,
  target: { readonly host: string; readonly port: number },
  /** Told what is sent to the target. */
  sent: (bytes: Buffer) => void = () => undefined,
): Promise<Relay> {
  let state: 'open' | 'frozen' | 'cut' = 'open';
  const sockets = new Set<Socket>();
  let pace = Infinity;
  const keep = (socket: Socket, other: Socket, isFar = false): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      other.write(chunk);
      if (!Number.isFinite(pace) || !isFar) return;
      socket.pause();
      setTimeout(() => socket.resume(), (chunk.length / pace) * 1_000);
    });
    socket.once('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    if (state === 'frozen') socket.pause();
  };
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy();
    const far = connect(target.port, target.host);
    near.on('data', sent);
    keep(near, far);
    keep(far, near, true);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const destroyAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    ...{ host, port },
    cut: () => {
      state = 'cut';
      destroyAll();
    },
    freeze: () => {
      state = 'frozen';
      for (const socket of sockets) socket.pause();
    },
    slow: (bytesPerSec) => void (pace = bytesPerSec),
    restore: () => {
      state = 'open';
      pace = Infinity;
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      destroyAll();
      server.close();
      await once(server, 'close');
    },
  };
}
