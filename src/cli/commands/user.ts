import type { Command } from 'commander';
import { IpntError } from '../../core/errors.ts';
import { personText } from '../../core/explain/person.ts';
import { isUserName, usualScope } from '../../core/model/person.ts';
import type { UserRecord } from '../../ports/people.ts';
import { assertStrong, hashPassword, newPassword } from '../../runtime/password.ts';
import type { MysqlStore } from '../../store/mysql/index.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { wrongOption } from '../cured.ts';
import type { Io } from '../io.ts';
import { noteChange } from '../note-change.ts';
import { withStore } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { changedPerson, newPerson, scopeFault, strangeNames, suited, withPersonOptions } from '../person-options.ts';
import type { PersonOptions } from '../person-options.ts';
import { moment } from '../../core/explain/text.ts';
import { table } from '../table.ts';

const ACTIONS = ['list', 'add', 'change', 'password', 'disable', 'enable', 'remove'] as const;
type Action = (typeof ACTIONS)[number];

interface UserOptions extends GlobalOptions, PersonOptions {
  readonly generate?: boolean;
  readonly passwordStdin?: boolean;
  readonly json?: boolean;
}

/** `ipnt user add NAME --role ROLE`: who may log in to the pages and the API. */
export const addUser: AddCommand = (program, io) => {
  const command = program
    .command('user')
    .description('users of the pages and the API: list, add, change their role, set their password, disable, remove')
    .argument('<action>', ACTIONS.join(', '))
    .argument('[name]', 'with which he logs in: letters, digits and . _ @ -');
  withPersonOptions(command)
    .option('--generate', 'make a strong password and print it, once')
    .option('--password-stdin', 'read the password from standard input, one line, and do not ask')
    .option(...JSON_OPTION)
    .action(async (action: string, name: string | undefined, _options, command) => {
      const options = optionsOf<UserOptions>(command);
      const known = ACTIONS.find((one) => one === action);
      if (known === undefined) return command.error(`error: "${action}" is none of ${ACTIONS.join(', ')}`);
      if (known === 'list') return list(options, io);
      const named = checked(known, name, options, command);
      await DO[known](named, options, io);
    });
};

/** What is wrong with the words is told before anybody is asked for a password. */
function checked(action: Action, name: string | undefined, options: UserOptions, command: Command): string {
  if (name === undefined) return command.error(`error: name him: ipnt user ${action} NAME`);
  const { role, sites, services, agent, generate, passwordStdin } = options;
  const asked = [role, sites, services, agent].some((one) => one !== undefined);
  const isNew = action === 'add';
  if (isNew && !isUserName(name))
    command.error(`error: "${name}" is no user name: letters, digits and . _ @ - (64 at most)`);
  if (isNew && role === undefined) command.error('error: say what he may do: --role');
  const lacking = isNew ? scopeFault(options) : null;
  if (lacking !== null) command.error(`error: ${lacking}`);
  if (action === 'change' && !asked) command.error('error: say what changes: --role, --sites, --services or --agent');
  if (!isNew && action !== 'change' && asked)
    command.error('error: --role, --sites, --services and --agent go with add and change');
  if (!isNew && action !== 'password' && (generate || passwordStdin))
    command.error('error: --generate and --password-stdin go with add and password');
  if (generate && passwordStdin) command.error('error: give one of --generate and --password-stdin');
  return name;
}

type Do = (name: string, options: UserOptions, io: Io) => Promise<void>;

const unknown = (name: string): IpntError => new IpntError('USER_UNKNOWN', `there is no user "${name}"`);

async function userNamed(store: MysqlStore, name: string): Promise<UserRecord> {
  const user = await store.user(name);
  if (user === null) throw unknown(name);
  return user;
}

/** Whoever works here can always make one anew; on the pages nobody could. */
async function warnWithoutAdmin(store: MysqlStore, io: Io): Promise<void> {
  const users = await store.users();
  if (!users.some(({ role, isDisabled }) => role === 'admin' && !isDisabled))
    io.err('warning: no administrator is left who can log in; add one: ipnt user add NAME --role admin\n');
}

