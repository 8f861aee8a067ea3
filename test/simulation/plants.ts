import type { PbxEvent } from '../../src/core/events.ts';
import { COMMAND_MS } from '../../src/ports/commands.ts';
import type { ClaimRequest, Cursor, NextPhase } from '../../src/ports/edge-store.ts';
import type { AgentCommand, CommandAnswer, SitePbx, SitePbxSink } from '../../src/ports/site-pbx.ts';
import type { Fence, SiteBatch } from '../../src/ports/site-store.ts';
import type { Store } from '../../src/store/common/store.ts';
import type { Sabotage } from './simulation.ts';

/** The six bugs that the checkers must find, each put around a port of the test world; the product has no switch for them. */

/** The store with some of its methods done otherwise. */
const instead = (store: Store, part: Partial<Store>): Store =>
  new Proxy(store, {
    get: (target, name, self) => (part as Record<string | symbol, unknown>)[name] ?? Reflect.get(target, name, self),
  });

/** A claim that looks at no condition: whoever asks has won. */
const claimWithoutCondition: Sabotage = {
  store: (store) =>
    instead(store, {
      claim: async (request: ClaimRequest) => {
        await store.claim(request);
        return 'won';
      },
    }),
};

/** Writers who are told that they are fenced, and go on with the epoch that is valid now. */
const fenceIgnored: Sabotage = {
  store: (store, sim) => {
    const epochs = async (fence: Fence): Promise<Fence> => {
      const { sites } = await sim.memory.sites();
      return { ...fence, epoch: sites.find(({ siteId }) => siteId === fence.id)?.epoch ?? fence.epoch };
    };
    return instead(store, {
      publish: async (fence: Fence, batch: SiteBatch, leaseMs: number) =>
        store.publish(await epochs(fence), batch, leaseMs),
      seen: async (fence: Fence, agoMs: number | null, leaseMs: number) =>
        store.seen(await epochs(fence), agoMs, leaseMs),
    });
  },
};

/** A reader who now and then takes a version for read whose rows he has not taken in. */
const versionSkipped: Sabotage = {
  store: (store, sim) => {
    const draw = sim.random.fork();
    return instead(store, {
      readChanges: async (cursor: Cursor) => {
        const changes = await store.readChanges(cursor);
        return draw.chance(0.02)
          ? { ...changes, agents: [], waiting: [], removedWaiting: [], removedAgents: [] }
          : changes;
      },
    });
  },
};

/** A site that takes a command and does not write it down: it finds it again. */
const commandNotTaken: Sabotage = {
  store: (store) => instead(store, { takeCommand: () => Promise.resolve(COMMAND_MS) }),
};

/** An end that frees the agent at once: no hold, no wrap-up, whatever the site still shows. */
const endReleasesAtOnce: Sabotage = {
  store: (store) =>
    instead(store, {
      advance: (agentId: string, token: string, next: NextPhase) =>
        store.advance(agentId, token, next.phase === 'talk' ? next : { ...next, leaseMs: 0 }),
    }),
};

/** A snapshot after a reconnect that adds what is new and forgets to take away and correct what is old. */
const resyncForgets: Sabotage = {
  siteLink: (link) => new ForgetfulLink(link),
};

class ForgetfulLink implements SitePbx {
  private readonly link: SitePbx;
  private snapshots = 0;

  constructor(link: SitePbx) {
    this.link = link;
  }

  start(sink: SitePbxSink): void {
    this.link.start({
      event: (event, atMs) => sink.event(this.forgetting(event), atMs),
      seen: (atMs) => sink.seen(atMs),
    });
  }

  requestSnapshot(why: string): void {
    this.link.requestSnapshot(why);
  }

  command(command: AgentCommand): Promise<CommandAnswer> {
    return this.link.command(command);
  }

  stop(): Promise<void> {
    return this.link.stop();
  }

  /** From the second connection on: device states as they were before it. */
  private forgetting(event: PbxEvent): PbxEvent {
    if (event.kind !== 'snapshotTaken') {
      if (event.kind === 'deviceChanged') this.devices.set(event.device, event.state);
      return event;
    }
    this.snapshots += 1;
    const { snapshot } = event;
    if (this.snapshots === 1) {
      for (const { device, state } of snapshot.devices) this.devices.set(device, state);
      return event;
    }
    const old = <T extends { device: string; state: unknown }>(one: T): T => ({
      ...one,
      state: this.devices.get(one.device) ?? one.state,
    });
    const devices = snapshot.devices.map(old);
    return { ...event, snapshot: { ...snapshot, devices, memberships: snapshot.memberships.map(old) } };
  }

  private readonly devices = new Map<string, (PbxEvent & { kind: 'deviceChanged' })['state']>();
}

export const PLANTS: Readonly<Record<string, Sabotage>> = {
  'a claim without its condition': claimWithoutCondition,
  'a fence ignored': fenceIgnored,
  'a version skipped': versionSkipped,
  'an end that releases at once': endReleasesAtOnce,
  'a command that is found again': commandNotTaken,
  'a resync that forgets': resyncForgets,
};
