import { pause } from '../../ports/clock.ts';
import type { Clock } from '../../ports/clock.ts';
import { COMMAND_ANSWER_MS, COMMAND_MS } from '../../ports/commands.ts';
import type { AskedCommand, CommandAsker, CommandEnd } from '../../ports/commands.ts';

const LOOK_EVERY_MS = 100;
/** Beyond the time in which a command ends by itself: the database may be slow. */
const SLACK_MS = 2_000;

/**
 * Asks for a command and waits for its end. A database that does not answer may still have taken it: it is looked for until all is over,
 * and what the database said is thrown then.
 */
export async function askAndWait(store: CommandAsker, clock: Clock, asked: AskedCommand): Promise<CommandEnd> {
  const beganMs = clock.monoMs();
  let trouble: unknown = null;
  await store.askCommand(asked).catch((error: unknown) => (trouble = error));
  const isOpen = trouble !== null;
  while (clock.monoMs() - beganMs < COMMAND_MS + COMMAND_ANSWER_MS + SLACK_MS) {
    const end = await store.commandEnd(asked.commandId).catch((error: unknown) => {
      trouble = error;
      return null;
    });
    // A row that is not there may be on its way, for as long as it could still be carried out.
    const isSure = !isOpen || end?.outcome !== 'expired' || clock.monoMs() - beganMs > COMMAND_MS;
    if (end !== null && isSure) return end;
    await pause(clock, LOOK_EVERY_MS);
  }
  if (trouble instanceof Error) throw trouble;
  return { outcome: 'unknown', said: 'no answer was seen: nobody knows whether it was done' };
}
