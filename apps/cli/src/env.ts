import { homedir } from 'node:os';
import { join } from 'node:path';

/** The settings of the CLI, read once. */
export interface CliEnv {
  url?: string;
  token?: string;
  /** A file that holds the token. */
  tokenFile?: string;
  /** Folders in which a running `edge up` may have left its `edge.json`. */
  dataFolders: string[];
  /** Where the keys of a cluster are. */
  keys?: string;
  color: boolean;
}

export function readEnv(env: NodeJS.ProcessEnv = process.env): CliEnv {
  const state = join(env.XDG_STATE_HOME ?? join(env.HOME ?? homedir(), '.local', 'state'), 'edge');
  return {
    ...(env.EDGE_URL ? { url: env.EDGE_URL } : {}),
    ...(env.EDGE_TOKEN !== undefined ? { token: env.EDGE_TOKEN } : {}),
    ...(env.EDGE_TOKEN_FILE !== undefined ? { tokenFile: env.EDGE_TOKEN_FILE } : {}),
    ...(env.EDGE_KEYS ? { keys: env.EDGE_KEYS } : {}),
    dataFolders: env.EDGE_DATA ? [env.EDGE_DATA] : [join(process.cwd(), '.edge-demo'), state],
    color: !env.NO_COLOR && process.stdout.isTTY === true,
  };
}
