/** Transcripts of any kind of PBX, run at their own times through what the live adapter runs: its parser, its translation, our reducer. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { IpntError } from '../../core/errors.ts';
import type { PbxEvent } from '../../core/events.ts';
import { siteView } from '../../core/reduce/site-view.ts';
import type { SiteView } from '../../core/reduce/site-view.ts';
import type { Transcript } from '../../runtime/transcript.ts';
import { followSite } from './follow.ts';

/** What a transcript says of the settings that it was recorded with. */
export interface RecordedSettings {
  readonly siteId: string;
  readonly agents: readonly string[];
  readonly windowMs: number;
}

export interface TimedPbxEvent {
  readonly event: PbxEvent;
  readonly atMs: number;
}

/** How the transcripts of one kind of PBX are read. */
export interface TranscriptKind<S extends RecordedSettings = RecordedSettings> {
  /** The PBX keeps no status of agents. */
  readonly statusIsOurs: boolean;
  /** Null where the transcript does not say. */
  settingsOf(transcript: Transcript): S | null;
  /** Reads successive connections of one site, in their order. `chunk`: how many bytes the parser is given at a time. */
  newReader(settings: S | null): (transcript: Transcript, chunk: number | undefined) => TimedPbxEvent[];
  /** When its connection ended, epoch ms; 0 where there are no times. */
  endOf(transcript: Transcript): number;
}

/** By the extension of their files: `.ami`. */
export type TranscriptKinds = Readonly<Record<string, TranscriptKind>>;

/** What a replay ends with. */
export interface Replayed {
  readonly files: readonly string[];
  readonly events: number;
  /** Whole ones: without any, what the site began with is not known. */
  readonly snapshots: number;
  /** What the snapshots of a site that was up found missed, by snapshot. */
  readonly differences: readonly number[];
  readonly state: SiteView;
}

const WINDOW_MS = 1_800_000;

/** Runs a transcript, or all of a folder in order of their names as one site's successive connections. */
export function replay(path: string, kinds: TranscriptKinds, chunk?: number): Replayed {
  const files = transcriptsAt(path, kinds);
  const [first = ''] = files;
  const kind = kinds[extname(first)];
  if (kind === undefined) throw new IpntError('ARGUMENT_INVALID', `is no transcript (${namesOf(kinds)})`, first);
  const transcripts = files.map(readTranscript);
  const settings = transcripts.map((transcript) => kind.settingsOf(transcript)).find((found) => found !== null) ?? null;
  const siteId = settings?.siteId ?? basename(first, extname(first)).replace(/(?:-\d+)?(?:\.json)?$/, '');
  const { agents: listed = [], windowMs = WINDOW_MS } = settings ?? {};
  const follower = followSite({ siteId, listed, windowMs, statusIsOurs: kind.statusIsOurs });
  const read = kind.newReader(settings);
  let snapshots = 0;
  transcripts.forEach((transcript, index) => {
    const events = read(transcript, chunk);
    const endMs = kind.endOf(transcript);
    follower.event({ kind: 'linkUp', version: '' }, events[0]?.atMs ?? endMs);
    for (const { event, atMs } of events) follower.event(event, atMs);
    snapshots += events.filter(({ event }) => event.kind === 'snapshotTaken').length;
    if (index === transcripts.length - 1) return follower.until(endMs);
    follower.event({ kind: 'linkDown', reason: 'end of the transcript' }, events.at(-1)?.atMs ?? endMs);
  });
  const differences = follower.audits.map((audit) => audit.differences);
  return { files, events: follower.events, snapshots, differences, state: siteView(follower.model) };
}

const namesOf = (kinds: TranscriptKinds): string =>
  Object.keys(kinds)
    .map((extension) => `*${extension}`)
    .join(', ');

/** Those of a folder are of one kind: that of the first of them. */
function transcriptsAt(path: string, kinds: TranscriptKinds): string[] {
  if (!existsSync(path)) throw new IpntError('ARGUMENT_INVALID', 'there is no such file or folder', path);
  if (!statSync(path).isDirectory()) return [path];
  const order = new Intl.Collator('en', { numeric: true });
  const files = readdirSync(path).filter((file) => kinds[extname(file)] !== undefined);
  if (files.length === 0)
    throw new IpntError('ARGUMENT_INVALID', `the folder has no transcript (${namesOf(kinds)})`, path);
  const [first = ''] = files.sort(order.compare);
  return files.filter((file) => extname(file) === extname(first)).map((file) => join(path, file));
}

function readTranscript(file: string): Transcript {
  const client = `${file.slice(0, -extname(file).length)}.client`;
  return { bytes: readFileSync(file), client: existsSync(client) ? readFileSync(client, 'utf8') : '' };
}
