import { userInfo } from 'node:os';

/** Who changed the routing, for the record: a machine without a user database still has a number. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
