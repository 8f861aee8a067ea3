import { agentIdOf } from '../../core/model/agent.ts';
import { AGENT_ACTIONS } from '../../core/model/command.ts';
import type { AgentAction } from '../../core/model/command.ts';
import { COMMAND_MS, COMMAND_SETTLES_MS } from '../../ports/commands.ts';
import type {
  AskedCommand,
  CommandAsker,
  CommandEnd,
  CommandFilter,
  CommandLine,
  CommandTaker,
} from '../../ports/commands.ts';
import { endOf, holdsMs } from '../common/commands.ts';
import { errnoOf } from './errors.ts';
import type { Row } from './node.ts';
import type { Database } from './pool.ts';
import { json, maybe, number, oneOf, text } from './rows.ts';
import { bind, clip, DB_NOW_MS, query } from './sql.ts';
import { single, together } from './transaction.ts';

const TAKE = query('take-command').split(/;\s*$/m);
const ANSWER = query('answer-command');
const COLUMNS = 'command_id, site_id, agent, action, reason, queues, asked_by';
/** At one look; those that are left wait for the next. */
const AT_ONCE = 50;

const DUPLICATE_KEY = 1062;

/** Commands on MySQL: a row that is asked for, taken once, and answered. */
export function commandStore(db: Database): CommandAsker & CommandTaker {
  return {
    /** The clock is read first: an INSERT that a frozen server gets to late makes a row that has expired, and not one to be done late. */
    async askCommand(asked) {
      const { rows } = await single(db, `SELECT ${DB_NOW_MS} AS now_ms`);
      const askedAtMs = Number(rows[0]?.['now_ms']);
      const { commandId, siteId, agent, action, reason, queues, askedBy } = asked;
      const sql = `INSERT INTO command (${COLUMNS}, agent_id, asked_at_ms, deadline_ms, holds_until_ms)
        VALUES (:commandId, :siteId, :agent, :action, :reason, :queues, :askedBy, :agentId, :askedAtMs, :deadlineMs, :holdsMs)`;
      const texts = { reason: clip(reason, 255), askedBy: clip(askedBy, 255), queues: JSON.stringify(queues) };
      const times = { askedAtMs, deadlineMs: askedAtMs + COMMAND_MS, holdsMs: holdsMs(action, askedAtMs) };
      const row = { commandId, siteId, agent, action, agentId: agentIdOf(siteId, agent), ...texts, ...times };
      await single(db, bind(sql, row)).catch((error: unknown) => {
        // The answer to the first try was lost: it is there.
        if (errnoOf(error) !== DUPLICATE_KEY) throw error;
      });
    },

    async commandEnd(commandId) {
      const sql = `SELECT ${DB_NOW_MS} AS now_ms, deadline_ms, attempt, outcome, said FROM command WHERE command_id = :commandId`;
      const [row] = (await single(db, bind(sql, { commandId }))).rows;
      if (row === undefined) return endOf(null, 0);
      return endOfRow(row);
    },

    commands: (filter) => listCommands(db, filter),

    /** KEY(site_id, deadline_ms): what has expired is not looked at. No locks. */
    async waitingCommands(siteId) {
      const sql = `SELECT ${COLUMNS} FROM command WHERE site_id = :siteId AND deadline_ms > ${DB_NOW_MS} AND attempt = ''
        ORDER BY deadline_ms, command_id LIMIT ${AT_ONCE}`;
      return (await single(db, bind(sql, { siteId }))).rows.flatMap(commandOf);
    },

    async takeCommand(fence, commandId, attempt) {
      const params = { siteId: fence.id, epoch: fence.epoch, commandId, attempt };
      const [, left] = await together(
        db,
        TAKE.map((sql) => bind(sql, params)),
      );
      const [row] = left?.rows ?? [];
      return row === undefined ? null : maybe(row, 'left_ms');
    },

    async answerCommand(fence, commandId, { outcome, said }) {
      const isOver = outcome === 'refused' || outcome === 'expired';
      const params = { siteId: fence.id, epoch: fence.epoch, commandId, outcome, said: clip(said, 2_000), isOver };
      const { matched } = await single(db, bind(ANSWER, { ...params, settlesMs: COMMAND_SETTLES_MS }));
      return matched === 1 ? 'ok' : 'fenced';
    },
  };
}

/** KEY(asked_at_ms), or one of those that begin with site or agent; commands are kept for days, and are few. No locks. */
async function listCommands(
  db: Database,
  { commandId, siteId, agentId, before, limit }: CommandFilter,
): Promise<readonly CommandLine[]> {
  const tests = [
    ...(commandId === undefined ? [] : ['command_id = :commandId']),
    ...(siteId === undefined ? [] : ['site_id = :siteId']),
    ...(agentId === undefined ? [] : ['agent_id = :agentId']),
    ...(before === undefined
      ? []
      : ['(asked_at_ms < :beforeMs OR (asked_at_ms = :beforeMs AND command_id < :beforeId))']),
  ];
  const sql = `SELECT ${DB_NOW_MS} AS now_ms, ${COLUMNS}, asked_at_ms, deadline_ms, attempt, outcome, said FROM command
    ${tests.length === 0 ? '' : `WHERE ${tests.join(' AND ')}`}
    ORDER BY asked_at_ms DESC, command_id DESC LIMIT ${Math.max(0, Math.floor(limit))}`;
  const params = {
    ...(commandId !== undefined && { commandId }),
    ...(siteId !== undefined && { siteId }),
    ...(agentId !== undefined && { agentId }),
    ...(before !== undefined && { beforeMs: before.askedAtMs, beforeId: before.commandId }),
  };
  return (await single(db, bind(sql, params))).rows.flatMap((row) =>
    commandOf(row).map((asked) => ({ ...asked, askedAtMs: number(row, 'asked_at_ms'), end: endOfRow(row) })),
  );
}

function endOfRow(row: Row): CommandEnd | null {
  const stood = { deadlineMs: number(row, 'deadline_ms'), isTaken: text(row, 'attempt') !== '' };
  return endOf({ ...stood, outcome: text(row, 'outcome'), said: text(row, 'said') }, number(row, 'now_ms'));
}

/** One that asks for what this program does not know (a newer one wrote it) is left for those who do. */
function commandOf(row: Row): AskedCommand[] {
  const action = oneOf<AgentAction | ''>(AGENT_ACTIONS, row['action'], '');
  if (action === '') return [];
  return [
    {
      ...{ commandId: text(row, 'command_id'), siteId: text(row, 'site_id'), agent: text(row, 'agent'), action },
      ...{ reason: text(row, 'reason'), askedBy: text(row, 'asked_by'), queues: json<string[]>(row, 'queues', []) },
    },
  ];
}
