/** Where a source stands: compared as a pair, epoch first. */
export interface Place {
  readonly epoch: number;
  readonly version: number;
}

/** A source to read, and the version after which; null reads it whole. */
export interface Wanted {
  readonly id: string;
  readonly after: number | null;
}

/** A reader never goes back: a source behind what he has seen (a node that lags) is shown where he stands, without rows. */
export function notBack<T extends Place>(source: T, known: Place | undefined): T {
  if (known === undefined || source.epoch > known.epoch) return source;
  const isBehind = source.epoch < known.epoch || source.version < known.version;
  return isBehind ? { ...source, epoch: known.epoch, version: known.version } : source;
}
