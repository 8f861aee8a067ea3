/** The process of a crowd: see crowd.ts. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { CrowdFigures, CrowdSpec } from './crowd.ts';
import { openStream } from './follower.ts';

/** Longer than the head of a frame, which may come in two pieces. */
const HEAD_CHARS = 64;
const AT_ONCE = 20;

/** Looks at the heads of frames only: five hundred who read everything are to cost the machine as little as may be. */
class Reader {
  seq = -1;
  gaps = 0;
  snapshots = 0;
  changes = 0;
  bytes = 0;
  isOpen = true;
  private rest = '';

  take(chunk: string): void {
    this.bytes += chunk.length;
    const text = this.rest + chunk;
    let endedAt = 0;
    for (const head of text.matchAll(/id: (\d+)\nevent: (\w+)\n/g)) {
      endedAt = head.index + head[0].length;
      const seq = Number(head[1]);
      if (head[2] === 'snapshot') this.snapshots += 1;
      else {
        this.changes += 1;
        if (seq !== this.seq + 1) this.gaps += 1;
      }
      this.seq = seq;
    }
    this.rest = text.slice(Math.max(endedAt, text.length - HEAD_CHARS));
  }
}

const spec = JSON.parse(process.argv[2] ?? '') as CrowdSpec;
const readers: Reader[] = [];
const stuck: Socket[] = [];

async function read(): Promise<void> {
  const reader = new Reader();
  readers.push(reader);
  const response = await openStream(spec.url, spec.token);
  response.on('error', () => undefined).on('close', () => (reader.isOpen = false));
  response.setEncoding('latin1').on('data', (chunk: string) => reader.take(chunk));
}

/** Reads the status line and nothing more: Node takes one buffer from the kernel then, and no other. */
async function getStuck(): Promise<void> {
  const { hostname, port, host } = new URL(spec.url);
  const socket = connect({ host: hostname, port: Number(port) });
  stuck.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).once('readable', () => {
      const status = String(socket.read(12));
      if (status === 'HTTP/1.1 200') resolve();
      else reject(new Error(`/v1/stream answered ${status}`));
    });
    socket.write(`GET /v1/stream HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${spec.token}\r\n\r\n`);
  });
  socket.on('error', () => undefined);
}

const sum = (of: (reader: Reader) => number): number => readers.reduce((total, reader) => total + of(reader), 0);

function figures(): CrowdFigures {
  const seqs = readers.map(({ seq }) => seq);
  return {
    open: readers.filter(({ isOpen }) => isOpen).length,
    gaps: sum(({ gaps }) => gaps),
    snapshots: sum(({ snapshots }) => snapshots),
    changes: sum(({ changes }) => changes),
    bytes: sum(({ bytes }) => bytes),
    lowestSeq: Math.min(...seqs),
    highestSeq: Math.max(...seqs),
  };
}

const comers = [...Array<typeof read>(spec.readers).fill(read), ...Array<typeof read>(spec.stuck).fill(getStuck)];
const enter = async (): Promise<void> => {
  for (let come = comers.pop(); come; come = comers.pop()) await come();
};
await Promise.all(Array.from({ length: AT_ONCE }, enter));
process.on('message', () => process.send?.(figures()));
process.on('disconnect', () => process.exit());
process.send?.('up');
