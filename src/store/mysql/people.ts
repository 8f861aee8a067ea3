import { ROLES } from '../../core/model/person.ts';
import type { Person } from '../../core/model/person.ts';
import type { AuditEntry, PeopleStore, SessionRecord, TokenRecord, UserRecord } from '../../ports/people.ts';
import { endsSessions, isRenewed, TOKEN_NOTED_MS } from '../common/people.ts';
import { errnoOf } from './errors.ts';
import type { Row } from './node.ts';
import type { Database } from './pool.ts';
import { json, maybe, number, oneOf, text } from './rows.ts';
import { bind, clip, DB_NOW_MS } from './sql.ts';
import type { Scalar } from './sql.ts';
import { single, transaction } from './transaction.ts';

const DUPLICATE_KEY = 1062;
const USER = 'name, role, sites, services, agent_id, password_hash, is_disabled, created_at_ms, changed_at_ms';
const TOKEN =
  'token_id, name, role, sites, services, agent_id, secret_hash, created_by, created_at_ms, expires_at_ms, last_used_ms';
const AUDIT = 'audit_id, at_ms, changed_by, via, address, action, target, detail';
/** To the letter: `=` alone takes `anna` and `anna ` for one (PAD SPACE), and failed logins are counted by name. */
const NAMED = 'name = :name AND CHAR_LENGTH(name) = CHAR_LENGTH(:name)';
const OVER = 'DELETE FROM login_session WHERE user_name = :name';

/** PeopleStore on MySQL. Small tables, read by their keys. */
export const peopleStore = (db: Database): PeopleStore => ({
  ...userMethods(db),
  ...sessionMethods(db),
  ...tokenMethods(db),
  ...auditMethods(db),
});

async function userNamed(db: Database, name: string): Promise<UserRecord | null> {
  const [row] = (await single(db, bind(`SELECT ${USER} FROM user_account WHERE ${NAMED}`, { name }))).rows;
  return row === undefined ? null : userOf(row);
}

const userMethods = (db: Database): Pick<PeopleStore, 'users' | 'user' | 'addUser' | 'changeUser' | 'removeUser'> => ({
  async users() {
    return (await single(db, `SELECT ${USER} FROM user_account ORDER BY name`)).rows.map(userOf);
  },

  user: (name) => userNamed(db, name),

  async addUser(user) {
    const cells = { ...personCells(user), hash: user.passwordHash, off: user.isDisabled };
    const sql = `INSERT INTO user_account (${USER})
      SELECT :name, :role, :sites, :services, :agentId, :hash, :off, n.now_ms, n.now_ms FROM (SELECT ${DB_NOW_MS} AS now_ms) n`;
    try {
      await single(db, bind(sql, cells));
      return true;
    } catch (error) {
      if (errnoOf(error) !== DUPLICATE_KEY) throw error;
      // Ours, when the answer of the first try was lost: no two hashes are the same.
      return (await userNamed(db, user.name))?.passwordHash === user.passwordHash;
    }
  },

  async changeUser(name, change) {
    const sets = Object.entries({
      role: change.role,
      sites: change.sites && JSON.stringify(change.sites),
      services: change.services && JSON.stringify(change.services),
      agent_id: change.agentId,
      password_hash: change.passwordHash,
      is_disabled: change.isDisabled,
    }).flatMap(([column, value]) => (value === undefined ? [] : [bind(`${column} = :value`, { value })]));
    if (change.passwordHash !== undefined) sets.push(`changed_at_ms = ${DB_NOW_MS}`);
    const update = bind(`UPDATE user_account SET ${['name = name', ...sets].join(', ')} WHERE ${NAMED}`, { name });
    const [changed] = await transaction(db, [update, ...(endsSessions(change) ? [bind(OVER, { name })] : [])]);
    return changed?.matched === 1;
  },

  async removeUser(name) {
    const remove = bind(`DELETE FROM user_account WHERE ${NAMED}`, { name });
    const [removed] = await transaction(db, [remove, bind(OVER, { name })]);
    return removed?.matched === 1;
  },
});

