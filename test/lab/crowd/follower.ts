/** One who follows `/v1/stream` as a page does, and has the board at any time. */
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { applyChange } from '../../../src/core/board/apply.ts';
import { EMPTY_BOARD } from '../../../src/core/board/make.ts';
import type { Board, BoardChange, BoardSnapshot } from '../../../src/core/model/board.ts';
import { nowMs } from '../sip/log.ts';

/** Opens the stream; rejects where it is refused. */
export const openStream = (url: string, token: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get(`${url}/v1/stream`, { headers, agent: false }, (response) => {
      if (response.statusCode === 200) resolve(response);
      else
        void text(response).then(
          (said) => reject(new Error(`/v1/stream answered ${response.statusCode}: ${said}`)),
          reject,
        );
    });
    request.on('error', reject);
  });

export class Follower {
  board: Board = EMPTY_BOARD;
  seq = -1;
  /** Changes that did not follow the one before. */
  gaps = 0;
  private rest = '';
  private readonly response: IncomingMessage;
  private readonly looks = new Set<() => void>();

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.on('error', () => undefined);
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (this.rest + chunk).split('\n\n');
      this.rest = blocks.pop() ?? '';
      blocks.forEach((block) => this.take(block));
    });
  }

  static async open(url: string, token: string): Promise<Follower> {
    const follower = new Follower(await openStream(url, token));
    await follower.shows(() => follower.seq >= 0, 'the first snapshot');
    return follower;
  }

  /** When the board (first) was so, on the clock of the phones' log; rejects after the deadline. */
  shows(is: (board: Board) => boolean, what: string, deadlineMs = 10_000): Promise<number> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void): void => {
        clearTimeout(timer);
        this.looks.delete(look);
        finish();
      };
      const look = (): void => {
        if (is(this.board)) end(() => resolve(nowMs()));
      };
      const late = new Error(`the board did not show in ${deadlineMs} ms: ${what}`);
      const timer = setTimeout(() => end(() => reject(late)), deadlineMs);
      this.looks.add(look);
      look();
    });
  }

  stop(): void {
    this.response.destroy();
  }

  private take(block: string): void {
    const [, event, data] = /\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    if (data === undefined) return;
    if (event === 'snapshot') {
      const snapshot = JSON.parse(data) as BoardSnapshot;
      this.board = snapshot.board;
      this.seq = snapshot.seq;
    } else {
      const change = JSON.parse(data) as BoardChange;
      if (change.seq !== this.seq + 1) this.gaps += 1;
      this.board = applyChange(this.board, change);
      this.seq = change.seq;
    }
    for (const look of this.looks) look();
  }
}
