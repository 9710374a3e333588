import { CommanderError } from 'commander';
import { EdgeProblem } from '@edge/client';
import about from '../package.json' with { type: 'json' };
import { createCli } from './cli.js';
import { readEnv } from './env.js';
import { exitCodeOfError } from './exit-codes.js';
import { say, write } from './print.js';
import { createProgram, usageExit } from './program.js';
import { outliveReaders } from './readers.js';

const cli = createCli(readEnv());
outliveReaders();
try {
  // Not an option of the program: `edge deploy --version` is the version to bring.
  if (process.argv[2] === '--version') write(about.version);
  else await createProgram(cli).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) cli.exitWith(error.exitCode === 0 ? 0 : usageExit);
  else {
    say(error instanceof Error ? error.message : String(error));
    if (error instanceof EdgeProblem) for (const finding of error.problem.errors) say(`  ${finding.pointer || '/'}: ${finding.detail}${finding.remedy ? ` ${finding.remedy}` : ''}`);
    cli.exitWith(exitCodeOfError(error));
  }
}
process.exitCode = cli.code;
