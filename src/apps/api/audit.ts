import { randomUUID } from 'node:crypto';
import type { AuditAction } from '../../core/model/audit.ts';
import type { ApiParts, Asked, Audited } from './route.ts';

/** Keys whose values never stand in the audit. */
const SECRET = new Set(['password', 'old', 'new', 'secret']);
const MOST_VALUE = 200;
const MOST_TARGET = 255;
const MOST_DETAIL = 1_000;

type AnyAudited = Audited<unknown, unknown, unknown, unknown>;

export const actionOf = ({ action }: AnyAudited, asked: Asked<unknown, unknown, unknown>): AuditAction =>
  typeof action === 'string' ? action : action(asked);

/** What an entry of the audit says of a change. */
export function auditDetail(audit: AnyAudited, asked: Asked<unknown, unknown, unknown>, answer: unknown): string {
  const detail = audit.detail?.(asked, answer) ?? wordsOf(asked.body);
  return cut(detail, MOST_DETAIL);
}

/** `role=viewer, sites=["berlin"]`: the body without what is secret, long texts cut. */
function wordsOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  return Object.entries(body)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${SECRET.has(key) ? '***' : cut(valueText(value), MOST_VALUE)}`)
    .join(', ');
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Keeps an entry of the audit. A change that was made is not told as failed because of it: then the log has it. */
export async function record(
  { person, via, address }: Pick<Asked<unknown, unknown, unknown>, 'person' | 'via' | 'address'>,
  { store, log }: Pick<ApiParts, 'store' | 'log'>,
  action: AuditAction,
  target: string,
  detail: string,
): Promise<void> {
  try {
    await store.audit({
      auditId: randomUUID(),
      by: person.name,
      via,
      address,
      action,
      detail,
      target: cut(target, MOST_TARGET),
    });
  } catch (error) {
    const words = `${person.name} (${via}) ${action} ${target}: ${detail}`;
    log.error('a change is not in the audit', { detail: `${words}; ${error instanceof Error ? error.message : ''}` });
  }
}
