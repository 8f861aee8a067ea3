import { IpntError } from '../../core/errors.ts';
import type { CallFact, CallRequest, IpntStatus } from '../../core/model/call.ts';
import { NO_WISHES, OUTCOME_OF_STATUS } from '../../core/model/call.ts';
import { servicesByName } from '../../core/model/routing.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { Service, Target } from '../../core/model/service.ts';
import type { DialplanArguments } from '../../core/routing/arguments.ts';
import { parseArguments, requestOf } from '../../core/routing/arguments.ts';
import { findService, serviceState } from '../../core/routing/identify.ts';
import type { ChannelInfo } from '../../ports/edge-pbx.ts';

/** What becomes of a call at the door. */
export type Admission =
  | { readonly kind: 'admitted'; readonly request: CallRequest }
  | { readonly kind: 'reported'; readonly callId: string; readonly dialStatus: string }
  /** Sent back at once: the facts to record, and the status for the dialplan. */
  | {
      readonly kind: 'sentBack';
      readonly request: CallRequest;
      readonly status: IpntStatus;
      readonly detail: string;
      /** Where the dialplan takes him; null: nowhere that the service knows. */
      readonly target: Exclude<Target, { kind: 'service' }> | null;
    };

export interface EntranceState {
  readonly edgeId: string;
  readonly routing: Routing;
  readonly databaseDown: boolean;
  /** Wall clock: services have hours. */
  readonly nowMs: number;
  /** Waiting calls by service, over all live edges. */
  readonly waitingOf: (service: string) => number;
  readonly normalise: (number: string) => string;
}

/** Longest caller name and number that travel further. */
const LONGEST_NAME = 80;
const LONGEST_NUMBER = 40;

// eslint-disable-next-line no-control-regex -- control characters never reach a SIP header, a database row or a log line
const CONTROL = /[\u0000-\u001f\u007f]+/g;
const clean = (text: string, longest: number): string =>
  [...text.replace(CONTROL, ' ')].slice(0, longest).join('').trim();

/** Reads a caller's wishes and says whether he is let in. A fault of the arguments sends him to the default route, never away. */
export function admit(callId: string, channel: ChannelInfo, args: readonly string[], state: EntranceState): Admission {
  const identity = {
    callId,
    edgeId: state.edgeId,
    channelId: channel.channelId,
    ani: clean(channel.ani, LONGEST_NUMBER),
    callerName: clean(channel.callerName, LONGEST_NAME),
  };
  let parsed: DialplanArguments | null = null;
  try {
    parsed = parseArguments(args);
    if (parsed.report) return { kind: 'reported', ...parsed.report };
    const asked = findService(state.routing, parsed, state.normalise);
    const { service, closed, target } = openService(state, asked);
    const request = requestOf(identity, service, parsed, state.routing.version);
    const sendBack = (status: IpntStatus, detail: string, to: Target | null = null): Admission => {
      const way = to === null || to.kind === 'service' ? null : to;
      return { kind: 'sentBack', request, status, detail, target: way };
    };
    if (closed !== '') return sendBack('CLOSED', `the service is closed: ${closed}`, target);
    if (state.databaseDown) return sendBack('ERROR', 'the database does not answer', service.defaultRoute);
    // With no place to wait at all, one who can be served at once still is: whoever matches sends the others back.
    if (service.maxWaiting > 0 && state.waitingOf(service.name) >= service.maxWaiting)
      return sendBack('FULL', `${service.maxWaiting} are waiting already`);
    return { kind: 'admitted', request };
  } catch (error) {
    if (!(error instanceof IpntError) || error.kind !== 'input') throw error;
    const request = unidentified(identity, parsed, args);
    const detail = `${error.message} (${error.cure})`;
    return { kind: 'sentBack', request, status: 'ERROR', detail, target: null };
  }
}

/** More hops than any file has: `check` refuses circles. */
const MOST_HOPS = 10;

/** A closed service may name another one, which may be closed as well. `closed` '' where somebody is open. */
function openService(
  { routing, nowMs }: EntranceState,
  asked: Service,
): { readonly service: Service; readonly closed: string; readonly target: Target | null } {
  let service = asked;
  for (let hops = 0; ; hops += 1) {
    const { open, why } = serviceState(routing, service, nowMs);
    if (open) return { service, closed: '', target: null };
    const target = service.whenClosed;
    const next = target?.kind === 'service' ? servicesByName(routing).get(target.service) : undefined;
    if (next === undefined || hops === MOST_HOPS) return { service, closed: why, target };
    service = next;
  }
}

/** The request of a call whose service or arguments made no sense: enough to record it. */
function unidentified(
  identity: Pick<CallRequest, 'callId' | 'edgeId' | 'channelId' | 'ani' | 'callerName'>,
  parsed: DialplanArguments | null,
  args: readonly string[],
): CallRequest {
  const named = parsed?.service || args.find((arg) => arg.startsWith('service='))?.slice('service='.length) || '';
  return {
    ...NO_WISHES,
    ...identity,
    service: clean(named, 60),
    dnis: clean(parsed?.dnis ?? '', LONGEST_NUMBER),
  };
}

/** The facts of a call that was sent back at the door. */
export function factsOfSentBack(request: CallRequest, status: IpntStatus, detail: string): readonly CallFact[] {
  const { edgeId, service, ani, dnis, channelId, requirement, priority } = request;
  return [
    { kind: 'arrived', edge: edgeId, service, ani, dnis, channel: channelId, requirement, priority },
    { kind: 'returned', status, waitMs: 0, detail },
    { kind: 'ended', outcome: OUTCOME_OF_STATUS[status], by: 'router', talkMs: 0 },
  ];
}

/** What the dialplan of a call reads that was sent back at the door. */
export function variablesOfSentBack(request: CallRequest, status: IpntStatus): Readonly<Record<string, string>> {
  return {
    IPNTSTATUS: status,
    IPNT_CALL: request.callId,
    IPNT_SERVICE: request.service,
    IPNT_AGENT: '',
    IPNT_SITE: '',
    IPNT_WAIT: '0',
    IPNT_WAIT_MS: '0',
    IPNT_ROUTE: status === 'ERROR' ? 'default' : '',
  };
}
