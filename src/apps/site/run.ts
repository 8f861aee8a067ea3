/** The site role and its tools, with the concrete adapters: the only file here that names them. */
import { rmSync } from 'node:fs';
import { IpntError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { SiteRules } from '../../core/reduce/site-model.ts';
import { siteView } from '../../core/reduce/site-view.ts';
import type { SiteView } from '../../core/reduce/site-view.ts';
import { AsteriskAmi } from '../../pbx/asterisk-ami/adapter.ts';
import { AMI_PROTOCOL } from '../../pbx/asterisk-ami/masking.ts';
import { eventsOf as amiEventsOf } from '../../pbx/asterisk-ami/transcript.ts';
import { newQueueMemory } from '../../pbx/asterisk-ari/site-queue.ts';
import * as ariTranscript from '../../pbx/asterisk-ari/site-transcript.ts';
import type { AriTranscript, AriTranscriptSettings } from '../../pbx/asterisk-ari/site-transcript.ts';
import { AsteriskAriSite } from '../../pbx/asterisk-ari/site.ts';
import { FreeSwitchEsl } from '../../pbx/freeswitch-esl/adapter.ts';
import { ESL_PROTOCOL } from '../../pbx/freeswitch-esl/masking.ts';
import { eventsOf as eslEventsOf } from '../../pbx/freeswitch-esl/transcript.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommandTaker } from '../../ports/commands.ts';
import type { Log } from '../../ports/log.ts';
import type { SiteWatch } from '../../ports/metrics.ts';
import type { SitePbx } from '../../ports/site-pbx.ts';
import type { SiteStore } from '../../ports/site-store.ts';
import { placeOf } from '../../settings/sites.ts';
import type { AmiSite, AriSite, EslSite, SiteSettings } from '../../settings/sites.ts';
import { Recorder } from '../../runtime/recorder.ts';
import type { Protocol } from '../../runtime/recorder.ts';
import { endOf, settingsOf } from '../../runtime/transcript.ts';
import type { Transcript, TranscriptSettings } from '../../runtime/transcript.ts';
import { followSite } from './follow.ts';
import { SiteApp } from './site-app.ts';
import { replay } from './transcripts.ts';
import type { Replayed, TranscriptKind } from './transcripts.ts';

export interface RunSiteOptions {
  readonly site: SiteSettings;
  readonly store: SiteStore & CommandTaker;
  readonly clock: Clock;
  readonly log: Log;
  /** Unique to this start of the process (host, pid and something random). */
  readonly holder: string;
  readonly monitor: SiteWatch;
}

/** Starts the site role; stop it with `stop()`. Never rejects: what fails is retried and logged. */
export function runSite({ site, store, clock, log, holder, monitor }: RunSiteOptions): SiteApp {
  const siteLog = log.child({ site: site.siteId });
  const newPbx = () => pbxOf(site, clock, siteLog);
  const { meter } = monitor;
  const rules = rulesOf(site);
  const app = new SiteApp({ rules, title: site.title, holder, store, clock, log: siteLog, meter, newPbx });
  monitor.watch(() => app.reading());
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
      return new AsteriskAmi({ ...amiOptions(site), clock, log });
    case 'asterisk-ari':
      return new AsteriskAriSite({ ...ariOptions(site), clock, log });
    case 'freeswitch':
      return new FreeSwitchEsl({ ...eslOptions(site), clock, log });
  }
}

function amiOptions({ host, port, user, password, queueWrapUpMs }: AmiSite) {
  return { host, port, user, password: password.reveal(), wrapUpMs: queueWrapUpMs };
}

function ariOptions({ ari, agents, trunks }: AriSite) {
  return { url: ari.url, user: ari.user, password: ari.password.reveal(), agents, trunks };
}

