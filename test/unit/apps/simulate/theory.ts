/** Formulas of queueing theory, to hold the simulator against. Times in s, rates a second. */

/** Erlang B: the share of calls lost with `agents` and no room to wait, at `load` Erlangs. */
export function erlangB(load: number, agents: number): number {
  let blocked = 1;
  for (let n = 1; n <= agents; n += 1) blocked = (load * blocked) / (n + load * blocked);
  return blocked;
}

export interface Line {
  /** Calls a second. */
  readonly rate: number;
  readonly handle: number;
  readonly agents: number;
}

/** Erlang C (M/M/c): share that waits, mean wait of all, share answered within `limit`. */
export function erlangC({ rate, handle, agents }: Line, limit: number) {
  const load = rate * handle;
  const blocked = erlangB(load, agents);
  const waits = blocked / (1 - (load / agents) * (1 - blocked));
  const spare = agents / handle - rate;
  return { waits, wait: waits / spare, within: 1 - waits * Math.exp(-spare * limit) };
}

/** Erlang A (M/M/c+M): share that hangs up, mean time in line, from the stationary distribution of how many are there. */
export function erlangA({ rate, handle, agents }: Line, patience: number) {
  let [weight, total, waiting] = [1, 1, 0];
  for (let n = 1; n < agents + 5_000; n += 1) {
    weight *= rate / (Math.min(n, agents) / handle + Math.max(0, n - agents) / patience);
    total += weight;
    waiting += Math.max(0, n - agents) * weight;
    if (weight < total * 1e-15 && n > agents) break;
  }
  const wait = waiting / total / rate;
  return { wait, abandons: wait / patience };
}

/** Cobham: mean waits of M/M/c with priorities that do not interrupt, the first one first; one handle time for all. */
export function cobham(rates: readonly number[], handle: number, agents: number): readonly number[] {
  const load = rates.reduce((sum, rate) => sum + rate, 0) * handle;
  const blocked = erlangB(load, agents);
  const waits = blocked / (1 - (load / agents) * (1 - blocked));
  let before = 0;
  return rates.map((rate) => {
    const [left, after] = [1 - before, 1 - before - (rate * handle) / agents];
    before += (rate * handle) / agents;
    return (waits * handle) / agents / (left * after);
  });
}
