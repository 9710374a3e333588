import { command, defineScript, timeLimit, verbatim } from '@edge/script';
import { z } from 'zod';

export default defineScript({
  name: 'run',
  about: 'Runs one free command on hosts; a host that fails does not stop the others.',
  config: z.object({
    command: command().meta({ description: 'Runs word for word.' }),
    timeout: timeLimit().default(600).meta({ description: 'Time for the command on one host.' }),
    concurrency: z.int().min(1).max(1000).default(10).meta({ description: 'Hosts at the same time.' }),
    run_as: z.string().optional().meta({ description: 'User that the command runs as (sudo); default the login user.' }),
  }),
  actions: {
    async run({ config, rollOut }) {
      await rollOut(async (batch) => {
        await batch.run('run', verbatim(config.command), { within: config.timeout, width: config.concurrency });
      }, { order: 'at-once', onFailure: 'go-on' });
    },
  },
});
