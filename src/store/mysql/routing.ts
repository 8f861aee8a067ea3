import { z } from 'zod';
import { IpntError } from '../../core/errors.ts';
import type { Calendar } from '../../core/model/calendar.ts';
import { NO_RULES, NO_ROUTING } from '../../core/model/routing.ts';
import type { AgentProfile, Routing, RoutingRules, ServiceOverride, SiteTerms } from '../../core/model/routing.ts';
import { SERVICE_DEFAULTS } from '../../core/model/service.ts';
import type { Service } from '../../core/model/service.ts';
import type { RoutingStore } from '../../ports/provisioning.ts';
import {
  appliedText,
  importedText,
  noSuchVersion,
  overrideText,
  rolledBackText,
  sameOverride,
  sameRules,
} from '../common/routing-words.ts';
import { ROUTINGS_KEPT } from '../common/store.ts';
import { errnoOf } from './errors.ts';
import type { Row } from './node.ts';
import type { Database } from './pool.ts';
import { json, maybe, number, oneOf, text } from './rows.ts';
import { bind, chunks, clip, DB_NOW_MS, derivedRows, query } from './sql.ts';
import type { Scalar } from './sql.ts';
import { single, together, transaction } from './transaction.ts';

/** What is certain of a stored service; the rest has defaults, as an older program may have written it. */
const stored = z.array(z.looseObject({ name: z.string(), title: z.string(), requirement: z.string() }));

const NEXT = query('next-routing');
const PROFILES = query('import-profiles');
const LATEST = 'ORDER BY version DESC LIMIT 1';
const HEAD = `SELECT version, rules_version FROM routing ${LATEST}`;
const RULES = 'version, services, calendars, sites, waiting_version';
const ATTEMPTS = 5;
const DUPLICATE_KEY = 1062;
/** A thousand services are megabytes of text, five thousand profiles as well. */
const LARGE = { timeoutMs: 10_000 };

const NOTHING = { services: null, calendars: null, sites: null };

/** What makes the next version; rules null: those of the version before. */
interface Change {
  readonly by: string;
  readonly what: string;
  readonly rules?: RoutingRules;
  readonly waiting?: boolean;
  /** Statements beside it, in the same transaction. */
  readonly also?: (version: number) => readonly string[];
}

/** RoutingStore on MySQL: every version is a row, the highest is in force; overrides and profiles stand as they are now. */
export function routingStore(db: Database): RoutingStore {
  const apply = (rules: RoutingRules, by: string, what: string, waiting: boolean): Promise<Routing> => {
    const names = rules.services.map(({ name }) => name);
    const gone = 'DELETE FROM service_override WHERE service NOT IN (:names)';
    return change(db, { by, what, rules, waiting, also: () => [bind(gone, { names: ['', ...names] })] });
  };
  return {
    loadRouting: () => load(db),

    async applyRouting(rules, by, options = {}) {
      return apply(rules, by, appliedText(await load(db), rules), options.waiting === true);
    },

    async rollbackRouting(wanted, by) {
      const before = await load(db);
      const version = wanted ?? (await rulesVersion(db)) - 1;
      const sql = bind(`SELECT ${RULES} FROM routing WHERE version = :version`, { version });
      const row = (await single(db, sql, LARGE)).rows[0];
      if (row === undefined) throw noSuchVersion(wanted);
      const rules = rulesOf(row, db.where);
      return sameRules(before, rules) ? before : apply(rules, by, rolledBackText(version, before, rules), false);
    },

    async routingHistory(limit) {
      const sql = 'SELECT version, applied_by, applied_at_ms, what FROM routing ORDER BY version DESC LIMIT :limit';
      const { rows } = await single(db, bind(sql, { limit: Math.max(0, Math.floor(limit)) }));
      return rows.map((row) => ({
        ...{ version: number(row, 'version'), by: text(row, 'applied_by') },
        ...{ atMs: number(row, 'applied_at_ms'), what: text(row, 'what') },
      }));
    },

    async overrideService(service, override, by = '') {
      const before = await load(db);
      if (!before.services.some(({ name }) => name === service))
        throw new IpntError('SERVICE_UNKNOWN', `there is no service "${service}"`);
      const wanted = override && { ...override, by: clip(override.by, 255), why: clip(override.why, 255) };
      if (sameOverride(before.overrides[service], wanted)) return before;
      const sql =
        wanted === null
          ? bind('DELETE FROM service_override WHERE service = :service', { service })
          : bind(
              `REPLACE INTO service_override (service, state, set_by, why, at_ms)
                 SELECT :service, :state, :by, :why, ${DB_NOW_MS}`,
              { service, state: wanted.state, by: wanted.by, why: wanted.why },
            );
      return change(db, { by: override?.by ?? by, what: overrideText(service, override), also: () => [sql] });
    },

    importProfiles(profiles, by, whole) {
      const rows = [...profiles].sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
      const others = 'DELETE FROM agent_profile WHERE version <> :version';
      const also = (version: number): string[] => [
        ...chunks(rows).map((some) => bind(PROFILES, { rows: derivedRows(some.map((one) => cellsOf(one, version))) })),
        ...(whole ? [bind(others, { version })] : []),
      ];
      return change(db, { by, what: importedText(profiles.length), also });
    },
  };
}

