/** What tests of whole calls look at: which phone rang for whom, what the record says, how agents are claimed. */
import type { CallSummary } from '../../src/core/model/call-summary.ts';
import { until } from './asterisk/ari.ts';
import { logOf } from './asterisk/probe.ts';
import type { Offer } from './sip/farm.ts';
import { offersIn } from './sip/farm.ts';
import type { OutgoingCall, Phone } from './sip/phone.ts';
import type { Stack } from './stack.ts';

/** A caller's number is all that a phone sees of him. */
export function rungFor(stack: Stack, number: string): Offer[] {
  return [...offersIn(stack.phones.log).values()]
    .flat()
    .filter(({ detail }) => detail.from?.includes(`sip:${number}@`))
    .sort((a, b) => a.invitedAtMs - b.invitedAtMs);
}

/** The first agent's phone that rings for this caller. */
export const rung = (stack: Stack, number: string, deadlineMs = 5_000): Promise<Offer> =>
  until(async () => rungFor(stack, number)[0], `a phone rings for ${number}`, deadlineMs);

/** What the caller's dialplan had in its variables when he hung up: `status`, `agent`, `defaulted` (0 or 1), `call`... */
export async function resultOf(stack: Stack, number: string): Promise<Readonly<Record<string, string>>> {
  const line = await until(
    async () => {
      const lines = [...stack.lab.edges.values()].flatMap(logOf);
      return lines.find((one) => one.includes('IPNT-RESULT') && one.endsWith(`caller=${number}`));
    },
    `the result of ${number}`,
    5_000,
  );
  return Object.fromEntries([...line.matchAll(/(\w+)=(\S*)/g)].map(([, key, value]) => [key, value]));
}

export interface PlacedCall extends OutgoingCall {
  readonly number: string;
  readonly phone: Phone;
}

/** A new caller who calls a service at once; his number tells him from all others. */
export async function place(stack: Stack, number: string, service: string): Promise<PlacedCall> {
  const phone = await stack.caller(number);
  return Object.assign(phone.call(service), { number, phone });
}

/** The record of a caller's call, once it is as wanted. */
export function recorded(
  stack: Stack,
  number: string,
  wanted: (call: CallSummary) => boolean = () => true,
  deadlineMs = 5_000,
): Promise<CallSummary> {
  return until(
    async () => (await stack.store.calls({ limit: 200 })).find((call) => call.ani === number && wanted(call)),
    `the record of ${number}`,
    deadlineMs,
  );
}

/** The claim on an agent as it stands, null when there is none that lives. */
export async function claimOn(stack: Stack, agentId: string) {
  const [{ dbNowMs }, agents] = await Promise.all([stack.store.sites(), stack.store.agents()]);
  const claim = agents.find((agent) => agent.agentId === agentId)?.reservation;
  return claim && claim.phase !== 'free' && claim.expiresAtMs > dbNowMs ? claim : null;
}

/** Waits until nobody is claimed. */
export async function nobodyClaimed(stack: Stack, deadlineMs = 5_000): Promise<void> {
  await until(
    async () => {
      const [{ dbNowMs }, agents] = await Promise.all([stack.store.sites(), stack.store.agents()]);
      const held = agents.filter(({ reservation: r }) => r && r.phase !== 'free' && r.expiresAtMs > dbNowMs);
      return held.length === 0 ? true : undefined;
    },
    'no claim is left',
    deadlineMs,
  );
}

/** Pauses or unpauses members of a queue at their site, and waits until the rows show it. */
export async function setPaused(
  stack: Stack,
  site: string,
  exts: readonly string[],
  queue: string,
  on: boolean,
): Promise<void> {
  const instance = stack.lab.sites.get(site);
  for (const ext of exts) await instance?.cli(`queue ${on ? 'pause' : 'unpause'} member PJSIP/${ext} queue ${queue}`);
  await until(
    async () => {
      const agents = await stack.store.agents(site);
      const shown = exts.every(
        (ext) => agents.find(({ address }) => address === ext)?.status === (on ? 'paused' : 'ready'),
      );
      return shown ? true : undefined;
    },
    `${exts.join()} are ${on ? 'paused' : 'ready'}`,
  );
}
