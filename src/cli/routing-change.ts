import { isDeepStrictEqual } from 'node:util';
import type { Service } from '../core/model/service.ts';

/** What another routing does to the one in force: `added french; changed support; removed sales`. '' when nothing. */
export function routingChange(before: readonly Service[], after: readonly Service[]): string {
  const old = new Map(before.map((service) => [service.name, service]));
  const kept = new Set(after.map(({ name }) => name));
  const parts: readonly (readonly [string, readonly Service[]])[] = [
    ['added', after.filter(({ name }) => !old.has(name))],
    ['changed', after.filter((one) => old.has(one.name) && !isDeepStrictEqual(old.get(one.name), one))],
    ['removed', before.filter(({ name }) => !kept.has(name))],
  ];
  const told = parts.flatMap(([what, services]) =>
    services.length === 0 ? [] : [`${what} ${services.map(({ name }) => name).join(', ')}`],
  );
  if (told.length > 0) return told.join('; ');
  const namesOf = (services: readonly Service[]): string[] => services.map(({ name }) => name);
  return isDeepStrictEqual(namesOf(before), namesOf(after)) ? '' : 'changed the order';
}
