import type { Person } from '../core/model/person.ts';

/** A user as he is kept. */
export interface UserRecord extends Person {
  /** `scrypt$N$r$p$salt$hash`, all base64: whoever reads it cannot log in with it. */
  readonly passwordHash: string;
  readonly isDisabled: boolean;
  readonly createdAtMs: number;
  /** Of the password; sessions that began before are over. */
  readonly changedAtMs: number;
}

/** A login. The cookie's secret is kept as its SHA-256 alone. */
export interface SessionRecord {
  readonly secretHash: string;
  readonly user: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** A program's access. */
export interface TokenRecord extends Person {
  readonly tokenId: string;
  readonly secretHash: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  /** Null: never. */
  readonly expiresAtMs: number | null;
  readonly lastUsedMs: number | null;
}

/** Who changed what. One row for every change, never changed itself. */
export interface AuditEntry {
  readonly auditId: string;
  readonly atMs: number;
  /** User or token. */
  readonly by: string;
  readonly via: 'login' | 'token' | 'cli';
  /** Of the request; '' on the command line. */
  readonly address: string;
  /** `service.close`, `agent.pause`, `user.add`, `login.failed` ... */
  readonly action: string;
  /** What was changed: a service, an agent's id, a user. */
  readonly target: string;
  /** What was asked for and came of it, without secrets. */
  readonly detail: string;
}

/** Users, logins, tokens and the audit. Times are the database's clock. Every method rejects with DATABASE_DOWN when it does not answer. */
export interface PeopleStore {
  users(): Promise<readonly UserRecord[]>;
  user(name: string): Promise<UserRecord | null>;
  /** Adds one; false where there is one of that name already. */
  addUser(user: Omit<UserRecord, 'createdAtMs' | 'changedAtMs'>): Promise<boolean>;
  /** Replaces what is given; a new password, role, scope or `isDisabled` ends his sessions. False: there is none. */
  changeUser(name: string, change: Partial<Omit<UserRecord, 'name' | 'createdAtMs' | 'changedAtMs'>>): Promise<boolean>;
  /** With his sessions. */
  removeUser(name: string): Promise<boolean>;

  /** Begins a login that lasts `lastsMs` from now. */
  openSession(session: { readonly secretHash: string; readonly user: string; readonly lastsMs: number }): Promise<void>;
  /** Who it is: null where it is unknown or over, or he was disabled or removed. Used again, it lasts `lastsMs` of its user's role from now. */
  useSession(
    secretHash: string,
    lastsMs: (user: UserRecord) => number,
  ): Promise<{ readonly user: UserRecord; readonly session: SessionRecord } | null>;
  endSession(secretHash: string): Promise<void>;

  tokens(): Promise<readonly TokenRecord[]>;
  addToken(token: Omit<TokenRecord, 'createdAtMs' | 'lastUsedMs'>): Promise<void>;
  /** Null where it is unknown or over. Notes its use, once a minute at most. */
  useToken(secretHash: string): Promise<TokenRecord | null>;
  removeToken(tokenId: string): Promise<boolean>;

  /** Keeps one; idempotent by id. */
  audit(entry: Omit<AuditEntry, 'atMs'>): Promise<void>;
  /** Newest first. `before`: those after the one given, of the page before. */
  audits(filter: {
    readonly limit: number;
    readonly before?: Pick<AuditEntry, 'atMs' | 'auditId'>;
    readonly by?: string;
    readonly action?: string;
    readonly target?: string;
  }): Promise<readonly AuditEntry[]>;
}
