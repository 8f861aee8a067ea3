/** What the settings say of the API, of monitoring, and of how long records are kept. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { RETENTION } from '../ports/retention.ts';
import type { Retention } from '../ports/retention.ts';
import { say } from './document.ts';
import { flag, object, text } from './values.ts';
import type { Surroundings } from './values.ts';

/** Where a server listens. */
export interface Listen {
  /** Without brackets where it is IPv6. */
  readonly host: string;
  readonly port: number;
}

export interface ApiSettings {
  readonly listen: Listen;
  /** PEM files, absolute; null: plain HTTP, for this machine alone or behind a proxy. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  /** A proxy in front speaks TLS: what it says of the client is believed (X-Forwarded-For, -Proto), one hop. */
  readonly behindProxy: boolean;
}

export interface MonitoringSettings {
  readonly listen: Listen;
}

/** Where nothing is said of it. */
export const API_USUAL: ApiSettings = {
  listen: { host: '127.0.0.1', port: 8080 },
  tls: null,
  behindProxy: false,
};

const LISTEN = /^(?:([A-Za-z0-9_.-]+)|\[([0-9A-Fa-f:.]+)\]):(\d{1,5})$/;

/** `127.0.0.1:8080`, `[::1]:8080`; null when it is no such thing. */
export function parseListen(input: string): Listen | null {
  const [, name, six, digits] = LISTEN.exec(input) ?? [];
  const [host, port] = [name ?? six ?? '', Number(digits)];
  return host === '' || port < 1 || port > 65_535 ? null : { host, port };
}

const listen = (usual: string) =>
  text(usual, LISTEN, 'an address and a port')
    .default(usual)
    .transform((input, context): Listen => {
      const found = parseListen(input);
      if (found !== null) return found;
      context.addIssue({ code: 'custom', message: say('the port must be from 1 to 65535', `write e.g. ${usual}`) });
      return z.NEVER;
    });

export const apiSchema = ({ dir }: Surroundings) =>
  object(
    {
      listen: listen('127.0.0.1:8080'),
      tls: object(
        { certificate: text('/etc/ipnt/api.crt'), key: text('/etc/ipnt/api.key') },
        '{ certificate: /etc/ipnt/api.crt, key: /etc/ipnt/api.key }',
      )
        .transform(({ certificate, key }) => ({ certificate: resolve(dir, certificate), key: resolve(dir, key) }))
        .optional(),
      behind_proxy: flag().default(false),
    },
    '{ listen: 127.0.0.1:8080 }',
  ).transform(({ listen, tls = null, behind_proxy: behindProxy }): ApiSettings => ({ listen, tls, behindProxy }));

export const monitoringSchema = () => object({ listen: listen('127.0.0.1:9464') }, '{ listen: 127.0.0.1:9464 }');

const DAY_MS = 86_400_000;

/** `90d`: whole days. */
const days = (usualMs: number) =>
  z
    .unknown()
    .transform((input, context): number => {
      const count = typeof input === 'string' ? Number(/^(\d{1,5})d$/.exec(input)?.[1] ?? Number.NaN) : Number.NaN;
      if (count >= 1) return count * DAY_MS;
      const cure = typeof input === 'number' ? `give the unit: ${input}d` : 'write e.g. 90d';
      context.addIssue({ code: 'custom', message: say('must be a number of days, 1 at least', cure) });
      return z.NEVER;
    })
    .default(usualMs);

export const retentionSchema = () =>
  object(
    {
      calls: days(RETENTION.callsMs),
      decisions: days(RETENTION.decisionsMs),
      numbers: days(RETENTION.numbersMs),
      intervals: days(RETENTION.intervalsMs),
      audit: days(RETENTION.auditMs),
    },
    '{ calls: 90d, decisions: 30d, numbers: 90d }',
  ).transform(({ calls, decisions, numbers, intervals, audit }): Retention => ({
    callsMs: calls,
    // What belongs to a call goes with it at the latest.
    decisionsMs: Math.min(decisions, calls),
    numbersMs: Math.min(numbers, calls),
    intervalsMs: intervals,
    auditMs: audit,
  }));
