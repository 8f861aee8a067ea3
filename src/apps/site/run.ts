/** The site role and its tools, with the concrete adapters: the only file here that names them. */
import { readdirSync, readFileSync, statSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IpntError } from '../../core/errors.ts';
import type { SiteRules } from '../../core/reduce/site-model.ts';
import { siteView } from '../../core/reduce/site-view.ts';
import type { SiteView } from '../../core/reduce/site-view.ts';
import { AsteriskAmi } from '../../pbx/asterisk-ami/adapter.ts';
import { AmiRecorder } from '../../pbx/asterisk-ami/recorder.ts';
import { endOf, eventsOf, settingsOf } from '../../pbx/asterisk-ami/transcript.ts';
import type { Transcript, TranscriptSettings } from '../../pbx/asterisk-ami/transcript.ts';
import { newQueueMemory } from '../../pbx/asterisk-ari/site-queue.ts';
import { AriRecorder, endOf as ariEndOf, eventsOf as ariEventsOf } from '../../pbx/asterisk-ari/site-transcript.ts';
import { settingsOf as ariSettingsOf } from '../../pbx/asterisk-ari/site-transcript.ts';
import { AsteriskAriSite } from '../../pbx/asterisk-ari/site.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommandTaker } from '../../ports/commands.ts';
import type { Log } from '../../ports/log.ts';
import type { SitePbx } from '../../ports/site-pbx.ts';
import type { SiteStore } from '../../ports/site-store.ts';
import type { AmiSite, AriSite, SiteSettings } from '../../settings/sites.ts';
import { followSite } from './follow.ts';
import type { Follower } from './follow.ts';
import { SiteApp } from './site-app.ts';

export interface RunSiteOptions {
  readonly site: SiteSettings;
  readonly store: SiteStore & CommandTaker;
  readonly clock: Clock;
  readonly log: Log;
  /** Unique to this start of the process (host, pid and something random). */
  readonly holder: string;
}

/** Starts the site role; stop it with `stop()`. Never rejects: what fails is retried and logged. */
export function runSite({ site, store, clock, log, holder }: RunSiteOptions): SiteApp {
  const siteLog = log.child({ site: site.siteId });
  const newPbx = () => pbxOf(site, clock, siteLog);
  const app = new SiteApp({ rules: rulesOf(site), title: site.title, holder, store, clock, log: siteLog, newPbx });
  app.start();
  return app;
}

const rulesOf = (site: SiteSettings): SiteRules => ({
  siteId: site.siteId,
  listed: site.agents,
  windowMs: site.windowMs,
  statusIsOurs: site.kind === 'asterisk-ari',
});

function pbxOf(site: SiteSettings, clock: Clock, log: Log): SitePbx {
  switch (site.kind) {
    case 'asterisk-ami':
      return new AsteriskAmi({ ...adapterOptions(site), clock, log });
    case 'asterisk-ari':
      return new AsteriskAriSite({ ...ariOptions(site), clock, log });
    case 'freeswitch':
      throw new IpntError('BUG', `no adapter for ${site.kind}`, `site ${site.siteId}`);
  }
}

function adapterOptions(site: AmiSite) {
  const { host, port, user, password, queueWrapUpMs } = site;
  return { host, port, user, password: password.reveal(), wrapUpMs: queueWrapUpMs };
}

function ariOptions({ ari, agents, trunks }: AriSite) {
  return { url: ari.url, user: ari.user, password: ari.password.reveal(), agents, trunks };
}

export interface RecordOptions {
  readonly site: SiteSettings;
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when enough is recorded. */
  readonly until: AbortSignal;
  /** Told each time that a snapshot is whole: what comes from then on is live. */
  readonly onSnapshot?: () => void;
}

/** What is recorded from, and where to. */
interface Recording {
  readonly pbx: SitePbx;
  readonly files: string[];
  close(): Promise<void>;
}

async function openRecording({ site, dir, clock, log }: RecordOptions): Promise<Recording> {
  const common = { siteId: site.siteId, agents: site.agents, windowMs: site.windowMs };
  const siteLog = log.child({ site: site.siteId });
  if (site.kind === 'asterisk-ari') {
    const recorder = new AriRecorder({ dir, clock, settings: { ...common, trunks: site.trunks } });
    const newTap = () => recorder.newTap();
    const pbx = new AsteriskAriSite({ ...ariOptions(site), clock, log: siteLog, newTap });
    return { pbx, files: recorder.files, close: () => recorder.close() };
  }
  if (site.kind !== 'asterisk-ami') throw new IpntError('BUG', `no recorder for ${site.kind}`, `site ${site.siteId}`);
  const settings: TranscriptSettings = { ...common, wrapUpMs: site.queueWrapUpMs };
  const recorder = new AmiRecorder({ host: site.host, port: site.port, dir, settings, clock });
  const relay = await recorder.listen();
  const pbx = new AsteriskAmi({ ...adapterOptions(site), ...relay, clock, log: siteLog });
  return { pbx, files: recorder.files, close: () => recorder.close() };
}