const sessionMethods = (db: Database): Pick<PeopleStore, 'openSession' | 'useSession' | 'endSession'> => ({
  async openSession({ secretHash, user, lastsMs }) {
    const sql = `INSERT INTO login_session (secret_hash, user_name, created_at_ms, expires_at_ms)
      SELECT :secretHash, :user, n.now_ms, n.now_ms + :lastsMs FROM (SELECT ${DB_NOW_MS} AS now_ms) n
      ON DUPLICATE KEY UPDATE secret_hash = login_session.secret_hash`;
    await single(db, bind(sql, { secretHash, user, lastsMs }));
  },

  async useSession(secretHash, lastsMs) {
    const columns = USER.split(', ').map((column) => `u.${column}`);
    const sql = `SELECT ${columns.join(', ')}, s.created_at_ms AS began_ms, s.expires_at_ms, ${DB_NOW_MS} AS now_ms
      FROM login_session s JOIN user_account u ON u.name = s.user_name
      WHERE s.secret_hash = :secretHash AND s.expires_at_ms > ${DB_NOW_MS}
        AND u.is_disabled = 0 AND s.created_at_ms >= u.changed_at_ms`;
    const [row] = (await single(db, bind(sql, { secretHash }))).rows;
    if (row === undefined) return null;
    const user = userOf(row);
    const [untilMs, lasts] = [number(row, 'now_ms') + lastsMs(user), lastsMs(user)];
    const expiresAtMs = number(row, 'expires_at_ms');
    const session = { secretHash, user: user.name, createdAtMs: number(row, 'began_ms') };
    if (!isRenewed(expiresAtMs, untilMs, lasts)) return { user, session: { ...session, expiresAtMs } };
    const renew = 'UPDATE login_session SET expires_at_ms = :untilMs WHERE secret_hash = :secretHash';
    await single(db, bind(renew, { untilMs, secretHash }));
    return { user, session: { ...session, expiresAtMs: untilMs } satisfies SessionRecord };
  },

  async endSession(secretHash) {
    await single(db, bind('DELETE FROM login_session WHERE secret_hash = :secretHash', { secretHash }));
  },
});

const tokenMethods = (db: Database): Pick<PeopleStore, 'tokens' | 'addToken' | 'useToken' | 'removeToken'> => ({
  async tokens() {
    return (await single(db, `SELECT ${TOKEN} FROM access_token ORDER BY name, token_id`)).rows.map(tokenOf);
  },

  async addToken(token) {
    const { tokenId, secretHash, createdBy, expiresAtMs } = token;
    const sql = `INSERT INTO access_token (${TOKEN})
      SELECT :tokenId, :name, :role, :sites, :services, :agentId, :secretHash, :createdBy, n.now_ms, :expiresAtMs, NULL
      FROM (SELECT ${DB_NOW_MS} AS now_ms) n
      ON DUPLICATE KEY UPDATE token_id = access_token.token_id`;
    const own = { tokenId, secretHash, createdBy: clip(createdBy, 255), expiresAtMs };
    await single(db, bind(sql, { ...personCells(token), ...own }));
  },

  async useToken(secretHash) {
    const sql = `SELECT ${TOKEN}, ${DB_NOW_MS} AS now_ms FROM access_token
      WHERE secret_hash = :secretHash AND (expires_at_ms IS NULL OR expires_at_ms > ${DB_NOW_MS})`;
    const [row] = (await single(db, bind(sql, { secretHash }))).rows;
    if (row === undefined) return null;
    const [token, nowMs] = [tokenOf(row), number(row, 'now_ms')];
    if (token.lastUsedMs !== null && token.lastUsedMs > nowMs - TOKEN_NOTED_MS) return token;
    const note = 'UPDATE access_token SET last_used_ms = :nowMs WHERE token_id = :tokenId';
    await single(db, bind(note, { nowMs, tokenId: token.tokenId }));
    return { ...token, lastUsedMs: nowMs };
  },

  async removeToken(tokenId) {
    return (await single(db, bind('DELETE FROM access_token WHERE token_id = :tokenId', { tokenId }))).matched === 1;
  },
});

