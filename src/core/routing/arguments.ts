import { IpntError } from '../errors.ts';
import type { CallRequest } from '../model/call.ts';
import type { Service } from '../model/service.ts';
import { parseRequirement } from './requirement.ts';

/** The dialplan's `key=value` arguments, parsed once. Those not given are undefined. */
export interface DialplanArguments {
  readonly service: string;
  readonly dnis: string;
  /** What the dialplan collected of the caller (a contract's or customer's number), to look him up by; '' for nothing. */
  readonly customerId: string;
  readonly priority?: number;
  readonly require?: string;
  readonly timeoutMs?: number;
  readonly music?: string;
  readonly whisper?: string;
  readonly record?: string;
  readonly after?: 'hangup' | 'continue';
  /** A call that comes back from the dialplan's own Dial, with its DIALSTATUS. */
  readonly report?: { readonly callId: string; readonly dialStatus: string };
}

const KEYS = [
  'service',
  'dnis',
  'customer',
  'priority',
  'require',
  'timeout',
  'music',
  'whisper',
  'record',
  'after',
  'default',
  'report',
  'call',
];

const bad = (key: string, what: string): IpntError => new IpntError('ARGUMENT_INVALID', what, `argument ${key}`);

function integer(key: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (!/^-?\d+$/.test(value) || number < least || number > most) {
    throw bad(key, `'${value.slice(0, 40)}' is not a whole number from ${least} to ${most}`);
  }
  return number;
}

const PLACE = /^[A-Za-z0-9_-]+\^[A-Za-z0-9_.*#-]+\^[A-Za-z0-9_-]+$/;
const CUSTOMER = /^\P{Cc}{1,80}$/u;
const FILE = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}$/;
const MUSIC = /^[A-Za-z0-9_.-]{1,60}$/;

function shaped(key: string, value: string, shape: RegExp, cure: string): string {
  if (!shape.test(value)) throw bad(key, `'${value.slice(0, 40)}' is malformed: ${cure}`);
  return value;
}

/** Splits and checks `Stasis()` arguments. Throws ARGUMENT_INVALID or REQUIREMENT_INVALID that names the argument. */
export function parseArguments(args: readonly string[]): DialplanArguments {
  const given = new Map<string, string>();
  for (const arg of args) {
    if (arg.trim() === '') continue;
    const at = arg.indexOf('=');
    const key = arg.slice(0, Math.max(0, at)).trim().toLowerCase();
    if (at < 1) throw bad(arg.slice(0, 40), 'has no value: write it as name=value');
    if (!KEYS.includes(key)) throw bad(key.slice(0, 40), `is not known; there are ${KEYS.join(', ')}`);
    given.set(key, arg.slice(at + 1).trim());
  }
  const get = <T>(key: string, parse: (value: string) => T): T | undefined => {
    const value = given.get(key);
    return value === undefined || value === '' ? undefined : parse(value);
  };
  get('require', parseRequirement);
  const callId = given.get('call') ?? '';
  const report = given.get('report');
  return {
    service: given.get('service') ?? '',
    dnis: given.get('dnis') ?? '',
    customerId: get('customer', (value) => shaped('customer', value, CUSTOMER, 'at most 80 characters')) ?? '',
    priority: get('priority', (value) => integer('priority', value, -100, 100)),
    require: get('require', (value) => value),
    timeoutMs: get('timeout', (value) => integer('timeout', value, 1, 86_400) * 1000),
    music: get('music', (value) => shaped('music', value, MUSIC, 'a music class of musiconhold.conf')),
    whisper: get('whisper', (value) => shaped('whisper', value, PLACE, 'context^exten^priority')),
    record: get('record', (value) => shaped('record', value, FILE, 'a file name without a path')),
    after: get('after', (value) => {
      if (value !== 'hangup' && value !== 'continue')
        throw bad('after', `'${value.slice(0, 40)}' is neither hangup nor continue`);
      return value;
    }),
    report: report === undefined ? undefined : { callId, dialStatus: report },
  };
}

/** The caller's wishes: the service's rules, overlaid by the arguments of this call. */
export function requestOf(
  identity: Pick<CallRequest, 'callId' | 'edgeId' | 'channelId' | 'ani' | 'callerName'>,
  service: Service,
  args: DialplanArguments,
  routingVersion: number,
): CallRequest {
  return {
    ...identity,
    service: service.name,
    dnis: args.dnis,
    requirement: args.require ?? service.requirement,
    priority: args.priority ?? service.priority,
    maxWaitMs: args.timeoutMs ?? service.maxWaitMs,
    ringMs: service.ringMs,
    wrapUpMs: service.wrapUpMs,
    arrivalMs: service.arrivalMs,
    delivery: service.delivery,
    networkFirst: service.share === 'network_first',
    music: args.music ?? service.music,
    whisper: args.whisper ?? '',
    record: args.record ?? '',
    after: args.after ?? service.after,
    rules: service,
    routingVersion,
    customerKey: args.customerId,
    customer: null,
    preferred: [],
  };
}
