/**
 * A real Asterisk. Its agents are queue members behind devices of `func_devstate`, which an AMI user of the bench sets: each change makes a
 * DeviceStateChange and a QueueMemberStatus, as a phone's would.
 */
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { startLab } from '../../test/lab/lab.ts';
import type { AsteriskInstance } from '../../test/lab/lab.ts';
import type { Change, Heard, Source } from './source.ts';

const QUEUE = 'support';
const CHANGED = /^Event: DeviceStateChange\r\n(?:.+\r\n)*?Device: (Custom:[^\r]+)\r\nState: (\w+)/m;

export async function asteriskSource(agents: number, heard: Heard): Promise<Source> {
  const names = Array.from({ length: agents }, (_, n) => `Custom:a${n + 1}`);
  const lab = await startLab({ edges: [], sites: [{ name: 'berlin', agents: [], queues: { [QUEUE]: {} } }] });
  const asterisk = lab.sites.get('berlin') as AsteriskInstance;
  const { address, ami } = asterisk;
  const lines = ['', '[bench]', 'secret = bench', 'write = call,agent', `permit = ${address}/255.255.255.255`, ''];
  appendFileSync(join(asterisk.dir, 'etc', 'manager.conf'), lines.join('\n'));
  await asterisk.cli('manager reload');
  const driver = await logIn(ami, 'bench', 'bench', false);
  driver.resume();
  const set = ({ agent, busy }: Change): void => {
    const state = busy ? 'INUSE' : 'NOT_INUSE';
    driver.write(`Action: Setvar\r\nVariable: DEVICE_STATE(${agent})\r\nValue: ${state}\r\n\r\n`);
  };
  for (const agent of names) {
    set({ agent, busy: false });
    const member = `Interface: Local/${agent.slice(7)}@none/n\r\nStateInterface: ${agent}`;
    driver.write(`Action: QueueAdd\r\nQueue: ${QUEUE}\r\n${member}\r\n\r\n`);
  }
  const { amiUser: user, amiPassword: password } = lab.credentials;
  const ear = await logIn(ami, user, password, true);
  listen(ear, heard);
  return {
    ...{ kind: 'AMI', agents: names, pids: { Asterisk: asterisk.pid } },
    site: { kind: 'asterisk-ami', ...ami, user, password },
    change: set,
    stop: async () => {
      for (const socket of [driver, ear]) socket.destroy();
      await lab.stop();
    },
  };
}

async function logIn(at: AsteriskInstance['ami'], user: string, password: string, events: boolean): Promise<Socket> {
  const socket = connect(at.port, at.host);
  await once(socket, 'connect');
  const login = [`Username: ${user}`, `Secret: ${password}`, `Events: ${events ? 'on' : 'off'}`];
  socket.write(['Action: Login', ...login, '', ''].join('\r\n'));
  return socket;
}

/** Events as they come, with no more work than to find the two headers. */
function listen(socket: Socket, heard: Heard): void {
  let rest = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    const atMs = performance.now();
    const events = (rest + text).split('\r\n\r\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const [, agent, state] = CHANGED.exec(event) ?? [];
      if (agent !== undefined) heard({ agent, busy: state === 'INUSE' }, atMs);
    }
  });
}
