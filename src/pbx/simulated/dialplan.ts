import type { Caller } from './caller.ts';
import { OfferLeg } from './offer-leg.ts';
import type { Random } from './random.ts';
import type { CallerEnd } from './truth.ts';
import type { World } from './world.ts';

/** What the dialplan needs of its edge. */
export interface DialingEdge {
  readonly world: World;
  readonly trunks: ReadonlyMap<string, { readonly siteId: string; readonly up: boolean }>;
  enterApplication(caller: Caller, args: readonly string[]): void;
  callerHangsUp(caller: Caller): void;
  finish(caller: Caller, how: CallerEnd): void;
}

/**
 * `delivery: continue`: the edge's own dialplan dials the agent (IPNT_DIAL, IPNT_DIAL_TIMEOUT) and comes back into the
 * application with `report=<DIALSTATUS>`. A caller who hangs up meanwhile comes back with nothing.
 */
export function dialInDialplan(edge: DialingEdge, caller: Caller, random: Random): void {
  const callId = caller.variables.get('IPNT_CALL') ?? '';
  const endpoint = caller.variables.get('IPNT_DIAL') ?? '';
  const seconds = Number(caller.variables.get('IPNT_DIAL_TIMEOUT') ?? '0');
  const [, address = '', trunkName = ''] = /^PJSIP\/(.+)@(.+)$/.exec(endpoint) ?? [];
  const trunk = edge.trunks.get(`PJSIP/${trunkName}`);
  if (!trunk) return edge.finish(caller, 'defaultRoute');
  const comeBack = (status: string): void => {
    if (caller.place !== 'dialplan') return;
    if (status === 'ANSWER') caller.variables.set('IPNTSTATUS', 'ANSWERED');
    caller.variables.set('IPNT_ROUTE', '');
    edge.enterApplication(caller, [`report=${status}`, `call=${callId}`]);
  };
  let wasUp = false;
  const leg: OfferLeg = new OfferLeg({
    world: edge.world,
    offerId: `${callId}.dial${random.whole(0, 1_000_000_000)}`,
    phone: edge.world.phoneOf(trunk.siteId, address),
    trunkUp: () => trunk.up,
    trunkDelayMs: () => random.between(2, 30),
    timeoutMs: seconds * 1_000,
    onRinging: () => undefined,
    onAnswered: () => {
      wasUp = true;
      leg.isBridged = true;
      caller.isUp = true;
      caller.story.talkedTo.push(leg.phone ? `${leg.phone.siteId}/${leg.phone.name}` : endpoint);
      const { talkMs, endsBy } = caller.options;
      edge.world.clock.after(talkMs, () => (endsBy === 'agent' ? leg.agentHangsUp() : edge.callerHangsUp(caller)));
    },
    onGone: (cause) => comeBack(wasUp ? 'ANSWER' : dialStatusOf(cause)),
  });
  const watch = (): void => {
    if (caller.place === 'gone') leg.hangUp();
    else if (leg.state !== 'gone') edge.world.clock.after(50, watch);
  };
  watch();
}

const dialStatusOf = (cause: number): string =>
  cause === 17 || cause === 21 ? 'BUSY' : cause === 18 || cause === 19 ? 'NOANSWER' : 'CHANUNAVAIL';