const auditMethods = (db: Database): Pick<PeopleStore, 'audit' | 'audits'> => ({
  async audit(entry) {
    const cells = {
      ...{ auditId: entry.auditId, by: clip(entry.by, 190), via: entry.via, address: clip(entry.address, 64) },
      ...{ action: clip(entry.action, 64), target: clip(entry.target, 255), detail: clip(entry.detail, 10_000) },
    };
    const sql = `INSERT INTO audit (${AUDIT})
      SELECT :auditId, n.now_ms, :by, :via, :address, :action, :target, :detail FROM (SELECT ${DB_NOW_MS} AS now_ms) n`;
    // It is there already when the answer of the first try was lost. No upsert: nobody has the right to change an entry.
    await single(db, bind(sql, cells)).catch((error: unknown) => {
      if (errnoOf(error) !== DUPLICATE_KEY) throw error;
    });
  },

  async audits({ limit, before, by, action, target }) {
    const terms = [
      ...(by === undefined ? [] : [bind('changed_by = :by', { by })]),
      ...(action === undefined ? [] : [bind('action = :action', { action })]),
      ...(target === undefined ? [] : [bind('target = :target', { target })]),
      ...(before === undefined
        ? []
        : [
            bind('at_ms <= :atMs AND (at_ms < :atMs OR audit_id < :auditId)', {
              atMs: before.atMs,
              auditId: before.auditId,
            }),
          ]),
    ];
    const sql = `SELECT ${AUDIT} FROM audit ${terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : ''}
      ORDER BY at_ms DESC, audit_id DESC LIMIT ${Math.max(0, Math.floor(limit))}`;
    return (await single(db, sql, { timeoutMs: 5_000 })).rows.map(auditOf);
  },
});

const personCells = (one: Person): Record<string, Scalar> => ({
  ...{ name: one.name, role: one.role, agentId: one.agentId },
  ...{ sites: JSON.stringify(one.sites), services: JSON.stringify(one.services) },
});

/** A role of a later program's may do nothing that we know of: it looks on. */
const personOf = (row: Row): Person => ({
  name: text(row, 'name'),
  role: oneOf(ROLES, row['role'], 'viewer'),
  sites: json<readonly string[]>(row, 'sites', []),
  services: json<readonly string[]>(row, 'services', []),
  agentId: text(row, 'agent_id'),
});

const userOf = (row: Row): UserRecord => ({
  ...personOf(row),
  passwordHash: text(row, 'password_hash'),
  isDisabled: number(row, 'is_disabled') === 1,
  createdAtMs: number(row, 'created_at_ms'),
  changedAtMs: number(row, 'changed_at_ms'),
});

const tokenOf = (row: Row): TokenRecord => ({
  ...personOf(row),
  tokenId: text(row, 'token_id'),
  secretHash: text(row, 'secret_hash'),
  createdBy: text(row, 'created_by'),
  createdAtMs: number(row, 'created_at_ms'),
  expiresAtMs: maybe(row, 'expires_at_ms'),
  lastUsedMs: maybe(row, 'last_used_ms'),
});

const auditOf = (row: Row): AuditEntry => ({
  auditId: text(row, 'audit_id'),
  atMs: number(row, 'at_ms'),
  by: text(row, 'changed_by'),
  via: oneOf(['login', 'token', 'cli'], row['via'], 'login'),
  address: text(row, 'address'),
  action: text(row, 'action'),
  target: text(row, 'target'),
  detail: text(row, 'detail'),
});
