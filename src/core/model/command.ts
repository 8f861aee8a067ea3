/** What a person may ask for to be done with an agent at his PBX. The command line and the API ask alike. Pure. */
export const AGENT_ACTIONS = ['pause', 'resume', 'login', 'logout'] as const;
export type AgentAction = (typeof AGENT_ACTIONS)[number];

/** app_queue keeps 79 characters of a reason (struct member, Asterisk 22). */
export const REASON_LENGTH = 79;

/** One thing that is wrong with what is asked for; `key` is where. */
export interface WishFault {
  readonly key: 'reason' | 'queues';
  readonly message: string;
  readonly cure: string;
}

// eslint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const CONTROL_FAULT = {
  message: 'a reason and the name of a queue are one line, without control characters',
  cure: 'take them out',
};

/** All that is wrong with a wish; empty: it can be asked for. */
export function wishFaults(wish: {
  readonly action: AgentAction;
  readonly reason: string;
  readonly queues: readonly string[];
}): readonly WishFault[] {
  const { action, reason, queues } = wish;
  const faults: WishFault[] = [];
  if (reason !== '' && action !== 'pause')
    faults.push({ key: 'reason', message: 'a reason goes with pause alone', cure: `leave it out to ${action}` });
  if (reason.length > REASON_LENGTH)
    faults.push({
      key: 'reason',
      message: `the reason is longer than ${REASON_LENGTH} characters`,
      cure: 'say it in fewer words',
    });
  if (CONTROL.test(reason)) faults.push({ key: 'reason', ...CONTROL_FAULT });
  if (queues.some((queue) => CONTROL.test(queue))) faults.push({ key: 'queues', ...CONTROL_FAULT });
  return faults;
}
