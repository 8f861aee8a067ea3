/** The demonstration's call centres, as pages are looked at: with a history, a login, and calls that come and go. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Login } from '../../test/lab/browser/pages.ts';
import { startFlow } from '../../test/lab/flow.ts';
import { pastCalls } from '../../test/lab/history.ts';
import { addUser } from '../../test/lab/people.ts';
import { startStack } from '../../test/lab/stack.ts';
import type { Stack } from '../../test/lab/stack.ts';
import { DEMAND, ROUTING, SITES } from './centres.ts';

/** A running installation whose pages are looked at. */
export interface LookedAt {
  readonly url: string;
  readonly login: Login;
  stop(): Promise<void>;
}

/** So that plots of the last hours have something to plot. */
async function writeHistory({ store }: Stack): Promise<void> {
  const services = Object.entries(ROUTING.services).map(
    (
      [
        name,
        {
          numbers: [dnis = ''],
        },
      ],
      i,
    ) => ({
      ...{ name, dnis, busiestHour: 60 / (i + 1) },
      agents: SITES.flatMap((site) =>
        site.agents.filter(({ queues = {} }) => name in queues).map(({ ext }) => `${site.name}/PJSIP/${ext}`),
      ),
    }),
  );
  const { dbNowMs } = await store.sites();
  const events = pastCalls({ services, edge: 'edge1', hours: 6, untilMs: dbNowMs, seed: 1 });
  for (let i = 0; i < events.length; i += 200) await store.appendCallEvents(events.slice(i, i + 200));
  console.log(`${events.length} facts of calls of the last hours, made up`);
}

/** The demonstration's call centres with six hours behind them and with real calls, for whoever takes pictures or times of their pages. */
async function startOwn(callsForS: number): Promise<LookedAt> {
  const services = Object.keys(ROUTING.services);
  const stack = await startStack(
    { edges: ['edge1'], sites: SITES, services, routing: ROUTING.services, settings: { country: '49' }, api: true },
    console.log,
  );
  try {
    const login = await addUser(stack, 'demo', 'admin');
    await writeHistory(stack);
    const { lab, phones } = stack;
    const server = [...lab.edges.values()][0]?.sip;
    if (!server) throw new Error('the stack has no edge');
    const flow = await startFlow({
      ...{ demand: DEMAND, seed: 5, meanGapMs: 5_000, phones, localAddress: lab.callerAddress, server },
    });
    console.log(`calls come and go for ${callsForS} s ...`);
    await delay(callsForS * 1_000);
    return { url: stack.url, login, stop: () => flow.stop().then(() => stack.stop()) };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** The options of programs that look at pages. */
export const LOOK_OPTIONS = {
  url: { type: 'string' },
  user: { type: 'string', default: 'demo' },
  password: { type: 'string', default: '' },
} as const;

/** What runs already at `url`, or call centres of our own, on which calls have come and gone for so long. */
export async function lookedAt(
  { url, user, password }: { readonly url?: string | undefined; readonly user: string; readonly password: string },
  callsForS: number,
): Promise<LookedAt> {
  if (url === undefined) return startOwn(callsForS);
  return { url: url.replace(/\/$/, ''), login: { name: user, password }, stop: () => Promise.resolve() };
}
