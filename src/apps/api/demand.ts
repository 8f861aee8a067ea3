import { IpntError } from '../../core/errors.ts';
import { refusal } from '../../core/model/person.ts';
import type { Right, Touched } from '../../core/model/person.ts';
import type { Asked } from './route.ts';

/** Throws NOT_ALLOWED, with why, where who asks may not do that to what is touched. */
export function demand(asked: Pick<Asked<unknown, unknown, unknown>, 'person'>, right: Right, touched?: Touched): void {
  const why = refusal(asked.person, right, touched);
  if (why !== null) throw new IpntError('NOT_ALLOWED', why);
}
