import type { Accepted } from '@edge/contracts';
import type { Cli } from './cli.js';
import { exitCodes } from './exit-codes.js';
import { say } from './print.js';

/** An action's id and where the console shows it. */
export async function idAndLink(cli: Cli, { action_id: id, links }: Pick<Accepted, 'action_id' | 'links'>): Promise<string> {
  return `${id}  ${new URL(links.console ?? '/', await cli.url()).href}`;
}

export function howToGoOn(id: string): string {
  return `Follow: edge action follow ${id}   Cancel: edge action cancel ${id}`;
}

/** Ctrl-C leaves the action running and says how to go on. */
export function leaveOnInterrupt(id: string): void {
  process.once('SIGINT', () => {
    say(`The action goes on. ${howToGoOn(id)}`);
    process.exit(exitCodes.interrupted);
  });
}
