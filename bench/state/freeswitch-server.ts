/** The replaying FreeSWITCH of the tests as a process of its own; each line `1001 On Break` is a change of an agent's status. */
import { createInterface } from 'node:readline';
import { ReplayingFreeswitch } from '../../test/lab/freeswitch/replaying.ts';

const [address = '', eslPassword = '', ...extensions] = process.argv.slice(2);
const agents = extensions.map((ext) => ({ ext, queues: { support: 0 } }));
const server = new ReplayingFreeswitch({
  ...{ address, eslPassword, edgeAddresses: [], callerAddress: '', rtp: { start: 0, end: 0 } },
  spec: { name: 'bench', queues: { support: {} }, agents },
  sipPassword: () => '',
});
await server.start();
for (const ext of extensions) server.model.setStatus(`${ext}@default`, 'Available');
process.stdout.write('ready\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  const [ext = '', ...status] = line.split(' ');
  server.model.setStatus(`${ext}@default`, status.join(' '));
});
process.stdin.on('end', () => process.exit(0));
