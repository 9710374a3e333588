import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineFolder } from '../engine-folder.js';
import { EngineProcess } from '../engine-process.js';
import { freePort } from '../free-ports.js';
import { SingleEngine } from '../single-engine.js';
import { fetchMongod } from './fetch-mongod.js';
import { makePrimary } from './make-primary.js';

export interface MongoOptions {
  /** `replica-set` (default): one node, as an installation has it. `standalone`: no transactions, no retryable writes. */
  kind?: 'replica-set' | 'standalone';
}

/** A real `mongod` on loopback on data of its own; takes writes when it resolves (1 s). */
export async function startMongo({ kind = 'replica-set' }: MongoOptions = {}): Promise<SingleEngine> {
  const program = await fetchMongod();
  const folder = await EngineFolder.create('mongo');
  const data = join(folder.path, 'data');
  await mkdir(data);
  const port = await freePort();
  const server = new EngineProcess({
    name: 'mongod', program, folder, logFile: join(folder.path, 'mongod.log'),
    args: [...serverArguments(data, port), ...(kind === 'replica-set' ? ['--replSet', 'edge', '--oplogSize', '64'] : [])],
    ready: (printed) => (printed.includes('Waiting for connections') ? makePrimary(port, kind) : undefined),
  });
  const query = kind === 'replica-set' ? 'replicaSet=edge' : 'directConnection=true';
  return SingleEngine.start({ folder, server, address: `mongodb://127.0.0.1:${port}/edge?${query}` });
}

const serverArguments = (data: string, port: number) => [
  '--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--wiredTigerCacheSizeGB', '0.25',
  '--setParameter', 'diagnosticDataCollectionEnabled=false', '--setParameter', 'ttlMonitorSleepSecs=1', '--setParameter', 'enableTestCommands=1',
];
