#!/usr/bin/env node
/**
 * Health of a role: `healthcheck.mjs site berlin`, `healthcheck.mjs edge edge1`. It asks the database what the role has
 * reported, so a process that hangs is told from one that works. Without arguments: does the database answer.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [role, name] = process.argv.slice(2);
const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const status = spawnSync(process.execPath, [command, 'status', '--json'], { encoding: 'utf8', timeout: 7_000 });

function end(code, line) {
  console.log(line.trim());
  process.exit(code);
}

if (status.status !== 0) end(1, `ipnt status: ${status.stderr || status.error?.message || status.signal}`);
if (role === undefined) end(0, 'the database answers');
const rows = JSON.parse(status.stdout)[`${role}s`] ?? [];
const state = rows.find((row) => row[role] === name)?.state ?? 'not there';
end(state === 'up' ? 0 : 1, `${role} ${name}: ${state}`);
