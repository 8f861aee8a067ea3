/** The site role and its tools, with the concrete adapters: the only file here that names them. */
import { readdirSync, readFileSync, statSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IpntError } from '../../core/errors.ts';
import type { SiteRules } from '../../core/reduce/site-model.ts';
import { siteView } from '../../core/reduce/site-view.ts';
import type { SiteView } from '../../core/reduce/site-view.ts';
import { AsteriskAmi } from '../../pbx/asterisk-ami/adapter.ts';
import { AMI_PROTOCOL } from '../../pbx/asterisk-ami/masking.ts';
import { eventsOf as eventsOfAmi } from '../../pbx/asterisk-ami/transcript.ts';
import { FreeSwitchEsl } from '../../pbx/freeswitch-esl/adapter.ts';
import { ESL_PROTOCOL } from '../../pbx/freeswitch-esl/masking.ts';
import { eventsOf as eventsOfEsl } from '../../pbx/freeswitch-esl/transcript.ts';
import type { PbxEvent } from '../../core/events.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SitePbx } from '../../ports/site-pbx.ts';
import type { SiteStore } from '../../ports/site-store.ts';
import { Recorder } from '../../runtime/recorder.ts';
import { endOf, settingsOf } from '../../runtime/transcript.ts';
import type { Transcript, TranscriptSettings } from '../../runtime/transcript.ts';
import type { AmiSite, EslSite, SiteSettings } from '../../settings/sites.ts';
import { followSite } from './follow.ts';
import { SiteApp } from './site-app.ts';

export interface RunSiteOptions {
  readonly site: SiteSettings;
  readonly store: SiteStore;
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
});

/** Where a PBX is reached, when not where its settings say: a recorder's relay. */
interface Place {
  readonly host: string;
  readonly port: number;
}

function pbxOf(site: SiteSettings, clock: Clock, log: Log, place?: Place): SitePbx {
  switch (site.kind) {
    case 'asterisk-ami':
      return new AsteriskAmi({ ...amiOptions(site), ...place, clock, log });
    case 'freeswitch':
      return new FreeSwitchEsl({ ...eslOptions(site), ...place, clock, log });
    case 'asterisk-ari':
      throw new IpntError('BUG', `no adapter for ${site.kind}`, `site ${site.siteId}`);
  }
}

function amiOptions(site: AmiSite) {
  const { host, port, user, password, queueWrapUpMs } = site;
  return { host, port, user, password: password.reveal(), wrapUpMs: queueWrapUpMs };
}

const eslOptions = ({ host, port, password, agents }: EslSite) => ({
  ...{ host, port, password: password.reveal(), listed: agents },
});

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

/** Follows a site as the site role does, through a relay that writes transcripts into `dir`; resolves with their names. */
export async function recordSite(
  options: RecordOptions,
): Promise<{ readonly files: string[]; readonly view: SiteView }> {
  const { site, dir, clock, log, until } = options;
  if (site.kind === 'asterisk-ari') throw new IpntError('BUG', `no recorder for ${site.kind}`, `site ${site.siteId}`);
  const settings: TranscriptSettings = {
    ...{ siteId: site.siteId, agents: site.agents, windowMs: site.windowMs },
    ...(site.kind === 'asterisk-ami' ? { wrapUpMs: site.queueWrapUpMs } : {}),
  };
  const protocol = site.kind === 'asterisk-ami' ? AMI_PROTOCOL : ESL_PROTOCOL;
  const recorder = new Recorder({ host: site.host, port: site.port, protocol, dir, settings, clock });
  const relay = await recorder.listen();
  const pbx = pbxOf(site, clock, log.child({ site: site.siteId }), relay);
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

/** How the transcripts of a kind are read, by the extension of their names. */
const READERS: Readonly<
  Record<
    string,
    (
      transcript: Transcript,
      settings: TranscriptSettings | null,
      options: { readonly chunk?: number },
    ) => { readonly event: PbxEvent; readonly atMs: number }[]
  >
> = {
  ami: (transcript, settings, options) => eventsOfAmi(transcript, { ...options, wrapUpMs: settings?.wrapUpMs ?? {} }),
  esl: (transcript, settings, options) => eventsOfEsl(transcript, { ...options, listed: settings?.agents ?? [] }),
};
const EXTENSION = /\.(ami|esl)$/;

/**
 * Runs a transcript, or all of a folder in order of their names as one site's successive connections, through the adapter's
 * parser, translation and reducer at the transcript's own times. `chunk` gives the parser so many bytes at a time.
 */
export function replayPath(path: string, options: { readonly chunk?: number } = {}): Replayed {
  const files = transcriptsAt(path);
  const transcripts = files.map(readTranscript);
  const settings = transcripts.map(settingsOf).find((found) => found !== null) ?? null;
  const siteId = settings?.siteId ?? basename(files[0] ?? 'site').replace(/(?:-\d+)?(?:\.json)?\.(?:ami|esl)$/, '');
  const windowMs = settings?.windowMs ?? 1_800_000;
  const follower = followSite({ siteId, listed: settings?.agents ?? [], windowMs });
  transcripts.forEach((transcript, index) => {
    const read = READERS[EXTENSION.exec(files[index] ?? '')?.[1] ?? 'ami'];
    const events = read?.(transcript, settings, options) ?? [];
    const [first, last] = [events[0]?.atMs ?? 0, events.at(-1)?.atMs ?? 0];
    follower.event({ kind: 'linkUp', version: '' }, first);
    for (const { event, atMs } of events) follower.event(event, atMs);
    if (index < transcripts.length - 1) follower.event({ kind: 'linkDown', reason: 'end of the transcript' }, last);
  });
  const lastTranscript = transcripts.at(-1);
  if (lastTranscript !== undefined) follower.until(endOf(lastTranscript));
  const differences = follower.audits.map((audit) => audit.differences);
  return { files, events: follower.events, differences, state: siteView(follower.model) };
}

function transcriptsAt(path: string): string[] {
  if (!existsSync(path)) throw new IpntError('ARGUMENT_INVALID', 'there is no such file or folder', path);
  if (!statSync(path).isDirectory()) return [path];
  const order = new Intl.Collator('en', { numeric: true });
  const files = readdirSync(path).filter((file) => EXTENSION.test(file));
  if (files.length === 0) throw new IpntError('ARGUMENT_INVALID', 'the folder has no transcript (*.ami, *.esl)', path);
  return files.sort(order.compare).map((file) => join(path, file));
}

function readTranscript(file: string): Transcript {
  const client = file.replace(EXTENSION, '.client');
  return { bytes: readFileSync(file), client: existsSync(client) ? readFileSync(client, 'utf8') : '' };
}
