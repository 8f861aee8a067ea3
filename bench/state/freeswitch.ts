/**
 * The replaying FreeSWITCH of the tests, whose events are those of a real one, as a process of its own. Its agents go on break and come
 * back: mod_callcenter tells each change in one event.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { takeSlot } from '../../test/lab/asterisk/slot.ts';
import { CALLCENTER, ESL_PORT } from '../../test/lab/freeswitch/config.ts';
import type { Heard, Source } from './source.ts';

const PASSWORD = 'bench';
const SUBSCRIBED = /Reply-Text: \+OK event listener enabled json/;

export async function freeswitchSource(agents: number, heard: Heard): Promise<Source> {
  const extensions = Array.from({ length: agents }, (_, n) => String(1001 + n));
  const slot = await takeSlot([31]);
  const host = `127.0.${slot.number}.31`;
  const program = ['--import', 'tsx', join(import.meta.dirname, 'freeswitch-server.ts'), host, PASSWORD];
  const child = spawn(process.execPath, [...program, ...extensions], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const ear = await listen(host, heard);
  return {
    ...{ kind: 'ESL', agents: extensions.map((ext) => `${ext}@${CALLCENTER}`) },
    pids: { 'replaying FreeSWITCH': child.pid ?? 0 },
    site: { kind: 'freeswitch', host, port: ESL_PORT, password: PASSWORD },
    change: ({ agent, busy }) =>
      void child.stdin.write(`${agent.slice(0, agent.indexOf('@'))} ${busy ? 'On Break' : 'Available'}\n`),
    stop: async () => {
      ear.destroy();
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
      slot.release();
    },
  };
}

/** Events as they come, with no more work than to find agent and status. */
async function listen(host: string, heard: Heard): Promise<Socket> {
  const socket = connect(ESL_PORT, host);
  let rest = '';
  let subscribed: () => void = () => undefined;
  const isOn = new Promise<void>((resolve) => (subscribed = resolve));
  socket.setEncoding('latin1').on('data', (text: string) => {
    const atMs = performance.now();
    const events = (rest + text).split('}');
    rest = events.pop() ?? '';
    if (SUBSCRIBED.test(rest) || events.some((event) => SUBSCRIBED.test(event))) subscribed();
    for (const event of events) {
      const agent = /"CC-Agent":"([^"]+)"/.exec(event)?.[1];
      const status = /"CC-Agent-Status":"([^"]+)"/.exec(event)?.[1];
      if (agent !== undefined && status !== undefined) heard({ agent, busy: status === 'On Break' }, atMs);
    }
  });
  await once(socket, 'connect');
  socket.write(`auth ${PASSWORD}\n\nevent json CUSTOM callcenter::info\n\n`);
  await isOn;
  return socket;
}
