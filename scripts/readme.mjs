#!/usr/bin/env node
/**
 * `npm run readme`: writes the tables of README.md and of config/monitoring/README.md that follow from the code, between their markers.
 * With --check it changes nothing and ends with 1 when one is not current. Runs under tsx: it reads the sources themselves.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REASONS, reasonSentence } from '../src/core/explain/reasons.ts';
import { main } from '../src/cli/main.ts';
import { ERRORS } from '../src/core/errors.ts';
import { OUTCOME_OF_STATUS } from '../src/core/model/call.ts';
import { catalogue } from '../src/runtime/monitoring/catalogue.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

/** What each status means to the author of a dialplan. */
const STATUS = {
  HANGUP: 'the caller hung up while waiting; also what hang-up handlers see until another status is set',
  ANSWERED: 'an agent spoke with the caller',
  TIMEOUT: '`max_wait` (or `timeout=`) was over',
  NOAGENTS: 'on arrival nobody was free, and nobody who meets the requirement was logged in at a connected site',
  FULL: '`max_waiting` callers were waiting already',
  CLOSED:
    'the service is closed: by its calendar, by `ipnt service close`, or by `closed: true`; with `when_closed` the call goes there',
  REDIRECTED: 'the caller was sent on by a 302; the edge is out of the path',
  OVERFLOW: 'a step of the service, or its hours, sent the call to a site queue, a number or a place of the dialplan',
  CALLBACK: 'the caller asked by key to be called back; the place in the line is kept',
  KEY: 'the caller pressed a key that leaves the line (`keys`)',
  ERROR: 'wrong arguments, unknown service, database down, app away or frozen: the default route takes the call',
};

/** What the author of a dialplan does with it. */
const TO_DO = {
  HANGUP: 'nothing: the caller is gone',
  ANSWERED: 'nothing, or what follows a call (`after: continue`)',
  TIMEOUT: 'the call is yours: voicemail, another number, an announcement',
  NOAGENTS: 'the call is yours, at once: voicemail, another number, an announcement',
  FULL: 'the call is yours, at once: voicemail, another number, an announcement',
  CLOSED: 'the call is yours, at once: an announcement, voicemail',
  REDIRECTED: 'hang up: the site has the call',
  OVERFLOW: 'nothing: `[ipnt-overflow]` of the shipped dialplan takes the call there',
  CALLBACK: 'say goodbye and hang up: the system calls back',
  KEY: 'nothing: the call goes on at the place that the key names',
  ERROR: 'hang up: the default route has been taken. With `IPNT_DEFAULTED` 0 there was none, and the call is yours',
};

function statuses() {
  const rows = Object.entries(OUTCOME_OF_STATUS).map(([status, outcome]) => {
    if (!(status in STATUS && status in TO_DO))
      throw new Error(`scripts/readme.mjs has no words for IPNTSTATUS ${status}`);
    return [`\`${status}\``, STATUS[status], TO_DO[status], outcome];
  });
  return table(['`IPNTSTATUS`', 'when', 'what to do', 'outcome in the record'], rows);
}

const errors = () =>
  table(
    ['code', 'kind', 'tried again', 'what happened', 'what to do'],
    Object.entries(ERRORS).map(([code, row]) => [
      `\`${code}\``,
      row.kind,
      row.retryable ? 'yes' : 'no',
      row.message,
      row.cure,
    ]),
  );

const reasons = () =>
  table(
    ['reason', 'as `ipnt explain` says it, for example', 'what to do where it should not be'],
    Object.entries(REASONS).map(([code, { example, remedy }]) => [
      `\`${code}\``,
      reasonSentence(example, { atMs: 0, callId: 'of a story' }),
      remedy,
    ]),
  );

/** Ours alone: what `process_` and `nodejs_` metrics are is Node's matter. */
const metrics = () =>
  table(
    ['metric', 'type', 'labels', 'told by', 'what it is'],
    catalogue()
      .filter(({ name }) => name.startsWith('ipnt_'))
      .map(({ name, type, labels, roles, help }) => [`\`${name}\``, type, labels.join(' '), roles.join(' '), help]),
  );

async function commands() {
  let text = '';
  const out = (part) => (text += part);
  // As wide as in a pipe, wherever this runs.
  process.stdout.isTTY = false;
  await main(['--help'], { out, err: out, env: {}, isScreen: false });
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}

/** Writes the parts of one file, or tells whether it is current. */
function write(name, parts) {
  const before = readFileSync(join(root, name), 'utf8');
  let after = before;
  for (const [part, text] of Object.entries(parts)) {
    const place = new RegExp(`(<!-- begin ${part}[^>]*-->\n)[\\s\\S]*?(<!-- end ${part} -->)`);
    if (!place.test(after)) throw new Error(`${name} has no place for ${part}`);
    after = after.replace(place, (_, begin, end) => `${begin}${text}\n${end}`);
  }
  if (after === before) return;
  if (process.argv.includes('--check')) {
    console.error(`${name} is not current: npm run readme`);
    process.exitCode = 1;
  } else writeFileSync(join(root, name), after);
}

write('README.md', { statuses: statuses(), reasons: reasons(), errors: errors(), commands: await commands() });
write('config/monitoring/README.md', { metrics: metrics() });
