/** Callers by the real SIPp: so many calls at such a rate, by numbers and services of ours, and what became of each. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { providePart } from '../../src/runtime/parts/index.ts';

const SCENARIO = fileURLToPath(new URL('./sipp/caller.xml', import.meta.url));

export interface PlannedCall {
  /** The caller's number: must differ from all others of a run, for everything is told by it. */
  readonly from: string;
  /** What he dials: an extension of the edge. */
  readonly service: string;
  /** He hangs up after so long; 0: he stays until the other side hangs up. */
  readonly talkMs: number;
}

/**
 * `left`: he hung up; `leftAlone`: the other side did; `refused`: with `code`; `cut`: the other side hung up on a caller who
 * meant to; `unfinished`: still there at the end of the time.
 */
export type CallerOutcome = 'left' | 'leftAlone' | 'refused' | 'cut' | 'unfinished';

/** One call from the caller's side. Wall clock, epoch ms with a fraction. */
export interface CallerLog {
  readonly from: string;
  readonly service: string;
  readonly callId: string;
  readonly invitedAtMs: number;
  readonly answeredAtMs?: number;
  readonly endedAtMs?: number;
  readonly outcome: CallerOutcome;
  readonly code?: number;
}

export interface CallersSpec {
  /** Where SIPp binds. */
  readonly localAddress: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly calls: readonly PlannedCall[];
  readonly ratePerSec: number;
  /** SIPp ends by itself when all calls have ended, and at the latest after this. */
  readonly limitMs: number;
}

interface Line {
  readonly from: string;
  readonly callId: string;
  readonly what: string;
  readonly atMs: number;
  readonly code: number;
}

/** Places the calls and resolves with the callers' log, in order of the plan; calls that SIPp never began are left out. */
export async function placeCalls(spec: CallersSpec): Promise<CallerLog[]> {
  if (new Set(spec.calls.map(({ from }) => from)).size < spec.calls.length)
    throw new Error('two calls have one number');
  const dir = mkdtempSync(join(tmpdir(), 'ipnt-sipp-'));
  const at = (name: string): string => join(dir, name);
  try {
    const rows = spec.calls.map(({ from, service, talkMs }) => `${from};${service};${Math.round(talkMs)};`);
    writeFileSync(at('calls.csv'), ['SEQUENTIAL', ...rows, ''].join('\n'));
    const said = await runSipp(spec, dir);
    const lines = existsSync(at('calls.log')) ? readLines(readFileSync(at('calls.log'), 'utf8')) : [];
    if (lines.length === 0) {
      const errors = existsSync(at('errors.log')) ? readFileSync(at('errors.log'), 'utf8') : '';
      throw new Error(`SIPp placed no call:\n${(said + errors).slice(-3_000)}`);
    }
    return callersLog(spec.calls, lines);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** One call, for the demo. */
export async function placeCall(
  spec: Pick<CallersSpec, 'localAddress' | 'server'> & PlannedCall & { readonly limitMs?: number },
): Promise<CallerLog> {
  const { localAddress, server, from, service, talkMs, limitMs = 60_000 } = spec;
  const calls = [{ from, service, talkMs }];
  const [call] = await placeCalls({ localAddress, server, calls, ratePerSec: 1, limitMs });
  if (call === undefined) throw new Error('SIPp placed no call');
  return call;
}

async function runSipp(spec: CallersSpec, dir: string): Promise<string> {
  const { command, env } = await providePart('sipp');
  const [program = '', ...prefix] = command;
  const args = [
    ...prefix,
    `${spec.server.host}:${spec.server.port}`,
    ...['-sf', SCENARIO, '-inf', join(dir, 'calls.csv')],
    ...['-i', spec.localAddress, '-p', String(await freePort(spec.localAddress)), '-mi', spec.localAddress],
    ...['-m', String(spec.calls.length), '-l', String(spec.calls.length), '-nostdin'],
    // The rate is calls a period; a period of one call's length spreads them evenly.
    ...['-r', '1', '-rp', String(Math.max(1, Math.round(1_000 / spec.ratePerSec)))],
    ...['-timeout', `${Math.ceil(spec.limitMs / 1_000)}s`, '-trace_logs', '-log_file', join(dir, 'calls.log')],
    ...['-trace_err', '-error_file', join(dir, 'errors.log'), '-skip_rlimit'],
  ];
  const child = spawn(program, args, { cwd: dir, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const limit = setTimeout(kill, spec.limitMs + 10_000);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  try {
    // Its exit code tells of calls that did not go by the scenario: the log says more.
    await once(child, 'close');
    return said;
  } finally {
    clearTimeout(limit);
    process.off('exit', kill);
  }
}

async function freePort(address: string): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function readLines(text: string): Line[] {
  return text.split('\n').flatMap((line) => {
    const [from, callId, what, seconds, micros, code] = line.trim().split(/\s+/);
    if (from === undefined || callId === undefined || what === undefined || micros === undefined) return [];
    return [{ from, callId, what, atMs: Number(seconds) * 1_000 + Number(micros) / 1_000, code: Number(code ?? 0) }];
  });
}

function callersLog(plan: readonly PlannedCall[], lines: readonly Line[]): CallerLog[] {
  return plan.flatMap(({ from, service, talkMs }) => {
    const own = new Map(lines.filter((line) => line.from === from).map((line) => [line.what, line]));
    const invited = own.get('invited');
    if (invited === undefined) return [];
    const end = own.get('left') ?? own.get('leftAlone') ?? own.get('refused');
    const answeredAtMs = own.get('answered')?.atMs;
    return [
      {
        ...{ from, service, callId: invited.callId, invitedAtMs: invited.atMs },
        ...(answeredAtMs === undefined ? {} : { answeredAtMs }),
        ...(end === undefined ? {} : { endedAtMs: end.atMs }),
        ...(end?.what === 'refused' ? { code: end.code } : {}),
        outcome: (end?.what ?? (answeredAtMs !== undefined && talkMs > 0 ? 'cut' : 'unfinished')) as CallerOutcome,
      },
    ];
  });
}
