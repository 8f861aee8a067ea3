import type { MembershipReport, PbxEvent, WaitingReport } from '../../core/events.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Phone, PhoneCall } from './phone.ts';

export interface SiteQueueOptions {
  readonly name: string;
  readonly wrapUpMs: number;
  readonly ringMs: number;
}

/** What a queue needs of the PBX that it is part of. */
export interface QueueHost {
  readonly clock: Clock;
  emit(event: PbxEvent): void;
  nextCallId(what: string): string;
  startChannel(channelId: string, linkedId: string, device: string): void;
  endChannel(channelId: string): void;
}

interface Member {
  readonly phone: Phone;
  readonly title: string;
  readonly penalty: number;
  paused: boolean;
  pauseReason: string;
  /** As app_queue keeps it: whole seconds. */
  lastCallMs: number | null;
  /** End of the last call, exact: for the wrap-up. */
  busyUntilMs: number;
  isIn: boolean;
}

interface OwnCaller {
  readonly id: string;
  readonly sinceMs: number;
  readonly talkMs: number;
  rung: Phone | null;
}

/** Whoever waits is tried again this often (`retry=1`). */
const RETRY_MS = 1_000;

/** A waiting line on the site's own PBX, in the manner of app_queue: it rings the free member who rested longest. */
export class SiteQueue {
  readonly name: string;
  private readonly site: QueueHost;
  private readonly options: SiteQueueOptions;
  private readonly members = new Map<Phone, Member>();
  private readonly callers = new Map<string, OwnCaller>();
  private retrying = false;

  constructor(site: QueueHost, options: SiteQueueOptions) {
    this.site = site;
    this.options = options;
    this.name = options.name;
  }

  addMember(phone: Phone, title: string, penalty: number): void {
    const rest = { paused: false, pauseReason: '', lastCallMs: null, busyUntilMs: 0, isIn: true };
    this.members.set(phone, { phone, title, penalty, ...rest });
  }

  /** Whether he is a member of it, in or out; null where he never was. */
  isIn(phone: Phone): boolean | null {
    return this.members.get(phone)?.isIn ?? null;
  }

  removeMember(phone: Phone): void {
    const member = this.members.get(phone);
    if (!member?.isIn) return;
    member.isIn = false;
    this.site.emit({ kind: 'membershipRemoved', queue: this.name, device: phone.name });
  }

  restoreMember(phone: Phone): void {
    const member = this.members.get(phone);
    if (!member || member.isIn) return;
    Object.assign(member, { isIn: true, paused: false, pauseReason: '' });
    this.report(member);
  }

  pause(phone: Phone, paused: boolean, reason: string): void {
    const member = this.members.get(phone);
    if (!member?.isIn || member.paused === paused) return;
    Object.assign(member, { paused, pauseReason: paused ? reason : '' });
    this.report(member);
  }

  memberships(): readonly MembershipReport[] {
    return [...this.members.values()].filter((member) => member.isIn).map((member) => this.membership(member));
  }

  waiting(): readonly WaitingReport[] {
    return [...this.callers.values()].map(({ id, sinceMs }) => ({ queue: this.name, callId: id, sinceMs }));
  }

  /** A caller of the site's own enters the line. */
  join(patienceMs: number, talkMs: number): void {
    const id = this.site.nextCallId('own');
    this.site.startChannel(id, id, '');
    this.callers.set(id, { id, sinceMs: this.site.clock.nowMs(), talkMs, rung: null });
    this.site.emit({ kind: 'callerJoined', queue: this.name, callId: id });
    this.site.clock.after(patienceMs, () => this.abandon(id));
    this.serve();
  }

  dropAll(): void {
    for (const id of [...this.callers.keys()]) this.abandon(id);
  }

  phoneChanged(phone: Phone): void {
    const member = this.members.get(phone);
    if (member?.isIn) this.report(member);
  }

