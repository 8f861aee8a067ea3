/** Fixed keys of a log line (design of the log: one vocabulary, no free-form keys). */
export interface LogFields {
  readonly component?: string;
  readonly site?: string;
  readonly edge?: string;
  readonly agent?: string;
  readonly queue?: string;
  readonly service?: string;
  readonly call?: string;
  readonly offer?: string;
  readonly reservation?: string;
  readonly event?: string;
  readonly durMs?: number;
  readonly attempt?: number;
  readonly errCode?: string;
  /** Text that a person reads, without secrets; numbers masked. */
  readonly detail?: string;
}

/** error: a person must act; warn: degraded; info: a state changed; debug: frames. */
export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}
