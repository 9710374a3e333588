import type { Command } from 'commander';
import type { EdgeClient } from '@edge/client';
import { connect } from './connect.js';
import type { CliEnv } from './env.js';
import type { Format } from './print.js';

/** What every command gets: the settings and, when it needs one, the connection. */
export interface Cli {
  env: CliEnv;
  client(): Promise<EdgeClient>;
  url(): Promise<string>;
  format(command: Command): Format;
  /** The exit code of the program; 0 unless a command says otherwise. */
  exitWith(code: number): void;
}

export function createCli(env: CliEnv): Cli & { code: number } {
  let connection: ReturnType<typeof connect> | undefined;
  const connected = () => (connection ??= connect(env));
  const cli = {
    code: 0,
    env,
    client: async () => (await connected()).client,
    url: async () => (await connected()).url,
    format: (command: Command) => (command.optsWithGlobals<{ output?: Format }>().output ?? 'table'),
    exitWith(code: number) {
      cli.code = code;
    },
  };
  return cli;
}