  private abandon(id: string): void {
    const caller = this.callers.get(id);
    if (!caller) return;
    this.callers.delete(id);
    const waitMs = this.site.clock.nowMs() - caller.sinceMs;
    this.site.emit({ kind: 'callerAbandoned', queue: this.name, callId: id, waitMs });
    this.site.emit({ kind: 'callerLeft', queue: this.name, callId: id });
    caller.rung?.release(legOf(id, caller.rung));
    this.site.endChannel(id);
  }

  private serve(): void {
    for (const caller of this.callers.values()) {
      if (caller.rung === null) this.ringSomebody(caller);
    }
    if (this.retrying || this.callers.size === 0) return;
    this.retrying = true;
    this.site.clock.after(RETRY_MS, () => {
      this.retrying = false;
      this.serve();
    });
  }

  private ringSomebody(caller: OwnCaller): void {
    const nowMs = this.site.clock.nowMs();
    const free = [...this.members.values()]
      .filter((m) => m.isIn && !m.paused && m.phone.device === 'not_in_use' && m.busyUntilMs <= nowMs)
      .sort((a, b) => a.penalty - b.penalty || a.busyUntilMs - b.busyUntilMs);
    const member = free[0];
    if (!member) return;
    const { phone } = member;
    const rangSinceMs = nowMs;
    caller.rung = phone;
    const call: PhoneCall = {
      id: legOf(caller.id, phone),
      origin: 'queue',
      onRinging: () => undefined,
      onAnswered: () => this.connected(caller, member, call),
      onRefused: () => this.ringFailed(caller, phone, rangSinceMs),
      onHungUp: () => undefined,
    };
    phone.ring(call);
    this.site.clock.after(this.options.ringMs, () => {
      if (phone.current !== call || phone.isTalking) return;
      phone.release(call.id);
      this.ringFailed(caller, phone, rangSinceMs);
    });
  }

  private ringFailed(caller: OwnCaller, phone: Phone, rangSinceMs: number): void {
    caller.rung = null;
    const rangMs = this.site.clock.nowMs() - rangSinceMs;
    this.site.emit({ kind: 'agentRangNoAnswer', queue: this.name, device: phone.name, callId: caller.id, rangMs });
  }

  private connected(caller: OwnCaller, member: Member, call: PhoneCall): void {
    const { clock } = this.site;
    const { phone } = member;
    const answeredMs = clock.nowMs();
    const waitMs = answeredMs - caller.sinceMs;
    const about = { queue: this.name, device: phone.name, callId: caller.id, waitMs };
    this.callers.delete(caller.id);
    this.site.emit({ kind: 'callerLeft', queue: this.name, callId: caller.id });
    this.site.emit({ kind: 'agentConnected', ...about });
    const end = (): void => {
      const nowMs = clock.nowMs();
      member.lastCallMs = Math.floor(nowMs / 1_000) * 1_000;
      member.busyUntilMs = nowMs + this.options.wrapUpMs;
      this.site.endChannel(caller.id);
      this.site.emit({ kind: 'agentCompleted', ...about, talkMs: nowMs - answeredMs });
      this.report(member);
    };
    call.onHungUp = end;
    clock.after(caller.talkMs, () => {
      if (phone.current !== call) return;
      phone.release(call.id);
      end();
    });
  }

  private report(member: Member): void {
    if (member.isIn) this.site.emit({ kind: 'membershipReported', membership: this.membership(member) });
  }

  private membership(member: Member): MembershipReport {
    const { phone, title, penalty, paused, pauseReason, lastCallMs } = member;
    return {
      ...{
        queue: this.name,
        device: phone.name,
        iface: phone.name,
        observable: true,
        title,
        penalty,
        paused,
        pauseReason,
      },
      ...{ state: phone.device, dynamic: true, lastCallMs, loginMs: null, wrapUpMs: this.options.wrapUpMs },
    };
  }
}

/** The leg of a queue's caller at one phone; what stands before the `#` links it to him. */
const legOf = (callId: string, phone: Phone): string => `${callId}#${phone.name}`;
