/** What tests of routing as data do again and again: put a file in force on a running stack, name agents, and ask who may take a call. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { until } from './asterisk/ari.ts';
import { answered, callOf, ended } from './record.ts';
import type { CallRecord } from './record.ts';
import { startRole } from './role.ts';
import type { OutgoingCall, Phone } from './sip/phone.ts';
import type { Stack } from './stack.ts';

/** A routing file as it is written. */
export interface RoutingText {
  readonly services: Readonly<Record<string, unknown>>;
  readonly calendars?: Readonly<Record<string, unknown>>;
  readonly sites?: Readonly<Record<string, unknown>>;
}

/** Runs the command line while phones and callers of this process go on. Resolves with all that it printed; throws when it failed. */
export async function command(stack: Stack, ...args: readonly string[]): Promise<string> {
  const run = startRole('command', ['--settings', stack.settingsFile, ...args], stack.dir);
  const status = await run.ended;
  const printed = run.lines.join('\n');
  if (status !== 0) throw new Error(`ipnt ${args.join(' ')} ended with ${status}:\n${printed}`);
  return printed;
}

/** A command that changes the routing; resolves with the version that it made, when every edge goes by it. */
export async function change(stack: Stack, ...args: readonly string[]): Promise<number> {
  const printed = await command(stack, ...args);
  const version = /in force: version (\d+)/.exec(printed)?.[1];
  if (version === undefined) throw new Error(`ipnt ${args.join(' ')} made no version:\n${printed}`);
  const edges = [...stack.roles].filter(([name]) => name.startsWith('edge ')).map(([, role]) => role);
  await Promise.all(edges.map((edge) => edge.said(`routing is in force: version ${version}"`)));
  return Number(version);
}

let files = 0;

/** Writes a file beside the settings, as an administrator would. */
export function written(stack: Stack, name: string, text: string): string {
  const file = join(stack.dir, `${(files += 1)}-${name}`);
  writeFileSync(file, text);
  return file;
}

export const applied = (stack: Stack, routing: RoutingText, ...options: readonly string[]): Promise<number> =>
  change(stack, 'apply', '-f', written(stack, 'routing.yaml', stringify(routing)), ...options);

/** `berlin/1001` -> `berlin/PJSIP/1001` */
export const agentOf = (label: string): string => label.replace('/', '/PJSIP/');

/** Waits until these agents (`berlin/1001`) could take a call at once: their phones are idle, and nothing of ours holds them. */
export function free(stack: Stack, ...labels: readonly string[]): Promise<true> {
  const wanted = new Set(labels.map(agentOf));
  return until(async () => {
    const [{ dbNowMs }, agents] = await Promise.all([stack.store.sites(), stack.store.agents()]);
    const asked = agents.filter(({ agentId }) => wanted.has(agentId));
    const isFree = ({ activity, reservation }: (typeof asked)[number]): boolean =>
      activity === 'idle' &&
      (reservation === null || reservation.phase === 'free' || reservation.expiresAtMs <= dbNowMs);
    return (asked.length === wanted.size && asked.every(isFree)) || undefined;
  }, `${labels.join()} are free`);
}

/** Numbers that no other call of a stack has. */
export function numbers(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}${String((count += 1)).padStart(4, '0')}`;
}

/** A call that is answered and ended by its caller; its record. */
export async function talk(stack: Stack, caller: Phone, to: string, ani: string): Promise<CallRecord> {
  const call = caller.call(to, { fromUser: ani });
  await answered(stack, call, ani);
  await call.hangup();
  return ended(stack, ani);
}

/** A caller who is in the line now. */
export async function waits(stack: Stack, caller: Phone, to: string, ani: string): Promise<OutgoingCall> {
  const call = caller.call(to, { fromUser: ani });
  const { callId } = await callOf(stack, ani);
  await until(
    async () =>
      (await stack.store.callEvents(callId)).some(({ fact }) => fact.kind === 'decided' && !fact.decision.winner) ||
      undefined,
    `${ani} waits`,
  );
  return call;
}

/** The agent (`berlin/1001`) who answered. */
export const whoAnswered = (record: CallRecord): string => record.one('bridged').agent.replace('/PJSIP/', '/');