const add: Do = async (name, options, io) => {
  const password = await passwordFrom(options, io);
  await withStore(options, io, async (store) => {
    const person = await newPerson(store, options);
    const passwordHash = await hashPassword(password);
    if (!(await store.addUser({ name, ...person, passwordHash, isDisabled: false })))
      throw new IpntError('USER_EXISTS', `there is a user "${name}" already`);
    await noteChange(store, io, { action: 'user.add', target: name, detail: personText(person) });
    io.err(await strangeNames(store, options));
    io.out(options.generate ? `${password}\n` : `${name}: ${personText(person)}\n`);
  });
};

const change: Do = (name, options, io) =>
  withStore(options, io, async (store) => {
    const [before, asked] = [await userNamed(store, name), await changedPerson(store, options)];
    // What bound him to nothing before must not let him do everything now.
    const isPromoted = asked.role === 'supervisor' && before.role !== 'supervisor';
    const changed = isPromoted ? { ...usualScope('supervisor'), ...asked } : asked;
    const person = suited({ ...before, ...changed });
    if (!(await store.changeUser(name, changed))) throw unknown(name);
    await noteChange(store, io, { action: 'user.change', target: name, detail: personText(person) });
    io.err(await strangeNames(store, options));
    await warnWithoutAdmin(store, io);
    io.out(`${name}: ${personText(person)}; he logs in again\n`);
  });

const password: Do = async (name, options, io) => {
  const chosen = await passwordFrom(options, io);
  await withStore(options, io, async (store) => {
    if (!(await store.changeUser(name, { passwordHash: await hashPassword(chosen) }))) throw unknown(name);
    await noteChange(store, io, { action: 'user.password', target: name });
    io.out(options.generate ? `${chosen}\n` : `${name}: has a new password, and logs in again\n`);
  });
};

const disable =
  (isDisabled: boolean): Do =>
  (name, options, io) =>
    withStore(options, io, async (store) => {
      if (!(await store.changeUser(name, { isDisabled }))) throw unknown(name);
      await noteChange(store, io, { action: isDisabled ? 'user.disable' : 'user.enable', target: name });
      await warnWithoutAdmin(store, io);
      io.out(`${name}: ${isDisabled ? 'cannot log in any more' : 'can log in again'}\n`);
    });

const remove: Do = (name, options, io) =>
  withStore(options, io, async (store) => {
    if (!(await store.removeUser(name))) throw unknown(name);
    await noteChange(store, io, { action: 'user.remove', target: name });
    await warnWithoutAdmin(store, io);
    io.out(`${name}: removed\n`);
  });

const DO: Readonly<Record<Exclude<Action, 'list'>, Do>> = {
  ...{ add, change, password, remove, disable: disable(true), enable: disable(false) },
};

/** Made, read, or asked for twice. Throws PASSWORD_WEAK. */
async function passwordFrom({ generate, passwordStdin }: UserOptions, io: Io): Promise<string> {
  if (generate) return newPassword();
  const { secrets } = io;
  if (secrets === undefined || (!passwordStdin && !secrets.isTerminal))
    throw wrongOption(
      'there is no terminal on which to ask for the password',
      'give it on standard input with --password-stdin, or let one be made with --generate',
    );
  const chosen = passwordStdin ? await secrets.line() : await secrets.ask('new password: ');
  assertStrong(chosen);
  if (!passwordStdin && (await secrets.ask('again: ')) !== chosen)
    throw wrongOption('the two passwords differ: nothing was changed', 'run it again, and type the same twice');
  return chosen;
}

async function list(options: UserOptions, io: Io): Promise<void> {
  const users = await withStore(options, io, (store) => store.users());
  const shown = users.map(({ passwordHash: _, ...user }) => user);
  if (options.json) return io.out(`${JSON.stringify(shown, null, 2)}\n`);
  const columns = [
    { title: 'NAME', of: (user: (typeof shown)[number]) => user.name },
    { title: 'MAY', of: (user: (typeof shown)[number]) => personText(user) },
    { title: 'LOGS IN', of: (user: (typeof shown)[number]) => (user.isDisabled ? 'no' : 'yes') },
    { title: 'PASSWORD SINCE (UTC)', of: (user: (typeof shown)[number]) => moment(user.changedAtMs) },
  ];
  io.out(table(shown, columns, 'no user yet: ipnt user add NAME --role admin'));
}
