import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { IpntError } from '../../core/errors.ts';
import { personText } from '../../core/explain/person.ts';
import { moment } from '../../core/explain/text.ts';
import type { TokenRecord } from '../../ports/people.ts';
import { hashOf, newTokenSecret } from '../../runtime/secrets.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import type { Io } from '../io.ts';
import { noteChange } from '../note-change.ts';
import { withStore } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { newPerson, scopeFault, strangeNames, withPersonOptions } from '../person-options.ts';
import type { PersonOptions } from '../person-options.ts';
import { table } from '../table.ts';
import { userName } from '../user-name.ts';

const ACTIONS = ['list', 'add', 'remove'] as const;
const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

interface TokenOptions extends GlobalOptions, PersonOptions {
  readonly days?: number;
  readonly json?: boolean;
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST_DAYS)
    throw new InvalidArgumentError(`write a number of days from 1 to ${MOST_DAYS}.`);
  return value;
}

/** `ipnt token add NAME --role ROLE`: programs that use the API. */
export const addToken: AddCommand = (program, io) => {
  const command = program
    .command('token')
    .description('tokens with which programs use the API: list, add (the token is printed once), remove')
    .argument('<action>', ACTIONS.join(', '))
    .argument('[name]', 'what it is for; of remove: its id, or its name where there is one of that name');
  withPersonOptions(command)
    .option('--days <days>', 'how long it is good; without it until it is removed', days)
    .option(...JSON_OPTION)
    .action(async (action: string, name: string | undefined, _options, command) => {
      const options = optionsOf<TokenOptions>(command);
      const known = ACTIONS.find((one) => one === action);
      if (known === undefined) return command.error(`error: "${action}" is none of ${ACTIONS.join(', ')}`);
      if (known === 'list') return list(options, io);
      if (known === 'add') return add(checked(known, name, options, command), options, io);
      await remove(checked(known, name, options, command), options, io);
    });
};

function checked(action: 'add' | 'remove', name: string | undefined, options: TokenOptions, command: Command): string {
  if (!name?.trim()) return command.error(`error: name it: ipnt token ${action} NAME`);
  if (name.length > 100) command.error('error: the name is longer than 100 characters');
  if (action === 'add' && options.role === undefined) command.error('error: say what it may do: --role');
  const lacking = action === 'add' ? scopeFault(options) : null;
  if (lacking !== null) command.error(`error: ${lacking}`);
  return name;
}

/** Standard output has the secret alone, so that it can go straight into a file. */
const add = (name: string, options: TokenOptions, io: Io): Promise<void> =>
  withStore(options, io, async (store) => {
    const person = await newPerson(store, options);
    const [tokenId, secret] = [randomUUID(), newTokenSecret()];
    const { dbNowMs } = await store.sites();
    const expiresAtMs = options.days === undefined ? null : dbNowMs + options.days * DAY_MS;
    const kept = { tokenId, secretHash: hashOf(secret), createdBy: userName(), expiresAtMs };
    await store.addToken({ name, ...person, ...kept });
    await noteChange(store, io, { action: 'token.add', target: name, detail: `${personText(person)}; ${tokenId}` });
    if (options.json) return io.out(`${JSON.stringify({ tokenId, name, ...person, expiresAtMs, secret }, null, 2)}\n`);
    io.err(await strangeNames(store, options));
    io.err(`${name}: ${personText(person)}; told now and never again:\n`);
    io.out(`${secret}\n`);
  });

const remove = (wanted: string, options: TokenOptions, io: Io): Promise<void> =>
  withStore(options, io, async (store) => {
    const { tokenId, name } = tokenMeant(await store.tokens(), wanted);
    if (!(await store.removeToken(tokenId))) throw new IpntError('TOKEN_UNKNOWN', `there is no token "${wanted}"`);
    await noteChange(store, io, { action: 'token.remove', target: name, detail: tokenId });
    io.out(`${name}: removed\n`);
  });

/** Throws TOKEN_UNKNOWN, also where several are called so. */
function tokenMeant(tokens: readonly TokenRecord[], wanted: string): TokenRecord {
  const found = [
    ...tokens.filter(({ tokenId }) => tokenId === wanted),
    ...tokens.filter(({ name }) => name === wanted),
  ];
  const [first] = found;
  if (first === undefined) throw new IpntError('TOKEN_UNKNOWN', `there is no token "${wanted}"`);
  if (first.tokenId !== wanted && found.length > 1)
    throw new IpntError('TOKEN_UNKNOWN', `"${wanted}" are ${found.length} tokens: name one by its id`);
  return first;
}

async function list(options: TokenOptions, io: Io): Promise<void> {
  const tokens = await withStore(options, io, (store) => store.tokens());
  const shown = tokens.map(({ secretHash: _, ...token }) => token);
  if (options.json) return io.out(`${JSON.stringify(shown, null, 2)}\n`);
  const when = (ms: number | null, never: string): string => (ms === null ? never : moment(ms));
  const columns = [
    { title: 'ID', of: (token: (typeof shown)[number]) => token.tokenId },
    { title: 'NAME', of: (token: (typeof shown)[number]) => token.name },
    { title: 'MAY', of: (token: (typeof shown)[number]) => personText(token) },
    { title: 'BY', of: (token: (typeof shown)[number]) => token.createdBy },
    { title: 'EXPIRES (UTC)', of: (token: (typeof shown)[number]) => when(token.expiresAtMs, 'never') },
    { title: 'LAST USED (UTC)', of: (token: (typeof shown)[number]) => when(token.lastUsedMs, 'never') },
  ];
  io.out(table(shown, columns, 'no token yet: ipnt token add NAME --role viewer'));
}