function eslOptions({ host, port, password, agents }: EslSite) {
  return { host, port, password: password.reveal(), listed: agents };
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

/** AMI and ESL are recorded by a relay in between; ARI, whose frames are whole by themselves, by the adapter. */
async function openRecording({ site, dir, clock, log }: RecordOptions): Promise<Recording> {
  const common = { siteId: site.siteId, agents: site.agents, windowMs: site.windowMs };
  const siteLog = log.child({ site: site.siteId });
  const relayed = async (protocol: Protocol, settings: TranscriptSettings, at: AmiSite | EslSite) => {
    const recorder = new Recorder({ host: at.host, port: at.port, protocol, dir, settings, clock });
    const relay = await recorder.listen();
    const pbx = pbxOf({ ...at, ...relay }, clock, siteLog);
    return { pbx, files: recorder.files, close: () => recorder.close() };
  };
  switch (site.kind) {
    case 'asterisk-ami':
      return relayed(AMI_PROTOCOL, { ...common, wrapUpMs: site.queueWrapUpMs }, site);
    case 'freeswitch':
      return relayed(ESL_PROTOCOL, common, site);
    case 'asterisk-ari': {
      const settings = { ...common, trunks: site.trunks };
      const recorder = new ariTranscript.AriRecorder({ dir, clock, settings });
      const newTap = () => recorder.newTap();
      const pbx = new AsteriskAriSite({ ...ariOptions(site), clock, log: siteLog, newTap });
      return { pbx, files: recorder.files, close: () => recorder.close() };
    }
  }
}

const LOGIN_REFUSED: readonly ErrorCode[] = ['AMI_LOGIN_REFUSED', 'ESL_LOGIN_REFUSED', 'ARI_LOGIN_REFUSED'];

/**
 * Follows a site as the site role does and writes transcripts into `dir`; resolves with their names. Rejects with IpntError as soon as a
 * login is refused, and leaves nothing behind where nothing was recorded before.
 */
export async function recordSite(
  options: RecordOptions,
): Promise<{ readonly files: string[]; readonly view: SiteView }> {
  const { site, clock, until } = options;
  const recording = await openRecording(options);
  const { pbx } = recording;
  const follower = followSite(rulesOf(site));
  const refusal = new AbortController();
  let hasSnapshot = false;
  let refused: IpntError | undefined;
  pbx.start({
    seen: () => undefined,
    failed: (error) => {
      if (!LOGIN_REFUSED.includes(error.code)) return;
      refused ??= new IpntError(error.code, error.detail, placeOf(site), { cause: error });
      refusal.abort();
    },
    event: (event, atMs) => {
      for (const effect of follower.event(event, atMs)) pbx.requestSnapshot(effect.why);
      if (event.kind !== 'snapshotTaken') return;
      hasSnapshot = true;
      options.onSnapshot?.();
    },
  });
  const end = AbortSignal.any([until, refusal.signal]);
  if (!end.aborted)
    await new Promise<void>((resolve) => end.addEventListener('abort', () => resolve(), { once: true }));
  await pbx.stop();
  follower.until(clock.nowMs());
  await recording.close();
  if (refused !== undefined) {
    if (!hasSnapshot) for (const file of recording.files) removeTranscript(file);
    throw refused;
  }
  return { files: recording.files, view: siteView(follower.model) };
}

/** The file with what the PBX said, and the one beside it with what we did. */
function removeTranscript(file: string): void {
  for (const one of [file, file.replace(/\.[a-z]+$/, '.client')]) rmSync(one, { force: true });
}

const AMI: TranscriptKind<TranscriptSettings> = {
  ...{ statusIsOurs: false, settingsOf, endOf },
  newReader: (settings) => (transcript, chunk) =>
    amiEventsOf(transcript, { ...chunked(chunk), wrapUpMs: settings?.wrapUpMs ?? {} }),
};

const ESL: TranscriptKind<TranscriptSettings> = {
  ...{ statusIsOurs: false, settingsOf, endOf },
  newReader: (settings) => (transcript, chunk) =>
    eslEventsOf(transcript, { ...chunked(chunk), listed: settings?.agents ?? [] }),
};

type AriSettings = AriTranscriptSettings & { readonly agents: readonly string[] };
const lines = ({ bytes, client }: Transcript): AriTranscript => ({ entries: Buffer.from(bytes).toString(), client });

const ARI: TranscriptKind<AriSettings> = {
  statusIsOurs: true,
  settingsOf: (transcript) => ariTranscript.settingsOf(lines(transcript)),
  endOf: (transcript) => ariTranscript.endOf(lines(transcript)),
  newReader: (settings) => {
    const queues = newQueueMemory();
    const rule = { agents: settings?.agents ?? [], trunks: settings?.trunks ?? [] };
    return (transcript) => ariTranscript.eventsOf(lines(transcript), rule, queues);
  },
};

const chunked = (chunk: number | undefined): { readonly chunk?: number } => (chunk === undefined ? {} : { chunk });

/**
 * Runs a transcript, or all of a folder in order of their names as one site's successive connections, through the adapter's
 * parser, translation and reducer at the transcript's own times. `chunk` gives the parser so many bytes at a time.
 */
export const replayPath = (path: string, { chunk }: { readonly chunk?: number } = {}): Replayed =>
  replay(path, { '.ami': AMI, '.ari': ARI, '.esl': ESL }, chunk);
