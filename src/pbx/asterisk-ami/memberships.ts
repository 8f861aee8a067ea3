import type { MembershipReport, PbxEvent } from '../../core/events.ts';

/** Queues that he leaves within this time of each other are left by one log-out. */
const ONE_LOGOUT_MS = 10_000;

/** Where an agent is, and where he was last. */
export interface Places {
  readonly now: readonly MembershipReport[];
  /** The dynamic memberships that his last log-out ended; empty while nobody saw one. */
  readonly last: readonly MembershipReport[];
}

/** The memberships of a site's agents, by what its PBX reported: a command names an agent, an action an interface and a queue. */
export interface Memberships {
  note(event: PbxEvent, atMs: number): void;
  of(agent: string): Places;
}

interface Known {
  readonly now: Map<string, MembershipReport>;
  last: readonly { readonly was: MembershipReport; readonly atMs: number }[];
}

/** Kept over reconnects: whoever logged out meanwhile is missing in the next snapshot. A new process begins without it. */
export function createMemberships(): Memberships {
  const agents = new Map<string, Known>();
  const put = (report: MembershipReport) => {
    const known = agents.get(report.device) ?? { now: new Map<string, MembershipReport>(), last: [] };
    agents.set(report.device, known);
    known.now.set(report.queue, report);
  };
  const remove = (device: string, queue: string, atMs: number) => {
    const known = agents.get(device);
    const was = known?.now.get(queue);
    if (known === undefined || was === undefined) return;
    known.now.delete(queue);
    if (was.dynamic)
      known.last = [
        ...known.last.filter((one) => atMs - one.atMs < ONE_LOGOUT_MS && one.was.queue !== queue),
        { was, atMs },
      ];
    if (known.now.size === 0 && known.last.length === 0) agents.delete(device);
  };
  const replace = (reports: readonly MembershipReport[], atMs: number) => {
    const listed = new Set(reports.map(({ device, queue }) => JSON.stringify([device, queue])));
    for (const [device, { now }] of [...agents])
      for (const queue of [...now.keys()])
        if (!listed.has(JSON.stringify([device, queue]))) remove(device, queue, atMs);
    for (const report of reports) put(report);
  };
  return {
    note(event, atMs) {
      if (event.kind === 'snapshotTaken') replace(event.snapshot.memberships, atMs);
      if (event.kind === 'membershipReported') put(event.membership);
      if (event.kind === 'membershipRemoved') remove(event.device, event.queue, atMs);
    },
    of(agent) {
      const known = agents.get(agent);
      return { now: [...(known?.now.values() ?? [])], last: (known?.last ?? []).map(({ was }) => was) };
    },
  };
}
