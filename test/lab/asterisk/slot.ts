/** Several labs on one machine: each takes a slot N, and with it the addresses 127.0.N.x. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';

export interface Slot {
  number: number;
  release(): void;
}

/** Bound while the slot is held: the kernel frees it with the process, so no lock outlives its owner. */
const LOCK_PORT = 5999;
const SLOTS = 250;

function bind(address: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(undefined));
    socket.bind({ port, address, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/**
 * Takes the first free slot from a start that differs by process, so that labs do not all queue at slot 1. `lastOctets`
 * are the hosts that will bind SIP there: a slot where an Asterisk of a killed lab still runs is passed over.
 */
export async function takeSlot(lastOctets: readonly number[]): Promise<Slot> {
  for (let i = 0; i < SLOTS; i++) {
    const number = ((process.pid + i) % SLOTS) + 1;
    const lock = await bind(`127.0.${number}.1`, LOCK_PORT);
    if (lock === undefined) continue;
    if (await allFree(number, lastOctets)) {
      lock.unref();
      return { number, release: () => lock.close() };
    }
    lock.close();
  }
  throw new Error(`all ${SLOTS} lab slots (127.0.1.x to 127.0.${SLOTS}.x) are taken`);
}

async function allFree(number: number, lastOctets: readonly number[]): Promise<boolean> {
  for (const octet of lastOctets) {
    const probe = await bind(`127.0.${number}.${octet}`, 5060);
    if (probe === undefined) return false;
    await new Promise<void>((resolve) => probe.close(() => resolve()));
  }
  return true;
}
