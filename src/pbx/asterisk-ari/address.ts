/**
 * Text that goes out to the PBX: nothing that a caller chose may end a header, a quoted string or a URI.
 * The sources are the design's section 11 and what chan_pjsip makes of a caller id (From: "name" <sip:number@...>).
 */
import { IpntError } from '../../core/errors.ts';
import { cleanText } from './wire.ts';

/**
 * Ids of the legs that we ring are ours: `<call>.offer<N>` an agent's, `<call>.customer<N>` one of a customer who is called back.
 * Inbound channels get theirs from Asterisk and never look like this.
 */
const OFFER_ID = /^(.+)\.(offer|customer)\d+$/s;

export const isOfferId = (channelId: string): boolean => OFFER_ID.test(channelId);

export const isCustomerId = (channelId: string): boolean => OFFER_ID.exec(channelId)?.[2] === 'customer';

/** What the site's dialplan lets through of X-IPNT-Call (`FILTER` in ipnt-site.conf), so what an id may be made of. */
const CALL_ID = /^[0-9A-Za-z_.:-]{1,128}$/;

export function checkedCallId(callId: string): string {
  if (!CALL_ID.test(callId)) throw new IpntError('ARGUMENT_INVALID', 'a call id is letters, digits and _ . : - only');
  return callId;
}

/** Bytes: Asterisk cuts a caller's name after these (seen on 22.10.1), in the middle of a character if it must. */
const MAX_NAME = 79;

/** As much of a text as fits into so many bytes of UTF-8. */
function fitting(text: string, bytes: number): string {
  let room = bytes;
  return Array.from(text)
    .filter((char) => (room -= Buffer.byteLength(char)) >= 0)
    .join('');
}

/** `"name" <number>` for an originate. Quotes, backslashes and angle brackets go: Asterisk would end the name there. */
export function callerId(name: string, ani: string): string {
  const number = cleanText(ani, MAX_NAME).replaceAll(/[^0-9A-Za-z+*#_.-]/g, '');
  const shown = fitting(cleanText(name.replaceAll(/["<>\\]/g, ' '), MAX_NAME).replaceAll(/\s+/g, ' '), MAX_NAME).trim();
  return shown === '' ? number : `"${shown}" <${number}>`;
}

/** Where to redirect to. Only a SIP URI gives a 302 with that Contact (seen on 22.10.1; see the facts, "Redirect"). */
export function redirectEndpoint(contact: string): string {
  if (!/^sips?:[0-9A-Za-z_.+*#-]+@[0-9A-Za-z_.:[\]-]+$/.test(contact))
    throw new IpntError('ARGUMENT_INVALID', 'a redirect needs a contact such as sip:1001@host:port');
  return `PJSIP/${contact}`;
}

/** An endpoint to dial: technology, name, and the site's template around them. */
export function checkedEndpoint(endpoint: string): string {
  if (!/^[A-Za-z0-9]+\/[A-Za-z0-9_.+*#@:;=/-]{1,200}$/.test(endpoint))
    throw new IpntError('ARGUMENT_INVALID', 'an endpoint looks like PJSIP/1001@site-a');
  return endpoint;
}

/** The Gosub place of a whisper: `context^exten^priority` (`&` and `,` would start something else). */
export function checkedPlace(place: string): string {
  if (!/^[0-9A-Za-z_.-]{1,80}(\^[0-9A-Za-z_.*#+-]{0,80}){0,2}$/.test(place))
    throw new IpntError('ARGUMENT_INVALID', 'a whisper looks like context^exten^priority');
  return place;
}

/** The name of a recording, without its ending: a file below Asterisk's recording folder and nowhere else. */
export function checkedRecording(name: string): string {
  if (!/^[0-9A-Za-z_-][0-9A-Za-z_.-]*(\/[0-9A-Za-z_-][0-9A-Za-z_.-]*)*$/.test(name) || name.length > 200)
    throw new IpntError('ARGUMENT_INVALID', 'a recording name is letters, digits and _ . - / only');
  return name;
}
