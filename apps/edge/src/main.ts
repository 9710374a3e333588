import { EdgeError } from '@edge/contracts';
import { SettingsError } from '@edge/nest';
import { stopFleet } from './demo/demo-fleet.js';
import { supervise } from './demo/supervise.js';
import { readEnv } from './env.js';
import { startEdge } from './start-edge.js';

const [command, verb, folder] = process.argv.slice(2);
try {
  if (command === 'demo' && verb === 'supervise' && folder) await supervise(folder);
  else if (command === 'demo' && verb === 'stop') console.error((await stopFleet(readEnv({ demo: true }).data)) ? 'The demo fleet has ended.' : 'No demo fleet is running here.');
  else await startEdge(readEnv({ demo: command === '--demo' }), { demo: command === '--demo' });
} catch (error) {
  const said = error instanceof EdgeError || error instanceof SettingsError || (error as NodeJS.ErrnoException).code !== undefined;
  console.error(said ? sentence(error as Error) : error);
  process.exit(error instanceof SettingsError ? 2 : 1);
}

function sentence(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return `The port is in use (${error.message}): set EDGE_PORT to another one, or 0 for any free one.`;
  const cannotBe = error.code === 'ENOENT' && error.syscall === 'mkdir';
  if (cannotBe || ['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR'].includes(error.code ?? '')) return `${error.message}: choose a data directory that you may write, EDGE_DATA=<folder>.`;
  return error.message;
}
