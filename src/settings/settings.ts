import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Retention } from '../ports/retention.ts';
import { RETENTION } from '../ports/retention.ts';
import { apiSchema, monitoringSchema, retentionSchema } from './api.ts';
import type { ApiSettings, MonitoringSettings } from './api.ts';
import { customerSources } from './customer-sources.ts';
import type { CustomerSourceSettings } from './customer-sources.ts';
import { database } from './database.ts';
import type { DatabaseSettings } from './database.ts';
import { readDocument } from './document.ts';
import type { Fault } from './faults.ts';
import { ariAccess, siteSchema } from './sites.ts';
import type { AriAccess, SiteSettings } from './sites.ts';
import { groups, object, text } from './values.ts';
import type { Surroundings } from './values.ts';

/** One edge Asterisk, its Stasis application, and how it reaches the sites. */
export interface EdgeSettings {
  readonly edgeId: string;
  readonly ari: AriAccess;
  readonly app: string;
  /** Site to dial string; `{agent}` stands for the agent's matched name and is the only thing filled in. */
  readonly trunks: Readonly<Record<string, string>>;
  /** Site to SIP contact for services with `delivery: redirect`: `sip:{agent}@10.0.0.11:5060`. */
  readonly redirects: Readonly<Record<string, string>>;
  /** How customers are called back: `PJSIP/{number}@provider`; '' where they are not. */
  readonly outbound: string;
}