/** Follows a site as the site role does and writes transcripts into `dir`; resolves with their names. */
export async function recordSite(
  options: RecordOptions,
): Promise<{ readonly files: string[]; readonly view: SiteView }> {
  const { site, clock, until } = options;
  const recorder = await openRecording(options);
  const { pbx } = recorder;
  const follower = followSite(rulesOf(site));
  pbx.start({
    seen: () => undefined,
    event: (event, atMs) => {
      for (const effect of follower.event(event, atMs)) pbx.requestSnapshot(effect.why);
      if (event.kind === 'snapshotTaken') options.onSnapshot?.();
    },
  });
  if (!until.aborted)
    await new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }));
  await pbx.stop();
  follower.until(clock.nowMs());
  await recorder.close();
  return { files: recorder.files, view: siteView(follower.model) };
}

/** What a replay ends with. */
export interface Replayed {
  readonly files: readonly string[];
  readonly events: number;
  /** What the snapshots of a site that was up found missed, by snapshot. */
  readonly differences: readonly number[];
  readonly state: SiteView;
}

/**
 * Runs a transcript, or all of a folder in order of their names as one site's successive connections, through the adapter's
 * parser, translation and reducer at the transcript's own times. `chunk` gives the parser so many bytes at a time.
 */
export function replayPath(path: string, options: { readonly chunk?: number } = {}): Replayed {
  const files = transcriptsAt(path);
  if (files[0]?.endsWith('.ari')) return replayAri(files);
  const transcripts = files.map(readTranscript);
  const settings = transcripts.map(settingsOf).find((found) => found !== null) ?? null;
  const siteId = settings?.siteId ?? basename(files[0] ?? 'site').replace(/(?:-\d+)?\.ami$/, '');
  const windowMs = settings?.windowMs ?? 1_800_000;
  const follower = followSite({ siteId, listed: settings?.agents ?? [], windowMs });
  transcripts.forEach((transcript, index) => {
    const events = eventsOf(transcript, { ...options, wrapUpMs: settings?.wrapUpMs ?? {} });
    const [first, last] = [events[0]?.atMs ?? 0, events.at(-1)?.atMs ?? 0];
    follower.event({ kind: 'linkUp', version: '' }, first);
    for (const { event, atMs } of events) follower.event(event, atMs);
    if (index < transcripts.length - 1) follower.event({ kind: 'linkDown', reason: 'end of the transcript' }, last);
  });
  const lastTranscript = transcripts.at(-1);
  if (lastTranscript !== undefined) follower.until(endOf(lastTranscript));
  return replayed(files, follower);
}

function replayed(files: readonly string[], follower: Follower): Replayed {
  const differences = follower.audits.map((audit) => audit.differences);
  return { files, events: follower.events, differences, state: siteView(follower.model) };
}

/** The same for transcripts of ARI, whose lines are whole by themselves. */
function replayAri(files: readonly string[]): Replayed {
  const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const transcripts = files.map((file) => ({
    ...{ entries: textOf(file), client: textOf(file.replace(/\.ari$/, '.client')) },
  }));
  const settings = transcripts.map(ariSettingsOf).find((found) => found !== null);
  const { agents = [], trunks = [], windowMs = 1_800_000 } = settings ?? {};
  const siteId = settings?.siteId ?? basename(files[0] ?? 'site').replace(/(?:-\d+)?\.ari$/, '');
  const follower = followSite({ siteId, listed: agents, windowMs, statusIsOurs: true });
  const queues = newQueueMemory();
  transcripts.forEach((transcript, index) => {
    const events = ariEventsOf(transcript, { agents, trunks }, queues);
    const endMs = ariEndOf(transcript);
    follower.event({ kind: 'linkUp', version: '' }, events[0]?.atMs ?? endMs);
    for (const { event, atMs } of events) follower.event(event, atMs);
    if (index < transcripts.length - 1) follower.event({ kind: 'linkDown', reason: 'end of the transcript' }, endMs);
    else follower.until(endMs);
  });
  return replayed(files, follower);
}

function transcriptsAt(path: string): string[] {
  if (!existsSync(path)) throw new IpntError('ARGUMENT_INVALID', 'there is no such file or folder', path);
  if (!statSync(path).isDirectory()) return [path];
  const order = new Intl.Collator('en', { numeric: true });
  const files = readdirSync(path).filter((file) => /\.(?:ami|ari)$/.test(file));
  if (files.length === 0) throw new IpntError('ARGUMENT_INVALID', 'the folder has no transcript (*.ami, *.ari)', path);
  return files.sort(order.compare).map((file) => join(path, file));
}

function readTranscript(file: string): Transcript {
  const client = file.replace(/\.ami$/, '.client');
  return { bytes: readFileSync(file), client: existsSync(client) ? readFileSync(client, 'utf8') : '' };
}
