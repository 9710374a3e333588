import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { JsonObject } from '@edge/contracts';
import { describeScript } from '@edge/engine/kit';
import { newScript, playTrial, standardTrials, type TrialResult } from '@edge/testing/script';
import type { Cli } from '../../cli.js';
import { exitCodes } from '../../exit-codes.js';
import { printData, say, write } from '../../print.js';
import { authorScript, trialsOf } from './author-files.js';
import { inThread } from './in-thread.js';

/** `edge script new|check|test`: write a strategy in a folder (`EDGE_SCRIPTS`), try it on simulated hosts; nothing of Edge has to run. */
export function scriptCommand(cli: Cli): Command {
  return new Command('script').description('Write and try scripts').addCommand(newCommand()).addCommand(checkCommand(cli)).addCommand(testCommand(cli));
}

function newCommand(): Command {
  return new Command('new').description('Write a script to begin with, and its trials').argument('<name>').option('--folder <path>', 'where', '.').action((name: string, { folder }: { folder: string }) => {
    const files = Object.entries(newScript(name));
    const there = files.find(([file]) => existsSync(join(folder, file)));
    if (there) throw new Error(`${join(folder, there[0])} is there already: take another name, or remove it.`);
    for (const [file, text] of files) {
      writeFileSync(join(folder, file), text);
      write(join(folder, file));
    }
    say(`Try it: edge script test ${join(folder, `${name}.ts`)}`);
  });
}

function checkCommand(cli: Cli): Command {
  return new Command('check').description('Load a script and say what it is').argument('<file>').action(async (file: string, _options: object, command: Command) => {
    const stuck = await inThread(cli, async () => {
      const { name, about, actions, schema } = describeScript(await authorScript(file));
      const { properties = {}, required = [] } = schema as { properties?: JsonObject; required?: string[] };
      printData({ name, about, actions: actions.join(' '), required: required.join(' '), keys: Object.keys(properties).join(' ') }, { format: cli.format(command), columns: ['name', 'actions', 'required', 'about'], name: 'name' });
      return exitCodes.success;
    });
    if (stuck) say(stuck);
  });
}

function testCommand(cli: Cli): Command {
  return new Command('test').description('Try a script on simulated hosts: its <name>.trials.json, else each of its types once').argument('<file>').option('--config <json>', 'configuration where there are no trials', '{}').action(async (file: string, { config }: { config: string }) => {
    const stuck = await inThread(cli, async (trying) => {
      const script = await authorScript(file);
      const results: TrialResult[] = [];
      for (const trial of trialsOf(file) ?? standardTrials(script, JSON.parse(config) as JsonObject)) {
        trying(trial.title);
        const result = await playTrial(script, trial);
        show(result);
        results.push(result);
      }
      const failed = results.filter(({ ok }) => !ok).length;
      say(`${results.length - failed} passed, ${failed} failed`);
      return failed === 0 ? exitCodes.success : exitCodes.failed;
    });
    if (stuck) write(`FAILED ${stuck}`);
  });
}

function show({ title, ok, differences, commands, succeeded, failed, skipped }: TrialResult): void {
  write(`${ok ? 'ok    ' : 'FAILED'} ${title}: ${commands.length} commands, ${succeeded.length} hosts well, ${Object.keys(failed).length} failed, ${skipped.length} not tried`);
  for (const difference of differences) write(`       ${difference}`);
}
