#!/usr/bin/env node
/** The command line: `ipnt --help`. Each command is a file in commands/. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { Ending } from './command.ts';
import type { AddCommand } from './command.ts';
import { addAgent } from './commands/agent.ts';
import { addAgents } from './commands/agents.ts';
import { addAgentsImport } from './commands/agents-import.ts';
import { addAudit } from './commands/audit.ts';
import { addApi } from './commands/api.ts';
import { addCalls } from './commands/calls.ts';
import { addCheck } from './commands/check.ts';
import { addCustomers } from './commands/customers.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addFigures } from './commands/figures.ts';
import { addMigrate } from './commands/migrate.ts';
import { addQueues } from './commands/queues.ts';
import { addRecord, addReplay } from './commands/record.ts';
import { addEdge, addSite } from './commands/roles.ts';
import { addApply, addExport } from './commands/routing.ts';
import { addRoute } from './commands/route.ts';
import { addRun } from './commands/run.ts';
import { addService } from './commands/service.ts';
import { addSimulate } from './commands/simulate.ts';
import { addStatus } from './commands/status.ts';
import { addToken } from './commands/token.ts';
import { addUser } from './commands/user.ts';
import { EXIT, processIo } from './io.ts';
import type { ExitCode, Io } from './io.ts';
import { errorText, exitCodeOf } from './report.ts';
import { processSecrets } from './secret-input.ts';
import { programVersion } from './version.ts';

const COMMANDS: readonly AddCommand[] = [
  ...[addMigrate, addRun, addSite, addEdge, addApi, addCheck, addApply, addExport, addService],
  ...[
    addStatus,
    addAgents,
    addAgentsImport,
    addAgent,
    addCustomers,
    addQueues,
    addCalls,
    addFigures,
    addExplain,
    addRoute,
    addSimulate,
    addRecord,
    addReplay,
    addDoctor,
    addUser,
    addToken,
    addAudit,
  ],
];

const HELP = `
Settings: --settings, else $IPNT_SETTINGS, else ./ipnt.yaml, else /etc/ipnt/ipnt.yaml.
Log:      standard error; $IPNT_LOG is error, warn, info or debug.
Exit:     0 done; 1 it failed; 2 settings, a file or the arguments must be changed.`;

/** Runs one command line; the answer is the exit code. Never rejects. */
export async function main(
  args: readonly string[],
  io: Io = { ...processIo, secrets: processSecrets },
): Promise<ExitCode> {
  const program = new Command('ipnt')
    .description('routes calls to the best agent of any connected call centre')
    .version(programVersion())
    .option('--settings <file>', 'the settings file')
    .addHelpText('after', HELP)
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('(ipnt --help tells what there is)')
    .exitOverride();
  for (const add of COMMANDS) add(program, io);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof Ending) return error.code;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    io.err(errorText(error));
    return exitCodeOf(error);
  }
}

/** Started as a program, and not imported: npm's command is a link to this file. */
function isProgram(): boolean {
  try {
    return realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url);
  } catch {
    return false;
  }
}

if (isProgram()) {
  // `ipnt calls | head`: a reader who has seen enough is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
  );
  const code = await main(process.argv.slice(2));
  // A role ends by its lifecycle, which may still be at work; others have closed what they opened.
  process.exitCode ??= code;
}
