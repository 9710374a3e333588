/** A script to begin with, and its trials: files to write, by name. */
export function newScript(name: string): Record<string, string> {
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name)) throw new Error(`A script's name is lower-case letters, digits, ".", "_" and "-": "${name}" is none.`);
  return { [`${name}.ts`]: scriptText(name), [`${name}.trials.json`]: `${JSON.stringify(trials, undefined, 2)}\n` };
}

const scriptText = (name: string): string => `import { command, defineScript, inventory, rolloutKeys } from '@edge/script';
import { z } from 'zod';

export default defineScript({
  name: '${name}',
  about: 'Drains, stops and starts hosts batch by batch.',
  config: z.object({
    ...inventory,
    ...rolloutKeys,
    stop_command: command(),
    start_command: command(),
  }),
  actions: {
    async restart({ config, rollOut, pool }) {
      await rollOut(async (batch) => {
        const app = batch.application({ stop: { text: config.stop_command }, start: { text: config.start_command } });
        await pool.takeOut(batch);
        await app.stop();
        await app.start();
        await batch.waitHealthy();
        await pool.putBack(batch);
      });
    },
  },
});
`;

const config = { stop_command: 'systemctl stop app', start_command: 'systemctl start app' };
const pools = { 'north/pool1': { members: ['web-1', 'web-2', 'web-3', 'web-4'], threshold: 50 } };
const trials = [
  { title: 'restarts two hosts at a time', type: 'restart', config, pools, expect: { succeeded: ['web-1', 'web-2', 'web-3', 'web-4'], leastServing: { 'north/pool1': 2 }, steps: { 'web-1': ['stop', 'start'] } } },
  { title: 'leaves a host out that does not start', type: 'restart', config, pools, failing: ['web-1 start'], expect: { failed: ['web-1'] } },
];
