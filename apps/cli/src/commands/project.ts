import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { printData } from '../print.js';
import { setting } from './start.js';

export function projectCommand(cli: Cli): Command {
  return new Command('project').description('Projects and their configuration').addCommand(list(cli)).addCommand(show(cli)).addCommand(set(cli)).addCommand(config(cli));
}

function pathOf(given: string): string {
  const [space, project] = given.split('/');
  if (!space || !project) throw new Error(`"${given}" is not <space>/<project>, for example hotels/booking.`);
  return `/api/v1/spaces/${encodeURIComponent(space)}/projects/${encodeURIComponent(project)}`;
}

function list(cli: Cli): Command {
  return new Command('list').argument('<space>').action(async (space: string, _options: object, command: Command) => {
    const { items } = await (await cli.client()).get<{ items: object[] }>(`/api/v1/spaces/${encodeURIComponent(space)}/projects`, { query: { limit: 1000 } });
    printData(items, { format: cli.format(command), columns: ['space', 'name', 'environment'], name: 'name' });
  });
}

function show(cli: Cli): Command {
  return new Command('show').argument('<space/project>').action(async (given: string, _options: object, command: Command) => {
    printData(await (await cli.client()).get<object>(pathOf(given)), { format: cli.format(command), columns: ['space', 'name', 'environment', 'config'], name: 'name' });
  });
}

function set(cli: Cli): Command {
  return new Command('set').description('Set configuration keys').argument('<space/project>').argument('<key=value...>').action(async (given: string, pairs: string[], _options: object, command: Command) => {
    const answer = await (await cli.client()).call<object>('PATCH', pathOf(given), { body: { config: Object.fromEntries(pairs.map(setting)) } });
    printData(answer.body, { format: cli.format(command), columns: ['space', 'name', 'environment', 'config'], name: 'name' });
  });
}

function config(cli: Cli): Command {
  return new Command('config').description('Effective values, each with the layer it came from').argument('<space/project>').action(async (given: string, _options: object, command: Command) => {
    const { config: values } = await (await cli.client()).get<{ config: Record<string, { value: unknown; origin: string }> }>(`${pathOf(given)}/config`);
    printData(Object.entries(values).map(([key, effective]) => ({ key, ...effective })), { format: cli.format(command), columns: ['key', 'value', 'origin'], name: 'key' });
  });
}
