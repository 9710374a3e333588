import type { ActionPlan } from '@edge/contracts';
import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { showPlan } from '../show-plan.js';
import { setting } from './start.js';

/** `edge plan hotels/booking deploy`: what would happen, with exact hosts and commands, and the hash that a start can demand. */
export function planCommand(cli: Cli): Command {
  return new Command('plan')
    .description('Show what an action would do, host by host')
    .argument('<space/project>')
    .argument('<type>')
    .option('--version <version>')
    .option('--hosts <names>', 'only these hosts, by comma')
    .option('--set <key=value...>')
    .action(async (path: string, type: string, options: { version?: string; hosts?: string; set?: string[] }, command: Command) => {
      const [space, project] = path.split('/');
      const body = { ...(options.version ? { version: options.version } : {}), ...(options.hosts ? { servers: options.hosts.split(',') } : {}), ...(options.set ? { config: Object.fromEntries(options.set.map(setting)) } : {}) };
      const plan = await (await cli.client()).post<ActionPlan>(`/api/v1/spaces/${space}/projects/${project}/plan/${type}`, body);
      showPlan(cli, plan, cli.format(command));
    });
}
