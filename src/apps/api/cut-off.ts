/** Ends a connection so that nothing of it is left: who does not read has up to some megabytes in the kernel, which tries for minutes to send them. */
import type { ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** The TCP socket below each TLS one. Node does not tell it, and resets TCP alone. */
const BELOW = new WeakMap<Socket, Socket>();

const peerOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress} ${remotePort}`;

/** From now on connections of this server can be reset, too. */
export function rememberTcp(server: Server): void {
  const greeting = new Map<string, Socket>();
  server.on('connection', (tcp: Socket) => {
    const peer = peerOf(tcp);
    greeting.set(peer, tcp);
    tcp.once('close', () => greeting.delete(peer));
  });
  server.on('secureConnection', (tls: Socket) => {
    const tcp = greeting.get(peerOf(tls));
    greeting.delete(peerOf(tls));
    if (tcp !== undefined) BELOW.set(tls, tcp);
  });
}

/** Resets the connection of an answer. */
export function cutOff(response: ServerResponse): void {
  if (response.socket !== null) reset(response.socket);
  response.destroy();
}

/** Of a connection on which nothing moves any more: who has not read his answer is reset, one that is idle just ends. */
export function endIdle(socket: Socket): void {
  if (socket.writableLength > 0) reset(socket);
  socket.destroy();
}

const reset = (socket: Socket): void => void ('encrypted' in socket ? BELOW.get(socket) : socket)?.resetAndDestroy();
