/** Who may log in to a lab's pages: added by the command line, as an administrator does. */
import type { Login } from './browser/pages.ts';
import type { Stack } from './stack.ts';

export const userArgs = (name: string, role: string): readonly string[] => [
  ...['user', 'add', name, '--role', role, '--sites', '*', '--services', '*'],
];

/** The password that `ipnt user add` has made up and printed. */
export function loginIn(name: string, printed: string): Login {
  const password = /password\S*\s+(\S+)\s*$/im.exec(printed)?.[1];
  if (password === undefined) throw new Error(`no password in: ${printed}`);
  return { name, password };
}

export function addUser(stack: Stack, name: string, role: 'viewer' | 'agent' | 'supervisor' | 'admin'): Login {
  const { status, stdout, stderr } = stack.ipnt(...userArgs(name, role));
  if (status !== 0) throw new Error(`ipnt user add: ${stdout}${stderr}`);
  return loginIn(name, stdout);
}
