import AsteriskManager from 'asterisk-manager';
import { IpntError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { Waits } from '../common/waits.ts';
import { checkAction, normalize } from './wire.ts';
import type { AmiMessage } from './wire.ts';

export interface AmiAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Where a connection hands what it reads. `closed` comes once, whoever closed it. */
export interface AmiHooks {
  message(message: AmiMessage, atMs: number): void;
  closed(reason: string): void;
}

/** One logged-in connection. It is never used again after its end: a new one is opened. */
export interface AmiConnection {
  /**
   * Sends one action and gives back its response; the events of a list come as messages. Rejects with AMI_UNREACHABLE when no
   * answer comes in time, with AMI_DENIED when Asterisk refuses it, with ARGUMENT_INVALID before anything is sent.
   */
  action(fields: Readonly<Record<string, string>>, actionId?: string): Promise<AmiMessage>;
  /** Destroys the socket at once: a frozen PBX would never answer an orderly end. */
  close(reason: string): void;
}

const CONNECT_MS = 3_000;
/** Asterisk waits a second before it answers a wrong password. */
const LOGIN_MS = 5_000;
const ACTION_MS = 3_000;

/**
 * Opens a connection with asterisk-manager 0.2.0 and logs in. What that package lacks is added here: a new instance a connection
 * (its half-read buffer survives a reconnect), a deadline on everything (it has none), our own ActionIDs, no line ends in values,
 * and a way to destroy the socket (its `disconnect` leaves a frozen peer's socket half open): `connect` passes its first argument
 * to net.createConnection, which takes options with an AbortSignal.
 */
export async function openConnection(address: AmiAddress, clock: Clock, hooks: AmiHooks): Promise<AmiConnection> {
  const where = `${address.host}:${address.port}`;
  const manager = new AsteriskManager(null, address.host, address.user, address.password);
  const abort = new AbortController();
  const unreachable = (detail: string) => new IpntError('AMI_UNREACHABLE', detail, where);
  const waits = new Waits(clock, unreachable);
  const end = (reason: string) => {
    if (waits.isOver) return;
    waits.end(unreachable(reason));
    abort.abort();
    hooks.closed(reason);
  };

  let lastError = '';
  manager.on('error', (error) => (lastError = error instanceof Error ? error.message : ''));
  // An event of that name would come here too, with an object: only the socket's own close has a boolean.
  manager.on('close', (hadError) => typeof hadError === 'boolean' && end(lastError || 'the PBX closed the connection'));
  manager.on('managerevent', (item) => !waits.isOver && hooks.message(normalize(item), clock.nowMs()));

  try {
    await waits.within<void>(CONNECT_MS, 'no connection', (done) => {
      const options = { host: address.host, port: address.port, signal: abort.signal };
      manager.connect(options, address.host, () => done());
    });
    await waits.within<void>(LOGIN_MS, 'no answer to the login', (done, fail) => {
      manager.login((error) => (error ? fail(refusal(error, address.user, where)) : done()));
    });
  } catch (error) {
    waits.end(unreachable('given up'));
    abort.abort();
    throw error;
  }

  let count = 0;
  const action = async (fields: Readonly<Record<string, string>>, actionId = `ipnt.${++count}`) => {
    checkAction({ ...fields, ActionID: actionId });
    const name = fields['Action'] ?? '?';
    const response = await waits.within<AmiMessage>(ACTION_MS, `no answer to ${name}`, (done) => {
      // The package takes its name and id in lower case, and deletes the id from the object.
      const { Action: _, ...others } = fields;
      manager.action({ ...others, action: name, actionid: actionId }, (_error, item) => done(normalize(item)));
    });
    if (response['response']?.toLowerCase() !== 'error') return response;
    throw new IpntError('AMI_DENIED', `${name}: ${response['message'] ?? 'refused'} (user ${address.user})`, where);
  };
  return { action, close: end };
}

/** A wrong password, user or address all read "Authentication failed"; a PBX that starts or stops refuses in other words. */
function refusal(error: unknown, user: string, where: string): IpntError {
  const said = normalize(error as Record<string, unknown>)['message'] ?? 'no reason given';
  if (!/authentication/i.test(said)) return new IpntError('AMI_UNREACHABLE', `login not possible now: ${said}`, where);
  return new IpntError('AMI_LOGIN_REFUSED', `user ${user} was refused`, where);
}
