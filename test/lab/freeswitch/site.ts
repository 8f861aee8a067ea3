/** A call centre's FreeSWITCH in the lab: the machine's own, or the server that replays one. */
import { findFreeswitch, NO_FREESWITCH } from './find.ts';
import { startFreeswitch } from './instance.ts';
import { ReplayingFreeswitch } from './replaying.ts';
import type { FreeswitchPlan } from './config.ts';
import type { EslAddress } from './esl.ts';

/** What both are to a test. */
export interface FreeswitchPbx {
  readonly name: string;
  readonly address: string;
  readonly kind: 'real' | 'replaying';
  readonly esl: EslAddress;
  readonly eslPassword: string;
  /** Where edges call. */
  readonly sip: { readonly host: string; readonly port: number };
  /** Where phones register, and the site's own callers call. */
  readonly phones: { readonly host: string; readonly port: number };
  /** What `fs_cli -x` would print. */
  cli(command: string): Promise<string>;
  freeze(): Promise<void>;
  thaw(): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface FreeswitchSitePlan extends FreeswitchPlan {
  readonly kind: 'real' | 'replaying';
  readonly dir: string;
}

export async function startFreeswitchSite(plan: FreeswitchSitePlan): Promise<FreeswitchPbx> {
  if (plan.kind === 'replaying') {
    const pbx = new ReplayingFreeswitch(plan);
    await pbx.start();
    return pbx;
  }
  const program = findFreeswitch();
  if (program === undefined) throw new Error(NO_FREESWITCH);
  return startFreeswitch({ ...plan, program });
}
