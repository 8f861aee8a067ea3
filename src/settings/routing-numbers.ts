import { bySpecificity, covers, parsePattern, prefixPattern } from '../core/model/dial-pattern.ts';
import type { DialPattern } from '../core/model/dial-pattern.ts';
import { prefixOf } from '../core/model/number.ts';
import type { Service } from '../core/model/service.ts';
import { finding } from './routing-finding.ts';
import type { Finding } from './routing-finding.ts';

interface Entry {
  readonly service: string;
  readonly text: string;
  readonly path: Finding['path'];
  readonly kind: 'number' | 'prefix' | 'pattern';
  readonly pattern: DialPattern;
}

/** Numbers that lead to two services (no way to tell which), and patterns that others leave nothing of. */
export function numberFindings(services: readonly Service[]): readonly Finding[] {
  const entries = services.flatMap(entriesOf);
  const first = new Map<string, Entry>();
  const found: Finding[] = [];
  for (const entry of entries) {
    const owner = first.get(entry.text);
    if (owner === undefined) first.set(entry.text, entry);
    else if (owner.service === entry.service)
      found.push(finding('fault', entry.path, `${entry.text} is there twice`, 'leave one of them away'));
    else
      found.push(
        finding('fault', entry.path, `${entry.text} leads to "${owner.service}" already`, 'leave it with one service'),
      );
  }
  const patterns = entries.filter((entry) => entry.kind === 'pattern' && first.get(entry.text) === entry);
  const before = [...entries.filter(({ kind }) => kind === 'prefix'), ...patterns];
  for (const entry of patterns) {
    const wide = first.get(literal(entry.pattern)) ?? before.find((other) => takesAll(other, entry, patterns));
    if (wide === undefined || wide.service === entry.service) continue;
    const message = `is never reached: ${wide.text} of "${wide.service}" goes before it`;
    found.push(finding('warning', entry.path, message, 'make it narrower than that, or leave it away'));
  }
  return found;
}

function entriesOf(service: Service): readonly Entry[] {
  return service.numbers.map((text, i): Entry => {
    const path = ['services', service.name, 'numbers', i];
    const prefix = prefixOf(text);
    const parsed = text.startsWith('_') ? parsePattern(text) : null;
    if (parsed !== null && typeof parsed !== 'string')
      return { service: service.name, text, path, kind: 'pattern', pattern: parsed };
    const pattern = prefixPattern(prefix ?? text);
    return { service: service.name, text, path, kind: prefix === null ? 'number' : 'prefix', pattern };
  });
}

/** The one number that a pattern without any choice stands for; '' for others. */
const literal = ({ places, tail }: DialPattern): string =>
  tail === '' && places.every((set) => set.length === 1) ? places.join('') : '';

/** Whether `other` is asked before `entry` and takes whatever it would. */
function takesAll(other: Entry, entry: Entry, inOrder: readonly Entry[]): boolean {
  if (other === entry || !covers(other.pattern, entry.pattern)) return false;
  if (other.kind === 'prefix') return true;
  const order = bySpecificity(other.pattern, entry.pattern);
  return order < 0 || (order === 0 && inOrder.indexOf(other) < inOrder.indexOf(entry));
}
