/** Plays the acts: real SIP calls by SIPp, one line a call, and the explanation in the product's own words. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../../src/runtime/parts/index.ts';
import type { Lab } from '../../test/lab/lab.ts';
import type { PhoneFarm } from '../../test/lab/sip/farm.ts';
import type { RingBehaviour } from '../../test/lab/sip/phone.ts';
import { ACTS } from './centres.ts';
import type { Act, Manner } from './centres.ts';

export interface Stage {
  readonly lab: Lab;
  readonly farm: PhoneFarm;
  readonly sipp: Part;
  readonly settings: string;
  readonly dir: string;
  readonly say: (line: string) => void;
  readonly command: (name: string, args: readonly string[]) => Promise<readonly string[]>;
}

const MANNERS: Readonly<Record<Manner, RingBehaviour>> = {
  answers: { kind: 'answer', afterMs: 300 },
  busy: { kind: 'reject', code: 486 },
  silent: { kind: 'ring' },
};

/** SIPp's own UAC scenario, with a caller's number: INVITE, answer, talk, BYE. */
const scenario = (from: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${from}@[local_ip]:[local_port]>;tag=[call_number]-${from}
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:${from}@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rtd="true" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${from}@[local_ip]:[local_port]>;tag=[call_number]-${from}
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <pause/>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${from}@[local_ip]:[local_port]>;tag=[call_number]-${from}
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>
</scenario>
`;

/** One call by SIPp; resolves with whether it was answered and ended in order. */
function placeCall(stage: Stage, act: Act, index: number, from: string): Promise<boolean> {
  const edge = stage.lab.edges.get('edge1');
  const file = join(stage.dir, `caller-${index}.xml`);
  writeFileSync(file, scenario(from));
  const [program = '', ...prefix] = stage.sipp.command;
  const port = String(15_000 + 10 * index);
  const args = [
    ...prefix,
    ...[`${edge?.sip.host}:${edge?.sip.port}`, '-sf', file, '-s', act.dial, '-i', stage.lab.callerAddress, '-p', port],
    ...['-mi', stage.lab.callerAddress, '-mp', String(16_000 + 10 * index)],
    ...['-m', '1', '-d', String(act.talkMs ?? 500), '-nostdin', '-timeout', '60s', '-recv_timeout', '45000'],
  ];
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...stage.sipp.env } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}

interface Listed {
  readonly callId: string;
  readonly ani: string;
  readonly waitMs: number | null;
  readonly outcome: string | null;
}

interface Played {
  readonly act: Act;
  readonly from: string;
  readonly ended: Promise<boolean>;
}

/** Plays all acts; true when every call reached the agent that it should, as the phones tell. */
export async function play(stage: Stage): Promise<boolean> {
  const { farm, say } = stage;
  const played: Played[] = [];
  for (const [index, act] of ACTS.entries()) {
    for (const [label, manner] of Object.entries(act.manners ?? {})) farm.get(label).behaviour = MANNERS[manner];
    const from = `4930123${String(index + 1).padStart(3, '0')}`;
    const known = farm.log.length;
    const ended = placeCall(stage, act, index, from);
    played.push({ act, from, ended });
    if (act.overlaps) await answeredAfter(farm, known, from);
    else await ended;
    say(
      `call ${index + 1} of ${ACTS.length}: ${from} dialled ${act.dial}, phone ${answererOf(farm, from) ?? 'none'} answered`,
    );
    for (const label of Object.keys(act.manners ?? {})) farm.get(label).behaviour = MANNERS.answers;
  }
  const ends = await Promise.all(played.map(({ ended }) => ended));
  const right = played.map(({ act, from }, index) => ends[index] === true && answererOf(farm, from) === act.expect);
  await tell(stage, played, right);
  const all = right.every(Boolean);
  say(
    all
      ? `all ${played.length} calls reached the agent that they should`
      : 'NOT every call reached the agent that it should',
  );
  return all;
}

/** Prints each call with the product's own explanation. */
async function tell(stage: Stage, played: readonly Played[], right: readonly boolean[]): Promise<void> {
  const listing = await stage.command('calls', ['calls', '--json', '--limit', '50']);
  const rows = JSON.parse(listing.join('\n')) as Listed[];
  const rowOf = (from: string): Listed | undefined => rows.find(({ ani }) => ani === from);
  const known = played.flatMap(({ from }) => rowOf(from)?.callId ?? []);
  const explained = storiesIn(await stage.command('explain', ['explain', ...known]));
  console.log('\nWhat the phones and the router saw:');
  for (const [index, { act, from }] of played.entries()) {
    const waitMs = rowOf(from)?.waitMs ?? null;
    const wait = waitMs === null ? '' : `, answered ${(waitMs / 1000).toFixed(2)} s after he called`;
    console.log(`\n${right[index] ? 'right' : 'WRONG'}  ${index + 1}. ${act.title}`);
    console.log(`       caller ${from} dialled ${act.dial}: phone ${answererOf(stage.farm, from) ?? 'none'}${wait}`);
    if (!right[index]) console.log(`       it should have been ${act.expect}`);
    for (const line of explained.get(from) ?? []) console.log(`       ${line}`);
  }
  console.log('');
}

/** The explanations by the caller's number: each begins with it. */
function storiesIn(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const stories = new Map<string, string[]>();
  let story: string[] = [];
  for (const line of lines) {
    const from = /^A call from (\S+)/.exec(line)?.[1];
    if (from !== undefined) stories.set(from, (story = []));
    story.push(line);
  }
  return stories;
}

/** The phone that answered this caller. */
const answererOf = (farm: PhoneFarm, from: string): string | undefined =>
  farm.log.find((entry) => entry.what === 'answered' && callerOf(farm, entry.call, entry.phone) === from)?.phone;

/** The caller's number of an offer, from the INVITE that the phone got. */
function callerOf(farm: PhoneFarm, call: string, phone: string): string {
  const invited = farm.log.find((entry) => entry.what === 'invited' && entry.call === call && entry.phone === phone);
  return /(\d{6,})/.exec(invited?.detail.from ?? '')?.[1] ?? '';
}

/** Resolves when some phone has answered this caller. */
async function answeredAfter(farm: PhoneFarm, known: number, from: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const answered = farm.log
      .slice(known)
      .some((entry) => entry.what === 'answered' && callerOf(farm, entry.call, entry.phone) === from);
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the call of ${from} was not answered within 20 s`);
}
