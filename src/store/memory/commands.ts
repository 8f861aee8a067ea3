import type { AgentId } from '../../core/model/agent.ts';
import { agentIdOf } from '../../core/model/agent.ts';
import { COMMAND_MS, COMMAND_SETTLES_MS } from '../../ports/commands.ts';
import type { AskedCommand, CommandEnd, CommandFilter, CommandLine } from '../../ports/commands.ts';
import type { Fence } from '../../ports/site-store.ts';
import { endOf, holdsMs } from '../common/commands.ts';
import type { CommandData, Data } from './data.ts';
import { held } from './site.ts';

export function askCommand(data: Data, asked: AskedCommand): void {
  if (data.commands.has(asked.commandId)) return;
  const askedAtMs = data.clock.nowMs();
  const times = { askedAtMs, deadlineMs: askedAtMs + COMMAND_MS, holdsUntilMs: holdsMs(asked.action, askedAtMs) };
  data.commands.set(asked.commandId, { asked, ...times, attempt: '', epoch: 0, end: null });
}

export const commandEnd = (data: Data, commandId: string): CommandEnd | null =>
  endOfRow(data, data.commands.get(commandId));

function endOfRow(data: Data, row: CommandData | undefined): CommandEnd | null {
  const stood = row && { deadlineMs: row.deadlineMs, isTaken: row.attempt !== '' };
  return endOf(stood ? { ...stood, outcome: '', said: '', ...row?.end } : null, data.clock.nowMs());
}

export function commands(data: Data, filter: CommandFilter): readonly CommandLine[] {
  const { commandId, siteId, agentId, before, limit } = filter;
  const isMeant = ({ asked }: CommandData): boolean =>
    (commandId === undefined || asked.commandId === commandId) &&
    (siteId === undefined || asked.siteId === siteId) &&
    (agentId === undefined || agentIdOf(asked.siteId, asked.agent) === agentId);
  return [...data.commands.values()]
    .filter(isMeant)
    .map((row) => ({ ...row.asked, askedAtMs: row.askedAtMs, end: endOfRow(data, row) }))
    .filter((line) => before === undefined || byAge(line, before) > 0)
    .sort(byAge)
    .slice(0, limit);
}

type Age = Pick<CommandLine, 'askedAtMs' | 'commandId'>;

/** Newest first. */
const byAge = (a: Age, b: Age): number =>
  b.askedAtMs - a.askedAtMs || (a.commandId < b.commandId ? 1 : a.commandId > b.commandId ? -1 : 0);

export const waitingCommands = (data: Data, siteId: string): readonly AskedCommand[] =>
  [...data.commands.values()]
    .filter((row) => row.asked.siteId === siteId && row.attempt === '' && row.deadlineMs > data.clock.nowMs())
    .sort((a, b) => a.deadlineMs - b.deadlineMs || (a.asked.commandId < b.asked.commandId ? -1 : 1))
    .map(({ asked }) => asked);

export function takeCommand(data: Data, fence: Fence, commandId: string, attempt: string): number | null {
  const row = data.commands.get(commandId);
  if (row === undefined || row.asked.siteId !== fence.id) return null;
  const leftMs = row.deadlineMs - data.clock.nowMs();
  if (row.attempt === attempt) return leftMs;
  if (row.attempt !== '' || leftMs <= 0 || held(data, fence) === undefined) return null;
  Object.assign(row, { attempt, epoch: fence.epoch });
  return leftMs;
}

export function answerCommand(data: Data, fence: Fence, commandId: string, end: CommandEnd): 'ok' | 'fenced' {
  const row = data.commands.get(commandId);
  if (row === undefined || row.epoch !== fence.epoch || held(data, fence) === undefined) return 'fenced';
  if (row.end !== null && row.end.outcome !== end.outcome) return 'fenced';
  const isOver = end.outcome === 'refused' || end.outcome === 'expired';
  row.end = end;
  row.holdsUntilMs = row.holdsUntilMs === 0 || isOver ? 0 : data.clock.nowMs() + COMMAND_SETTLES_MS;
  return 'ok';
}

/** Agents who are to pause or to log out, and whose rows may not show it yet. */
export const pausing = (data: Data): readonly AgentId[] => [
  ...new Set(
    [...data.commands.values()]
      .filter((row) => row.holdsUntilMs > data.clock.nowMs())
      .map(({ asked }) => agentIdOf(asked.siteId, asked.agent)),
  ),
];
