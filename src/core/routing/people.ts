import type { AgentId, KnownAgent } from '../model/agent.ts';
import type { Columns, Profile } from './compile.ts';
import { Words } from './compile.ts';
import { asStaffed, isOnDuty } from './eligible.ts';
import { hash } from './strategies/hash.ts';

interface PeopleSite {
  readonly siteId: string;
  readonly slots: number[];
  /** Not stale; and with its trunk up besides. */
  fresh: boolean;
  open: boolean;
}

type Column = Int32Array | Uint8Array | Float64Array;

/** A column of twice the size. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (size: number) => T)(capacity);
  larger.set(column);
  return larger;
}

/** Agents as columns: one place (slot) each, given anew when he is gone. What they can do is kept by word, for words that are asked for. */
export class People implements Columns {
  capacity = 64;
  /** Slots in use lie below this. */
  used = 0;
  readonly agents: (KnownAgent | undefined)[] = [];
  siteOf = new Int32Array(this.capacity);
  /** 1 for who counts as staffed, his site apart. */
  onDuty = new Uint8Array(this.capacity);
  /** Each agent's id as a number, for strategies of chance. */
  seeds = new Int32Array(this.capacity);
  readonly sites: PeopleSite[] = [];
  readonly words = new Words();
  private readonly profiles: Profile[] = [];
  private readonly levels = new Map<number, Uint8Array>();
  private readonly slots = new Map<AgentId, number>();
  private readonly spare: number[] = [];
  private readonly siteIndex = new Map<string, number>();

  slotOf(agentId: AgentId): number | undefined {
    return this.slots.get(agentId);
  }

  agentIds(): Iterable<AgentId> {
    return this.slots.keys();
  }

  siteIndexOf(siteId: string): number {
    return this.siteIndex.get(siteId) ?? -1;
  }

  levelsOf(word: number): Uint8Array {
    this.need([word]);
    return this.levels.get(word) ?? new Uint8Array(0);
  }

  /** Makes columns of those words that have none: one walk over all agents for all of them. */
  need(words: readonly number[]): void {
    const missing = words.filter((word) => !this.levels.has(word));
    if (missing.length === 0) return;
    for (const word of missing) this.levels.set(word, new Uint8Array(this.capacity));
    const wanted = new Set(missing);
    for (let slot = 0; slot < this.used; slot++) this.write(slot, wanted);
  }

  private write(slot: number, wanted: ReadonlySet<number> | null): void {
    const profile = this.profiles[slot] ?? [];
    for (let i = 0; i < profile.length; i += 2) {
      const word = profile[i] ?? -1;
      if (wanted !== null && !wanted.has(word)) continue;
      const levels = this.levels.get(word);
      if (levels !== undefined) levels[slot] = profile[i + 1] ?? 0;
    }
  }

  add({ agentId, siteId }: KnownAgent): number {
    const slot = this.spare.pop() ?? this.used++;
    if (slot >= this.capacity) this.grow();
    let index = this.siteIndex.get(siteId);
    if (index === undefined) {
      index = this.sites.push({ siteId, slots: [], fresh: false, open: false }) - 1;
      this.siteIndex.set(siteId, index);
    }
    this.sites[index]?.slots.push(slot);
    this.slots.set(agentId, slot);
    this.siteOf[slot] = index;
    this.seeds[slot] = hash(agentId);
    return slot;
  }

  /** Whether what he can do, or that he is on duty, is another than before. */
  setRow(slot: number, agent: KnownAgent): boolean {
    const isNew = this.agents[slot] === undefined;
    const onDuty = isOnDuty(agent) ? 1 : 0;
    const wasOnDuty = this.onDuty[slot];
    this.agents[slot] = agent;
    this.onDuty[slot] = onDuty;
    const profile = this.words.profileOf(agent, asStaffed(agent));
    const old = this.profiles[slot] ?? [];
    const isSame = profile.length === old.length && profile.every((number, i) => number === old[i]);
    if (isSame) return isNew || onDuty !== wasOnDuty;
    this.wipe(slot);
    this.profiles[slot] = profile;
    this.write(slot, null);
    return true;
  }

  private wipe(slot: number): void {
    const old = this.profiles[slot] ?? [];
    for (let i = 0; i < old.length; i += 2) {
      const levels = this.levels.get(old[i] ?? -1);
      if (levels !== undefined) levels[slot] = 0;
    }
    this.profiles[slot] = [];
  }

  drop(agentId: AgentId, slot: number): void {
    this.wipe(slot);
    this.agents[slot] = undefined;
    this.onDuty[slot] = 0;
    this.slots.delete(agentId);
    this.spare.push(slot);
    const siteSlots = this.sites[this.siteOf[slot] ?? 0]?.slots;
    siteSlots?.splice(siteSlots.indexOf(slot), 1);
  }

  private grow(): void {
    this.capacity *= 2;
    this.siteOf = grown(this.siteOf, this.capacity);
    this.onDuty = grown(this.onDuty, this.capacity);
    this.seeds = grown(this.seeds, this.capacity);
    for (const [word, levels] of this.levels) this.levels.set(word, grown(levels, this.capacity));
  }
}
