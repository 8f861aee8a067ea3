/** What tests ask of the product after a call: its record, the claims on agents, and what the edge told the dialplan. */
import type { CallFact } from '../../src/core/model/call.ts';
import type { Reservation } from '../../src/core/model/claim.ts';
import type { CallSummary } from '../../src/core/model/call-summary.ts';
import { until } from './asterisk/ari.ts';
import { logOf } from './asterisk/probe.ts';
import type { Offer } from './sip/farm.ts';
import type { OutgoingCall } from './sip/phone.ts';
import type { Stack } from './stack.ts';

export type Fact<K extends CallFact['kind']> = Extract<CallFact, { kind: K }>;

/** One call's record, once it has ended and every offer of it too. */
export interface CallRecord {
  readonly callId: string;
  readonly summary: CallSummary;
  readonly facts: readonly CallFact[];
  all<K extends CallFact['kind']>(kind: K): readonly Fact<K>[];
  /** The only fact of a kind; throws when there is none, or more. */
  one<K extends CallFact['kind']>(kind: K): Fact<K>;
  /** `berlin/PJSIP/1001 busy/declined`, in their order. */
  readonly offers: readonly string[];
  /** `answered by caller` */
  readonly end: string;
}

function recordOf(summary: CallSummary, facts: readonly CallFact[]): CallRecord {
  const all = <K extends CallFact['kind']>(kind: K) => facts.filter((fact): fact is Fact<K> => fact.kind === kind);
  const one = <K extends CallFact['kind']>(kind: K): Fact<K> => {
    const [only, ...more] = all(kind);
    if (!only || more.length > 0)
      throw new Error(`${more.length + (only ? 1 : 0)} facts ${kind} in ${JSON.stringify(facts)}`);
    return only;
  };
  const ends = all('ended').map(({ outcome, by }) => `${outcome} by ${by}`);
  return {
    ...{ callId: summary.callId, summary, facts, all, one },
    offers: all('offerEnded').map(({ agent, outcome, reason }) => `${agent} ${outcome}/${reason}`),
    end: ends.join(' and '),
  };
}

/** The call of that caller; each call of a test has a number of its own. */
export function callOf(stack: Stack, ani: string, deadlineMs = 5_000): Promise<CallSummary> {
  return until(
    async () => (await stack.store.calls({ limit: 1_000 })).find((call) => call.ani === ani),
    `a call of ${ani} in the records`,
    deadlineMs,
  );
}

/** Waits for a call's end and that of its last offer (`redirect` and `continue` deliveries end without one). */
export async function ended(stack: Stack, ani: string, deadlineMs = 10_000): Promise<CallRecord> {
  let seen: readonly CallFact[] = [];
  const find = async (): Promise<CallRecord | undefined> => {
    const summary = await callOf(stack, ani);
    seen = (await stack.store.callEvents(summary.callId)).map((event) => event.fact);
    const record = recordOf(summary, seen);
    const open = record.all('offered').length - record.all('offerEnded').length;
    const elsewhere = record.all('redirected').length + record.all('continued').length;
    const isOver = summary.outcome !== null && record.all('ended').length > 0;
    return isOver && open <= elsewhere ? record : undefined;
  };
  return until(find, `the end of the call of ${ani}`, deadlineMs).catch((error: Error) => {
    throw new Error(`${error.message}; its record: ${JSON.stringify(seen, null, 1).slice(0, 4_000)}`);
  });
}

/** Waits until a call's record has a fact of that kind. */
export async function fact<K extends CallFact['kind']>(
  stack: Stack,
  ani: string,
  kind: K,
  ms?: number,
): Promise<Fact<K>> {
  const { callId } = await callOf(stack, ani);
  const find = async (): Promise<Fact<K> | undefined> =>
    (await stack.store.callEvents(callId)).map(({ fact }) => fact).find((one): one is Fact<K> => one.kind === kind);
  return until(find, `a fact ${kind} of the call of ${ani}`, ms).catch(async (error: Error) => {
    const record = JSON.stringify(await stack.store.callEvents(callId)).slice(0, 4_000);
    const said = [...stack.roles.values()].flatMap((role) => role.lines.slice(-8)).join('\n');
    throw new Error(`${error.message}; its record: ${record}; our roles said last:\n${said}`);
  });
}

