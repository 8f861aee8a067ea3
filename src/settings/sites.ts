import { z } from 'zod';
import { addressOf } from '../core/model/agent.ts';
import { say } from './document.ts';
import type { Secret } from './secret.ts';
import { duration, groups, host, issuesOf, object, oneOf, port, secret, text } from './values.ts';
import type { Surroundings } from './values.ts';

/** What the settings say of every site, whatever PBX it runs. */
interface AnySite {
  readonly siteId: string;
  readonly title: string;
  /** Names of agents whom the PBX does not tell by itself: in no queue, or where it has none. */
  readonly agents: readonly string[];
  /** Rolling window of the queue figures. */
  readonly windowMs: number;
}

/** An Asterisk that we follow over AMI. */
export interface AmiSite extends AnySite {
  readonly kind: 'asterisk-ami';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  /** Queue to its `wrapuptime`, ms: AMI does not tell it. */
  readonly queueWrapUpMs: Readonly<Record<string, number>>;
}

/** An Asterisk that gives us ARI alone. */
export interface AriSite extends AnySite {
  readonly kind: 'asterisk-ari';
  readonly ari: AriAccess;
  /** Endpoints that are no agents, where `agents` is empty and so all others are. */
  readonly trunks: readonly string[];
}

/** A FreeSWITCH that we follow over its event socket. */
export interface EslSite extends AnySite {
  readonly kind: 'freeswitch';
  readonly host: string;
  readonly port: number;
  readonly password: Secret;
}

/** One call centre's PBX, and how to reach it. */
export type SiteSettings = AmiSite | AriSite | EslSite;

/** Where a site's PBX is, as people write it. */
export const placeOf = (site: SiteSettings): string =>
  site.kind === 'asterisk-ari' ? site.ari.url : `${site.host}:${site.port}`;

/** A user of an Asterisk's ARI. */
export interface AriAccess {
  readonly url: string;
  readonly user: string;
  readonly password: Secret;
}

const ADDRESS = /^https?:\/\/[^\s@]+$/;

export function ariAccess(around: Surroundings) {
  const url = text('http://10.0.0.10:8088', ADDRESS, 'the http address of Asterisk, without user and password')
    .refine(
      (value) => !ADDRESS.test(value) || URL.canParse(value),
      say('is no address', 'write e.g. http://10.0.0.10:8088'),
    )
    .transform((value) => value.replace(/\/+$/, ''));
  return object(
    { url, user: text('ipnt', /^[^\s[\]]+$/, 'the name of an ari.conf section'), password: secret(around) },
    '{ url: http://10.0.0.10:8088, user: ipnt, password: {file: /etc/ipnt/ari.secret} }',
  );
}

const KINDS = ['asterisk-ami', 'asterisk-ari', 'freeswitch'] as const;

const devices = (name: z.ZodType<string>, example: string) =>
  z.array(name, { error: say('must be a list', `write e.g. ${example}`) }).default([]);

/** An Asterisk's agents are its devices. */
const device = () =>
  text('PJSIP/2001').refine(
    (name) => addressOf(name) !== null,
    say('is no device that can be rung', 'write technology/name, e.g. PJSIP/2001'),
  );

const common = { title: text('Berlin').optional(), window: duration(60_000, 86_400_000, '30m').default(1_800_000) };

const ami = (around: Surroundings) =>
  object(
    {
      ...common,
      kind: oneOf(KINDS).default('asterisk-ami'),
      host: host(),
      port: port(5038),
      user: text('ipnt', /^[^\s[\]]+$/, 'the name of a manager.conf section'),
      password: secret(around),
      agents: devices(device(), '[PJSIP/2001, PJSIP/2002]'),
      queue_wrap_up: groups(
        text('support', /^[^\s"]{1,80}$/, 'the name of a queue'),
        duration(0, 3_600_000, '10s'),
        'must be a group: queue to its wrapuptime',
        'write e.g. { support: 10s }',
      ).prefault({}),
    },
    '{ host: 10.0.0.11, user: ipnt, password: {file: /etc/ipnt/berlin.secret} }',
  ).transform(({ window, title = '', queue_wrap_up, ...site }) => ({
    ...{ ...site, kind: 'asterisk-ami' as const, title, windowMs: window, queueWrapUpMs: queue_wrap_up },
  }));

const ari = (around: Surroundings) =>
  object(
    {
      ...common,
      kind: oneOf(KINDS),
      ari: ariAccess(around),
      agents: devices(device(), '[PJSIP/2001, PJSIP/2002]'),
      trunks: devices(text('PJSIP/edge', /^[A-Za-z0-9]+\/\S+$/, 'technology/name'), '[PJSIP/edge, PJSIP/provider]'),
    },
    '{ kind: asterisk-ari, ari: { url: http://10.0.0.12:8088, user: ipnt, password: {file: /etc/ipnt/paris.secret} } }',
  ).transform(({ window, title = '', ...site }) => ({
    ...{ ...site, kind: 'asterisk-ari' as const, title, windowMs: window },
  }));

const EXTENSION = /^[A-Za-z0-9][A-Za-z0-9_.-]*(?:@[A-Za-z0-9][A-Za-z0-9_.-]*)?$/;

const esl = (around: Surroundings) =>
  object(
    {
      ...common,
      kind: oneOf(KINDS),
      host: host(),
      port: port(8021),
      password: secret(around),
      agents: devices(text("'1001'", EXTENSION, 'an extension of its directory, in quotes'), "['1001', '1002']"),
    },
    '{ kind: freeswitch, host: 10.0.0.13, password: {file: /etc/ipnt/lyon.secret} }',
  ).transform(({ window, title = '', ...site }) => ({
    ...{ ...site, kind: 'freeswitch' as const, title, windowMs: window },
  }));

/** A site's settings without its name: which keys there are follows from its kind. */
export function siteSchema(around: Surroundings) {
  const schemas = { 'asterisk-ami': ami(around), 'asterisk-ari': ari(around), freeswitch: esl(around) };
  return z.unknown().transform((input, context) => {
    const kind = (input as { readonly kind?: unknown } | null | undefined)?.kind;
    // Which other keys are right follows from the kind: of a wrong one nothing else can be said.
    const wrong = kind === undefined ? [] : issuesOf(oneOf(KINDS), kind);
    for (const issue of wrong) context.addIssue({ ...issue, path: ['kind'] });
    if (wrong.length > 0) return z.NEVER;
    const schema = schemas[KINDS.find((known) => known === kind) ?? 'asterisk-ami'];
    const issues = issuesOf(schema, input);
    for (const issue of issues) context.addIssue(issue);
    return issues.length === 0 ? schema.parse(input) : z.NEVER;
  });
}
