import { finding } from './routing-finding.ts';
import type { Finding, WayOut } from './routing-finding.ts';

/** Services that lead to each other: a caller would go round until he hangs up. Each circle is told where it closes. */
export function circles(ways: readonly WayOut[]): readonly Finding[] {
  const from = new Map<string, { readonly to: string; readonly path: WayOut['path'] }[]>();
  for (const { from: name, to, path } of ways)
    if (to.kind === 'service' && path.at(-1) !== 'default_route')
      from.set(name, [...(from.get(name) ?? []), { to: to.service, path }]);
  const found: Finding[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (name: string): void => {
    trail.push(name);
    for (const { to, path } of from.get(name) ?? []) {
      const at = trail.indexOf(to);
      if (at >= 0) {
        const round = [...trail.slice(at), to].join(' -> ');
        found.push(
          finding('fault', path, `goes round: ${round}`, 'let one of them lead to a queue, a number or a place'),
        );
      } else if (!done.has(to)) visit(to);
    }
    trail.pop();
    done.add(name);
  };
  for (const name of from.keys()) if (!done.has(name)) visit(name);
  return found;
}