export type AgentRow = Awaited<ReturnType<Stack['store']['agents']>>[number];

export async function agentRow(stack: Stack, agentId: string): Promise<AgentRow> {
  const row = (await stack.store.agents()).find((agent) => agent.agentId === agentId);
  if (!row) throw new Error(`there is no agent ${agentId}`);
  return row;
}

/** Waits until an agent's row is as asked for. */
export function agentIs(
  stack: Stack,
  agentId: string,
  what: string,
  is: (row: AgentRow) => boolean,
  deadlineMs?: number,
): Promise<AgentRow> {
  const look = async (): Promise<AgentRow | undefined> => {
    const row = await agentRow(stack, agentId);
    return is(row) ? row : undefined;
  };
  return until(look, `${agentId} is ${what}`, deadlineMs);
}

/** What holds an agent: `busy 5000`, the reason (or the phase) and how long it was written for; '' when nothing does. */
export async function holdOf(stack: Stack, agentId: string): Promise<string> {
  const { reservation } = await agentRow(stack, agentId);
  if (!reservation || reservation.phase === 'free') return '';
  const { phase, holdReason, expiresAtMs, changedAtMs } = reservation;
  // Databases round their clocks; nobody waits for a tenth of a second.
  return `${holdReason || phase} ${Math.round((expiresAtMs - changedAtMs) / 100) * 100}`;
}

/**
 * No agent is rung for or talking any more as far as the claims say. The deadline is far below any lease: that they ran out
 * is not what we want to see.
 */
export async function noClaims(stack: Stack, deadlineMs = 1_000): Promise<void> {
  let left: (Reservation | null)[] = [];
  const look = async (): Promise<true | undefined> => {
    left = (await stack.store.agents()).map((agent) => agent.reservation);
    left = left.filter((claim) => claim?.phase === 'offer' || claim?.phase === 'talk');
    return left.length === 0 ? true : undefined;
  };
  await until(look, 'no claim is left', deadlineMs).catch((error: Error) => {
    throw new Error(`${error.message}, but ${JSON.stringify(left)}`);
  });
}

/** The INVITEs that a phone got for one caller. */
export const offersAt = (stack: Stack, phone: string, ani: string): readonly Offer[] =>
  stack.phones.offersOf(phone).filter((offer) => offer.detail['from']?.startsWith(`sip:${ani}@`));

/** A caller who was answered by an agent: their legs are bridged and the record says so. */
export async function answered(stack: Stack, call: OutgoingCall, ani: string): Promise<Fact<'bridged'>> {
  await call.answered;
  return fact(stack, ani, 'bridged');
}

/** What the dialplan's hang-up handler read (`IPNT-RESULT`), by variable. */
export async function resultOf(
  stack: Stack,
  ani: string,
  deadlineMs = 5_000,
): Promise<Readonly<Record<string, string>>> {
  const edges = [...stack.lab.edges.values()];
  const wanted = `caller=${ani.replaceAll(/[^0-9A-Za-z]/g, '')}`;
  const find = async (): Promise<string | undefined> =>
    edges
      .flatMap((edge) => logOf(edge))
      .find((line) => line.includes('IPNT-RESULT') && line.trimEnd().endsWith(wanted) && line.includes('NOTICE['));
  const line = await until(find, `IPNT-RESULT of ${ani}`, deadlineMs);
  return Object.fromEntries([...line.matchAll(/(\w+)=(\S*)/g)].map(([, key, value]) => [key ?? '', value ?? '']));
}
