/** The demonstration's call centres, their people and the services that callers want. */
import { findFreeswitch } from '../../test/lab/freeswitch/find.ts';
import type { Demand } from '../../test/lab/flow.ts';
import type { SiteSpec } from '../../test/lab/lab.ts';

/** A third call centre runs FreeSWITCH, where the machine has one. */
export const HAS_FREESWITCH = findFreeswitch() !== undefined;

const VIENNA: SiteSpec = {
  ...{ name: 'vienna', freeswitch: 'real', queues: { german: {} } },
  agents: [
    { ext: '1001', queues: { german: 0 } },
    { ext: '1002', queues: { german: 2 } },
  ],
};

export const SITES: SiteSpec[] = [
  {
    name: 'berlin',
    commands: true,
    queues: { support: {}, sales: {}, french: {} },
    agents: [
      { ext: '1001', title: 'Anna', queues: { support: 0 } },
      { ext: '1002', title: 'Bernd', queues: { support: 0, sales: 0 } },
      { ext: '1003', title: 'Cem', queues: { sales: 0 } },
    ],
  },
  {
    name: 'lyon',
    commands: true,
    queues: { support: {}, sales: {}, french: {} },
    agents: [
      { ext: '1001', title: 'Denise', queues: { support: 0, french: 0 } },
      { ext: '1002', title: 'Emile', queues: { support: 2, french: 4 } },
    ],
  },
  ...(HAS_FREESWITCH ? [VIENNA] : []),
];

export const ROUTING = {
  services: {
    support: { title: 'Support', numbers: ['+4930555100'], requirement: 'queue:support', ring: '2s', max_wait: '60s' },
    sales: { title: 'Sales', numbers: ['+4930555200'], requirement: 'queue:sales', ring: '5s', max_wait: '60s' },
    french: {
      title: 'Support in French',
      numbers: ['+33155510'],
      requirement: 'queue:support and queue:french>=5',
      ring: '10s',
      max_wait: '60s',
    },
    ...(HAS_FREESWITCH && {
      german: { title: 'Austria', numbers: ['+4315551'], requirement: 'queue:german', ring: '5s', max_wait: '60s' },
    }),
  },
};

/** What callers want once the acts are over. */
export const DEMAND: readonly Demand[] = [
  { dial: '+4930555100', weight: 11 },
  { dial: '+4930555200', weight: 6 },
  { dial: '+33155510', weight: 3 },
  ...(HAS_FREESWITCH ? [{ dial: '+4315551', weight: 4 }] : []),
];

/** A phone's manner for one call. */
export type Manner = 'answers' | 'busy' | 'silent';

export interface Act {
  readonly title: string;
  readonly dial: string;
  /** Phones that do not simply answer, by `site/ext`. */
  readonly manners?: Readonly<Record<string, Manner>>;
  /** Who should get the call, by the rules: free and idle for longest among those with the skill. */
  readonly expect: string;
  readonly talkMs?: number;
  /** The next act starts while this call is still up. */
  readonly overlaps?: boolean;
}

/**
 * Each act says beforehand who should get the call: idle longest of those who can, and where nobody has had a call yet, in the
 * order of their names. So the demonstration can tell a right answer from a wrong one.
 */
export const ACTS: readonly Act[] = [
  { title: 'support: nobody has had a call yet, the first by name', dial: 'support', expect: 'berlin/1001' },
  { title: 'support: Anna has just had one, so the next', dial: 'support', expect: 'berlin/1002' },
  {
    title: 'French, by dialled number: Berlin has nobody, Lyon has one at level 5',
    dial: '+33155510',
    expect: 'lyon/1001',
  },
  { title: 'sales: Bernd has had a call, Cem has not', dial: 'sales', expect: 'berlin/1003' },
  { title: 'support: Emile has had no call yet', dial: 'support', expect: 'lyon/1002' },
  {
    title: "support: it is Anna's turn, but she lets it ring for 2 s; Bernd answers",
    dial: 'support',
    manners: { 'berlin/1001': 'silent' },
    expect: 'berlin/1002',
  },
  {
    title: 'support: Denise is busy, so the next at once (Anna is left alone for 30 s)',
    dial: 'support',
    manners: { 'lyon/1001': 'busy' },
    expect: 'lyon/1002',
  },
  { title: 'sales: Cem, a longer call', dial: 'sales', expect: 'berlin/1003', talkMs: 2_500, overlaps: true },
  { title: 'sales: Cem talks, so Bernd', dial: 'sales', expect: 'berlin/1002', talkMs: 2_500, overlaps: true },
  { title: 'sales: both talk, so this caller waits for the first who is free', dial: 'sales', expect: 'berlin/1003' },
  ...(HAS_FREESWITCH
    ? [{ title: 'Austria, on FreeSWITCH: the first by name', dial: '+4315551', expect: 'vienna/1001' }]
    : []),
];
