/** One change: the agent is in a call or on a break from now on, or no longer. */
export interface Change {
  readonly agent: string;
  readonly busy: boolean;
}

/** A call centre whose agents change state as fast as they are told to. */
export interface Source {
  readonly kind: string;
  /** Names of its agents. */
  readonly agents: readonly string[];
  /** The site in the settings. */
  readonly site: Readonly<Record<string, unknown>>;
  /** Of the PBX, by name. */
  readonly pids: Readonly<Record<string, number>>;
  change(change: Change): void;
  stop(): Promise<void>;
}

/** How a source tells that the PBX's event has come, over a connection that does nothing but listen. */
export type Heard = (change: Change, atMs: number) => void;
