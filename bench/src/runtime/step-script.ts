/** A script as its author writes it: so many steps, one after the other, on every host at once. */
export const stepScript = { file: 'steps.ts', text: `
import { defineScript, sh } from '@edge/script';
import { z } from 'zod';

export default defineScript({
  name: 'steps', about: 'For the benchmark.', config: z.object({ steps: z.coerce.number() }),
  actions: {
    async restart({ config, rollOut }) {
      await rollOut(async (batch) => {
        for (let n = 1; n <= config.steps; n += 1) await batch.run('step ' + n, sh\`true\`);
      }, { order: 'at-once' });
    },
  },
});
` };
