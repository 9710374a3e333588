import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { printData, write } from '../print.js';
import { setting } from './start.js';

interface Plan { plan_hash: string; zones: { zone: string; stages: { share: number; batches: { hosts: string[]; steps: { step: string; commands: { host: string; text: string }[] }[] }[] }[] }[] }

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
      const plan = await (await cli.client()).post<Plan>(`/api/v1/spaces/${space}/projects/${project}/plan/${type}`, body);
      const format = cli.format(command);
      if (format !== 'table') return printData(plan, { format, columns: [], name: 'plan_hash' });
      show(plan);
    });
}

function show(plan: Plan): void {
  for (const zone of plan.zones) {
    write(`zone ${zone.zone}`);
    zone.stages.forEach((stage, index) => {
      write(`  stage ${index + 1} (${stage.share} %)`);
      for (const batch of stage.batches) {
        write(`    batch ${batch.hosts.join(' ')}`);
        for (const step of batch.steps) for (const { host, text } of step.commands) write(`      ${step.step}  ${host}  ${text.replaceAll('\n', '\n          ')}`);
      }
    });
  }
  write(`plan ${plan.plan_hash}`);
}