/** What a machine is: read at boot from ipnt.yaml. */
export interface Settings {
  readonly file: string;
  readonly database: DatabaseSettings;
  /** Absolute: embedded database, spools. */
  readonly dataDir: string;
  /** Default country calling code without plus, or ''. */
  readonly country: string;
  readonly sites: readonly SiteSettings[];
  readonly edges: readonly EdgeSettings[];
  /** Where services may look up their callers, beside the shared tables. */
  readonly customerSources: readonly CustomerSourceSettings[];
  /** Null: `ipnt run` starts none here. */
  readonly api: ApiSettings | null;
  /** Null: no metrics and no health are served. */
  readonly monitoring: MonitoringSettings | null;
  readonly retention: Retention;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
const id = () => text('berlin', ID, 'a name of letters, digits, _ and - (32 at most)');

/**
 * A dial string of the edge with one `{agent}`. No `&` (several devices), no commas, no blanks; after the technology the
 * characters of endpoint names and SIP URIs.
 */
const OUTBOUND = /^(?:PJSIP|SIP|IAX2|DAHDI|Local)\/[A-Za-z0-9_.@:/;=-]*\{number\}[A-Za-z0-9_.@:/;=-]*$/;
const TEMPLATE = /^(?:PJSIP|SIP|IAX2|DAHDI|Local)\/[A-Za-z0-9_.@:/;=-]*\{agent\}[A-Za-z0-9_.@:/;=-]*$/;

/** Where a redirected caller's phone or carrier calls next. */
const CONTACT = /^sips?:\{agent\}@[A-Za-z0-9.[\]:_-]+(?:;[A-Za-z0-9=;_-]+)?$/;

function edgeSchema(around: Surroundings) {
  const template = text('PJSIP/{agent}@site-berlin', TEMPLATE, 'a dial string with {agent} in it, once');
  return object(
    {
      ari: ariAccess(around),
      app: text('ipnt', ID, 'a name of letters, digits, _ and -').default('ipnt'),
      trunks: groups(
        id(),
        template,
        'must be a group: site to dial string',
        'write e.g. { berlin: "PJSIP/{agent}@site-berlin" }',
      ),
      redirects: groups(
        id(),
        text('sip:{agent}@10.0.0.11:5060', CONTACT, 'a SIP contact with {agent} in it, once'),
        'must be a group: site to SIP contact',
        'write e.g. { berlin: "sip:{agent}@10.0.0.11:5060" }',
      ).prefault({}),
      outbound: text(
        'PJSIP/{number}@provider',
        OUTBOUND,
        'a dial string with {number} in it, once: how customers are called back',
      ).default(''),
    },
    '{ ari: {...}, trunks: { berlin: "PJSIP/{agent}@site-berlin" } }',
  );
}

/** A calling code: YAML may read it as a number. */
const country = () =>
  z
    .unknown()
    .transform((input) => (typeof input === 'number' ? String(input) : input))
    .pipe(text('"49"', /^[1-9]\d{0,2}$/, 'a country calling code without plus or zeros'));

function settingsSchema(around: Surroundings) {
  const see = 'see config/ipnt.example.yaml';
  return object(
    {
      database: database(around).optional(),
      data: text('/var/lib/ipnt').default('./data'),
      country: country().optional(),
      sites: groups(id(), siteSchema(around), 'must be a group: site to its PBX', see).prefault({}),
      edges: groups(id(), edgeSchema(around), 'must be a group: edge to its Asterisk', see).prefault({}),
      customer_sources: customerSources(around),
      api: apiSchema(around).optional(),
      monitoring: monitoringSchema().optional(),
      retention: retentionSchema().optional(),
    },
    see,
  );
}

/** What `readSettings` found: settings where there are no faults. Warnings never stop a start. */
export interface SettingsRead {
  readonly settings: Settings | null;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  /** A fault at a place of the file, for what only somebody else can tell. */
  faultAt(path: readonly (string | number)[], message: string, cure: string): Fault;
}

/** Checks the text of a settings file. Reads the secrets it names; otherwise no I/O. All faults at once. */
export function readSettings(content: string, file: string, env: Surroundings['env'] = process.env): SettingsRead {
  const dir = dirname(resolve(file));
  const read = readDocument(content, file, settingsSchema({ dir, env }));
  if (read.value === null) return { ...read, settings: null, warnings: [] };
  const { sites, edges } = read.value;
  const settings: Settings = {
    file,
    database: read.value.database ?? { kind: 'embedded' },
    dataDir: resolve(dir, read.value.data),
    country: read.value.country ?? '',
    sites: Object.entries(sites).map(([siteId, site]) => ({ siteId, ...site, title: site.title || siteId })),
    edges: Object.entries(edges).map(([edgeId, edge]) => ({ edgeId, ...edge })),
    customerSources: read.value.customer_sources,
    api: read.value.api ?? null,
    monitoring: read.value.monitoring ?? null,
    retention: read.value.retention ?? RETENTION,
  };
  const warnings = [
    ...strangeTrunks(settings, read.faultAt),
    ...unreachedSites(settings).map(({ siteId, message, cure }) => read.faultAt(['sites', siteId], message, cure)),
  ];
  return { settings, faults: [], warnings, faultAt: read.faultAt };
}

type FaultAt = SettingsRead['faultAt'];

/** Trunks to sites that these settings do not know. */
const strangeTrunks = ({ sites, edges }: Settings, faultAt: FaultAt): readonly Fault[] =>
  edges.flatMap((edge) =>
    Object.keys(edge.trunks)
      .filter((trunk) => sites.length > 0 && !sites.some(({ siteId }) => siteId === trunk))
      .map((trunk) =>
        faultAt(
          ['edges', edge.edgeId, 'trunks', trunk],
          `no site "${trunk}" in these settings`,
          'right when another machine runs that site; else mend the name',
        ),
      ),
  );

/** Sites whose agents no edge of these settings can ring, with the words for it. None where there are no edges: they are elsewhere. */
export const unreachedSites = ({ sites, edges }: Settings) =>
  sites
    .filter(({ siteId }) => edges.length > 0 && edges.every(({ trunks }) => trunks[siteId] === undefined))
    .map(({ siteId }) => ({
      siteId,
      message: 'no edge of these settings has a trunk to it',
      cure: `add it to edges.${edges[0]?.edgeId ?? ''}.trunks; right when the edges are another machine's`,
    }));
