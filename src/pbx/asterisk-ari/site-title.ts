import { z } from 'zod';
import { text } from './wire.ts';

const attributes = z.array(z.object({ attribute: z.string(), value: text }));

/**
 * What people call an agent: the name of `callerid = "Ada" <1001>` of his PJSIP endpoint, as
 * `GET /asterisk/config/dynamic/res_pjsip/endpoint/1001` has it (seen on 22.10.1, and allowed to a read-only user); '' for none.
 */
export function configuredTitle(body: unknown): string {
  const callerid = attributes.safeParse(body).data?.find(({ attribute }) => attribute === 'callerid')?.value ?? '';
  const name = (/^"?([^"<]*)"?\s*<[^>]*>$/.exec(callerid)?.[1] ?? '').trim();
  return /^<?unknown>?$/i.test(name) ? '' : name;
}
