import { EdgeError } from '@edge/contracts';
import { SettingsError } from '@edge/nest/settings';
import { openSqlite } from '@edge/sqlite';
import { type EdgeEnv, readEnv } from './env.js';
import { makeFolder } from './make-folder.js';

const [command, verb, folder] = process.argv.slice(2);
try {
  if (command === 'demo' && verb === 'supervise' && folder) await (await import('./demo/supervise.js')).supervise(folder);
  else if (command === 'demo' && verb === 'stop') await stopDemo();
  else await up(readEnv({ demo: command === '--demo' }), { demo: command === '--demo' });
} catch (error) {
  const said = error instanceof EdgeError || error instanceof SettingsError || (error as NodeJS.ErrnoException).code !== undefined;
  console.error(said ? sentence(error as Error) : error);
  process.exit(error instanceof SettingsError ? 2 : 1);
}

/** The threads of the stores start while the rest of the program, which is most of it, is being read. */
async function up(env: EdgeEnv, { demo }: { demo: boolean }): Promise<void> {
  makeFolder(env.data);
  const opening = openSqlite({ folder: env.data });
  opening.catch(() => undefined); // thrown where it is awaited
  const { startEdge } = await import('./start-edge.js');
  await startEdge(env, { demo, opening });
}

async function stopDemo(): Promise<void> {
  const { stopFleet } = await import('./demo/demo-fleet.js');
  console.error((await stopFleet(readEnv({ demo: true }).data)) ? 'The demo fleet has ended.' : 'No demo fleet is running here.');
}

function sentence(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return `The port is in use (${error.message}): set EDGE_PORT to another one, or 0 for any free one.`;
  const cannotBe = error.code === 'ENOENT' && error.syscall === 'mkdir';
  if (cannotBe || ['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR'].includes(error.code ?? '')) return `${error.message}: choose a data directory that you may write, EDGE_DATA=<folder>.`;
  return error.message;
}
