import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EdgeClient, EdgeUnreachable } from '@edge/client';
import type { CliEnv } from './env.js';
import { givenToken } from './given-token.js';

export interface Connection { client: EdgeClient; url: string }

/** The Edge that the settings name, else the one that runs on this machine. */
export async function connect(env: CliEnv): Promise<Connection> {
  const token = givenToken(env);
  if (env.url !== undefined && !isAddress(env.url)) throw new Error(`EDGE_URL "${env.url}" is no address, for example http://127.0.0.1:8080.`);
  if (env.url !== undefined) return to(env.url, token);
  for (const folder of env.dataFolders) {
    const running = await runningIn(folder);
    if (running) return to(running.url, token ?? running.token);
  }
  throw new EdgeUnreachable(`any of ${env.dataFolders.map((folder) => join(folder, 'edge.json')).join(', ')}; set EDGE_URL and EDGE_TOKEN, or start "edge up"`, undefined);
}

function to(url: string, token = ''): Connection {
  return { client: new EdgeClient({ url, token }), url };
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** After a crash the file is stale: only an Edge that answers counts. */
async function runningIn(folder: string): Promise<{ url: string; token: string } | undefined> {
  const text = await readFile(join(folder, 'edge.json'), 'utf8').catch(() => undefined);
  if (!text) return undefined;
  const { url, token } = JSON.parse(text) as { url: string; token: string };
  const alive = await fetch(new URL('/livez', url), { signal: AbortSignal.timeout(15_000) }).then((answer) => answer.ok, () => false);
  return alive ? { url, token } : undefined;
}
