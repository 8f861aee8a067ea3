/** What tests of the dialplan look at: a SIP call's outcome, an instance's log, a site's channels. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Phone } from '../sip/phone.ts';
import type { CallFailed, OutgoingCall, PhoneOptions } from '../sip/phone.ts';
import { ari, until } from './ari.ts';
import type { Credentials } from './base-config.ts';
import type { AsteriskInstance } from './instance.ts';

/** A phone that is open but not registered. */
export async function openPhone(
  name: string,
  localAddress: string,
  server: AsteriskInstance,
  more: Partial<PhoneOptions> = {},
): Promise<Phone> {
  const phone = new Phone({ name, localAddress, server: server.sip, ...more });
  await phone.start();
  return phone;
}

/** The SIP code that ends a call attempt; 200 when it was answered. */
export function outcome(call: OutgoingCall): Promise<number> {
  return call.answered.then(
    () => 200,
    (error: CallFailed) => error.code,
  );
}

export function logOf(instance: AsteriskInstance): string[] {
  return readFileSync(join(instance.dir, 'log', 'full'), 'utf8').split('\n');
}

/** The first NOTICE with that text from line `from` on: the log is shared by all tests of a lab. */
export function noticed(instance: AsteriskInstance, from: number, text: string): Promise<string> {
  const find = async (): Promise<string | undefined> =>
    logOf(instance).find((line, i) => i >= from && line.includes('NOTICE[') && line.includes(text));
  return until(find, `${instance.name} logs ${text}`, 10_000);
}

/** Warnings and errors of the dialplan's interpreter: a syntax error there is logged and otherwise passed over. */
export function complaints(instance: AsteriskInstance): string[] {
  const source =
    /(WARNING|ERROR)\[.*(pbx|app_stack|app_queue|app_dial|ast_expr2|func_|dialplan_functions|header_funcs)/;
  return logOf(instance).filter((line) => source.test(line));
}

/** Every channel of an instance with the value of one variable, '' where it is not set. */
export async function channelVariables(
  instance: AsteriskInstance,
  credentials: Credentials,
  variable: string,
): Promise<string[]> {
  const channels = await ari<{ id: string }[]>(instance, credentials, 'GET', '/channels');
  const read = (id: string): Promise<string> =>
    ari<{ value: string }>(instance, credentials, 'GET', `/channels/${id}/variable`, { variable }).then(
      (answer) => answer.value,
      () => '',
    );
  return Promise.all(channels.map((channel) => read(channel.id)));
}

/** Waits until an instance has no channel left. */
export async function quiet(instance: AsteriskInstance, credentials: Credentials): Promise<void> {
  await until(async () => {
    const channels = await ari<unknown[]>(instance, credentials, 'GET', '/channels');
    return channels.length === 0 ? true : undefined;
  }, `${instance.name} has no channel left`);
}