/** At which version the rules in force came into force. Rows of the schema before are their own. */
async function rulesVersion(db: Database): Promise<number> {
  const [row] = (await single(db, HEAD)).rows;
  return row === undefined ? 0 : number(row, 'rules_version') || number(row, 'version');
}

/** The next version and what belongs to it, all or nothing. Whoever finds its number taken goes on top. */
async function change(db: Database, { by, what, rules, waiting, also }: Change): Promise<Routing> {
  const texts = rules && {
    services: JSON.stringify(rules.services),
    calendars: JSON.stringify(rules.calendars),
    sites: JSON.stringify(rules.sites),
  };
  for (let attempt = 1; ; attempt++) {
    const before = number((await single(db, HEAD)).rows[0] ?? {}, 'version');
    const version = before + 1;
    const params = { before, version, by: clip(by, 255), what: clip(what, 512), waiting: waiting === true };
    const old = 'DELETE FROM routing WHERE version <= :version - :kept';
    const sql = bind(NEXT, { ...params, isNew: texts !== undefined, ...(texts ?? NOTHING) });
    try {
      const statements = [sql, ...(also?.(version) ?? []), bind(old, { version, kept: ROUTINGS_KEPT })];
      await transaction(db, statements, LARGE);
      return await load(db, version);
    } catch (error) {
      // Somebody else changed it at the same moment, or the answer to our own try was lost: the later one goes on top.
      if (errnoOf(error) !== DUPLICATE_KEY || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The latest, or this one (the next may be there already). The version is read first: overrides and profiles are of that version or newer, and a newer one is read again anyway. */
async function load(db: Database, version: number | null = null): Promise<Routing> {
  const reads = [
    `SELECT ${RULES} FROM routing ${version === null ? LATEST : bind('WHERE version = :version', { version })}`,
    'SELECT service, state, set_by, why, at_ms FROM service_override ORDER BY service',
    'SELECT agent_id, title, skills, attributes, wrap_up_ms FROM agent_profile ORDER BY agent_id',
  ];
  const [routing, overrides, profiles] = await together(db, reads, LARGE);
  const row = routing?.rows[0];
  const rules = row === undefined ? NO_RULES : rulesOf(row, db.where);
  return {
    ...(row === undefined
      ? NO_ROUTING
      : { ...rules, version: number(row, 'version'), waitingVersion: number(row, 'waiting_version') }),
    overrides: Object.fromEntries((overrides?.rows ?? []).map((one) => [text(one, 'service'), overrideOf(one)])),
    profiles: (profiles?.rows ?? []).map(profileOf),
  } as Routing;
}

function rulesOf(row: Row, where: string): RoutingRules {
  const parsed = stored.safeParse(json<unknown>(row, 'services', null));
  if (!parsed.success) throw new IpntError('BUG', 'the stored routing does not parse', where, { cause: parsed.error });
  return {
    services: parsed.data.map((service) => ({ ...SERVICE_DEFAULTS, ...service }) as Service),
    calendars: json<readonly Calendar[]>(row, 'calendars', []),
    sites: json<Readonly<Record<string, SiteTerms>>>(row, 'sites', {}),
  };
}

const overrideOf = (row: Row): ServiceOverride => ({
  state: oneOf(['closed', 'open'], row['state'], 'closed'),
  by: text(row, 'set_by'),
  why: text(row, 'why'),
  atMs: number(row, 'at_ms'),
});

/** In the order of import-profiles.sql. */
const cellsOf = (one: AgentProfile, version: number): Record<string, Scalar> => ({
  agent_id: one.agentId,
  version,
  title: clip(one.title, 255),
  skills: JSON.stringify(one.skills),
  attributes: JSON.stringify(one.attributes),
  wrap_up_ms: one.wrapUpMs,
});

const profileOf = (row: Row): AgentProfile => ({
  agentId: text(row, 'agent_id'),
  title: text(row, 'title'),
  skills: json<Record<string, number>>(row, 'skills', {}),
  attributes: json<Record<string, string>>(row, 'attributes', {}),
  wrapUpMs: maybe(row, 'wrap_up_ms'),
});
