import type { Problem } from '../api.ts';
import { sentence } from '../format.ts';

export interface FieldFaults<K extends string> {
  /** What is wrong with a field, to be said at it. */
  readonly at: Readonly<Partial<Record<K, string>>>;
  /** What is left to say; null: nothing. */
  readonly rest: Problem | null;
}

/** Names that are taken are a fault of the field of the name. */
const NAME_TAKEN = 'USER_EXISTS';

/** What the API has against the fields of a form, each at its own. Pure. */
export function faultsAt<K extends string>(problem: Problem | null, fields: readonly K[]): FieldFaults<K> {
  const at: Partial<Record<K, string>> = {};
  if (problem === null) return { at, rest: null };
  const isField = (path: string): path is K => fields.some((field) => field === path);
  const faults =
    problem.code === NAME_TAKEN && problem.faults.length === 0
      ? [{ path: 'name', message: problem.title, cure: problem.cure }]
      : problem.faults;
  for (const { path, message, cure } of faults)
    if (isField(path)) at[path] = `${sentence(message)}${cure === '' ? '' : ` ${sentence(cure)}`}`;
  const others = faults.filter(({ path }) => !isField(path));
  const isAllSaid = faults.length > 0 && others.length === 0;
  return { at, rest: isAllSaid ? null : { ...problem, faults: others } };
}
