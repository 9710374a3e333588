import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DemoHost { name: string; zone: string; appPort: number }

/** A data folder for one demo of its own. */
export async function demoFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'edge-demo-'));
}

export function demoHosts(data: string): DemoHost[] {
  return (JSON.parse(readFileSync(join(data, 'demo', 'fleet.json'), 'utf8')) as { hosts: DemoHost[] }).hosts;
}

/** What every application answers over HTTP: host → version, or the error's sentence. */
export async function runningVersions(data: string): Promise<Record<string, string>> {
  const answers = await Promise.all(demoHosts(data).map(async (host) => {
    const version = await fetch(`http://127.0.0.1:${host.appPort}/`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) }).then(async (answer) => ((await answer.json()) as { version: string }).version, (error: Error) => error.message);
    return [host.name, version] as const;
  }));
  return Object.fromEntries(answers);
}

/** Lines that the application's own start and stop scripts left on a host: how often each really ran, and for which action. */
export function hostRuns(data: string, host: string): string[] {
  try {
    return readFileSync(join(data, 'demo', 'hosts', host, 'runs'), 'utf8').trim().split('\n').filter(Boolean);
  } catch {
    return []; // nothing ran yet
  }
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
