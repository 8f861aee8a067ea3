import { z } from 'zod';
import type { ServiceRow } from '../../../core/model/board.ts';
import type { Reason, ReasonCode } from '../../../core/model/decision.ts';
import type { Service } from '../../../core/model/service.ts';
import { serviceRowShape } from './board.ts';
import { countsByReason, whyNot } from './reason.ts';
import { rulesShape } from './service.ts';
import { atMs, count, flag, spanMs, text } from './values.ts';

/** Whether a service takes calls, and for how long. */
export interface OpeningLine {
  readonly isOpen: boolean;
  readonly why: string;
  readonly by: 'hand' | 'file' | 'calendar' | 'always';
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly calendar: string;
  readonly zone: string;
}

export const openingShape: z.ZodType<OpeningLine> = z.object({
  isOpen: flag('whether it takes calls now'),
  why: text('who closed or opened it by hand and why, the special day, or its hours'),
  by: z.enum(['hand', 'file', 'calendar', 'always']).meta({ description: 'what decides' }),
  sinceMs: atMs('since when it is closed or opened by hand').nullable(),
  untilMs: atMs('when its calendar changes that').nullable(),
  calendar: text("'': always open"),
  zone: text("its calendar's zone; ''"),
});

interface Somebody {
  readonly agentId: string;
  readonly title: string;
  readonly siteId: string;
}

/** Who could take a call of a service that came now, and why not the rest. */
export interface Candidates {
  /** The first of them in the strategy's order; `row.eligible` is how many there are. */
  readonly eligible: readonly (Somebody & {
    readonly rank: number;
    readonly idleMs: number | null;
    readonly says: string;
  })[];
  /** Up to 200 who meet the requirement and could not. */
  readonly refused: readonly (Somebody & { readonly reasons: readonly Reason[]; readonly says: readonly string[] })[];
  readonly others: Readonly<Partial<Record<ReasonCode, number>>>;
  readonly othersText: string;
}

const somebody = { agentId: text('his id'), title: text('what people call him'), siteId: text('his site') };

const candidatesShape: z.ZodType<Candidates> = z.object({
  eligible: z
    .array(
      z.object({
        ...somebody,
        rank: count("his place in the strategy's order, from 1"),
        idleMs: spanMs('how long he has been free; null: no call of his is known').nullable(),
        says: text('the same in words'),
      }),
    )
    .meta({ description: 'the first ten in the order; `row.eligible` tells how many there are' }),
  refused: z
    .array(z.object({ ...somebody, ...whyNot }))
    .meta({ description: 'up to 200 who meet the requirement and could not take it' }),
  others: countsByReason,
  othersText: text('the same in words'),
});

/** A service of a list: its row, with what it is about in words. */
export type ServiceListed = ServiceRow &
  Pick<ServiceDetail, 'requirementText' | 'steps'> &
  Pick<OpeningLine, 'untilMs'>;

const steps = z.array(z.object({ says: text('when it begins and what it changes, in words') }));
const requirementText = text('what an agent needs, in words');

export const serviceListedShape: z.ZodType<ServiceListed> = serviceRowShape.and(
  z.object({ requirementText, steps, untilMs: atMs('when its calendar changes that it is open or closed').nullable() }),
);

/** One service: its rules, whether it is open, and who could take a call of it. */
export interface ServiceDetail {
  readonly row: ServiceRow;
  readonly rules: Service;
  readonly rulesText: readonly string[];
  readonly requirementText: string;
  readonly opening: OpeningLine;
  readonly steps: readonly { readonly says: string }[];
  readonly candidates: Candidates;
}

export const serviceDetailShape: z.ZodType<ServiceDetail> = z.object({
  row: serviceRowShape,
  rules: rulesShape,
  rulesText: z.array(z.string()).meta({ description: 'the rules in words, besides hours and steps' }),
  requirementText,
  opening: openingShape,
  steps,
  candidates: candidatesShape,
});
