import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './run-cli.js';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'edge-author-')); });
afterAll(() => rmSync(folder, { recursive: true }));

const script = (name: string, top: string) => {
  writeFileSync(join(folder, `${name}.ts`), `import { defineScript } from '@edge/script';
import { z } from 'zod';
${top}
export default defineScript({ name: '${name}', about: 'A test.', config: z.object({}), actions: { async deploy() {} } });
`);
  return join(folder, `${name}.ts`);
};

describe('the edge command about a script that', () => {
  it('loops when it is loaded comes to an end all the same', async () => {
    await Promise.all(['check', 'test'].map(async (verb) => {
      const { code, out, err } = await runCli(['script', verb, script(`loops-${verb}`, 'for (;;) {}')]);
      expect([code, out + err]).toEqual([1, expect.stringContaining('loading the script: it did not come to rest')]);
    }));
  }, 90_000);

  it.each(['check', 'test'])('ends the program, or waits for ever, says so: script %s', async (verb) => {
    expect(await runCli(['script', verb, script('exits', 'process.exit(0);')])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('process.exit') });
    const { code, out, err } = await runCli(['script', verb, script('waits', 'await new Promise(() => undefined);')]);
    expect([code, out + err]).toEqual([1, expect.stringContaining('It waits for what never comes.')]);
  }, 60_000);

  it.each(['[]', '{}'])('has nothing to try, %s, says so', async (trials) => {
    writeFileSync(join(folder, 'idle.trials.json'), trials);
    expect(await runCli(['script', 'test', script('idle', '')])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('nothing to try') });
  }, 60_000);
});
