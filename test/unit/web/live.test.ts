/** The board's stream as pages follow it: frames cut anywhere, changes in order, gaps, and a server that goes away. */
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Board, BoardChange } from '../../../src/core/model/board.ts';
import { backoffMs, follow } from '../../../src/web/live/follow.ts';
import type { Followed } from '../../../src/web/live/follow.ts';
import { readFrames } from '../../../src/web/live/frames.ts';
import type { StreamEvent } from '../../../src/web/live/frames.ts';
import { StreamLink } from '../../../src/web/live/link.ts';
import { isOutdated } from '../../../src/web/live/outdated.ts';
import type { LinkHandlers } from '../../../src/web/live/link.ts';
import { firstBoard } from '../../lab/web/board.ts';

const BOARD = firstBoard({ agents: 4, seed: 1 }, 1_000_000);
const snapshot = (seq: number, board: Board = BOARD): StreamEvent => ({
  event: 'snapshot',
  data: JSON.stringify({ seq, nowMs: 5_000, staleSinceMs: null, board }),
});
const change = (seq: number, changed: BoardChange['changed'], gone: BoardChange['gone'] = {}): StreamEvent => ({
  event: 'change',
  data: JSON.stringify({ seq, nowMs: 6_000, staleSinceMs: null, changed, gone }),
});
const followed = (...events: readonly StreamEvent[]): Followed => {
  const end = events.reduce<Followed | null>((now, event) => follow(now, event) as Followed, null);
  if (end === null) throw new Error('nothing was followed');
  return end;
};

describe('frames', () => {
  const text = ': ping\n\nid: 1\nevent: snapshot\ndata: {"a":1}\n\nevent: change\ndata: x\ndata: y\n\n';

  it('are the same wherever the bytes are cut', () => {
    const whole = readFrames('', text).events;
    expect(whole).toEqual([
      { event: 'snapshot', data: '{"a":1}' },
      { event: 'change', data: 'x\ny' },
    ]);
    for (let cut = 0; cut <= text.length; cut += 1) {
      const first = readFrames('', text.slice(0, cut));
      const second = readFrames(first.rest, text.slice(cut));
      expect([...first.events, ...second.events], `cut at ${cut}`).toEqual(whole);
    }
  });
});

describe('following', () => {
  it('takes a snapshot and the changes after it; other rows stay the same objects', () => {
    const before = followed(snapshot(7));
    const [first, second] = before.board.agents;
    const after = follow(before, change(8, { agents: [{ ...first!, shown: 'paused' }] })) as Followed;
    expect(after.board.agents[0]?.shown).toBe('paused');
    expect(after.board.agents[1]).toBe(second);
    expect(after.board.services).toBe(before.board.services);
    expect(after.nowMs).toBe(6_000);
  });

  it('takes rows away', () => {
    const [first] = BOARD.waiting;
    const after = followed(snapshot(1), change(2, {}, { waiting: [first!.id] }));
    expect(after.board.waiting.map(({ id }) => id)).not.toContain(first!.id);
  });

  it.each([
    ['a change before any snapshot', null, 3],
    ['a change that leaves one out', snapshot(1), 3],
  ])('asks anew after %s', (_, first, seq) => {
    expect(follow(first === null ? null : followed(first), change(seq, {}))).toBe('gap');
  });

  it('passes over what it knows already, and kinds of events to come', () => {
    const now = followed(snapshot(5));
    expect(follow(now, change(5, { agents: [] }))).toBe(now);
    expect(follow(now, { event: 'weather', data: 'not json' })).toBe(now);
  });

  it('tries at once, then at growing distances, and no longer than ten seconds', () => {
    const longest = [0, 1, 2, 3, 9].map((tries) => backoffMs(tries, 0));
    expect(longest).toEqual([0, 500, 1_000, 2_000, 10_000]);
    expect(backoffMs(9, 1)).toBe(5_000);
  });
});

describe('the link', () => {
  let server: Server | null = null;
  let link: StreamLink | null = null;
  /** How long nothing had come when the connection was said to be lost. */
  const silentForMs: number[] = [];
  afterEach(() => {
    silentForMs.length = 0;
    link?.stop();
    server?.closeAllConnections();
    server?.close();
  });

  /** Serves streams by `open`, and tells what the link reports, in order. */
  async function linked(open: (response: ServerResponse, turn: number) => void, silentMs?: number): Promise<string[]> {
    let turn = 0;
    server = createServer((_, response) => open(response, (turn += 1)));
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const told: string[] = [];
    const handlers: LinkHandlers = {
      onEvent: ({ data }) => told.push(data) > 0 && data !== 'gap',
      onState: (isOpen, heardMs) => {
        if (!isOpen && heardMs !== null) silentForMs.push(Date.now() - heardMs);
        if (told.at(-1) !== `open ${isOpen}`) told.push(`open ${isOpen}`);
      },
      onRefused: (status) => told.push(`refused ${status}`),
    };
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    link = new StreamLink(address, handlers, silentMs);
    link.start();
    return told;
  }
  const until = (told: string[], line: string, times = 1): Promise<void> =>
    vi.waitFor(() => expect(told.filter((one) => one === line)).toHaveLength(times), { timeout: 5_000, interval: 10 });

  it('says that the connection is lost, and comes back by itself', async () => {
    const told = await linked((response, turn) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`event: snapshot\ndata: turn ${turn}\n\n`);
      if (turn === 1) response.end();
    });
    await until(told, 'turn 2');
    expect(told).toEqual(['open true', 'turn 1', 'open false', 'open true', 'turn 2']);
  });

  it('of a server that says nothing any more is lost, since it said something last', async () => {
    const told = await linked(
      (response, turn) => response.writeHead(200).write(`event: snapshot\ndata: turn ${turn}\n\n`),
      400,
    );
    await until(told, 'turn 2');
    expect(told.slice(0, 3)).toEqual(['open true', 'turn 1', 'open false']);
    expect(silentForMs[0]).toBeGreaterThanOrEqual(390);
  });

  it('connects anew when something is missing', async () => {
    const told = await linked((response, turn) =>
      response.writeHead(200).write(`event: change\ndata: ${turn === 1 ? 'gap' : 'whole'}\n\n`),
    );
    await until(told, 'whole');
  });

  it('asks for a login and does not try again when it is refused', async () => {
    const told = await linked((response) => response.writeHead(401).end());
    await until(told, 'refused 401');
    expect(told).toEqual(['open false', 'refused 401']);
  });
});

describe('an update of the server', () => {
  const page = (script: string) => `<script type="module" crossorigin src="./assets/${script}"></script>`;
  it.each([
    ['the same scripts', page('index-a1.js'), 'index-a1.js', false],
    ['newer scripts', page('index-b2.js'), 'index-a1.js', true],
    ["a proxy's own page", '<h1>Bad gateway</h1>', 'index-a1.js', false],
    ['no answer', '', 'index-a1.js', false],
    ['nobody knows which script runs', page('index-b2.js'), '', false],
  ])('%s', (_, told, own, expected) => {
    expect(isOutdated(told, own)).toBe(expected);
  });
});
