import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { defineScript, sh } from '@edge/script';
import { z } from 'zod';
import { newScript } from './new-script.js';
import { playTrial, standardTrials } from './trial.js';

const script = defineScript({
  name: 'tiny', about: 'A test.', config: z.object({ word: z.string() }),
  actions: {
    async restart({ rollOut, pool }) {
      await rollOut(async (batch) => {
        await pool.takeOut(batch);
        await batch.run('restart', sh`restart`);
        await pool.putBack(batch);
      });
    },
    async broken() { throw new Error('not today'); },
  },
});
const pools = { 'Z/p': { members: ['a', 'b'], threshold: 50 } };

describe('a trial', () => {
  it('says what was expected and what came', async () => {
    const trial = { title: 'one by one', type: 'restart', config: { word: 'x' }, pools, failing: ['b restart'] };
    expect(await playTrial(script, { ...trial, expect: { succeeded: ['a'], failed: ['b'], steps: { a: ['restart'] }, leastServing: { 'Z/p': 1 } } })).toMatchObject({ ok: true, differences: [] });
    expect(await playTrial(script, { ...trial, expect: { succeeded: ['a', 'b'] } })).toMatchObject({ ok: false, differences: ['succeeded: expected ["a","b"], but it was ["a"]'] });
  });
  it('fails for a configuration that does not fit and for a script that throws', async () => {
    expect((await playTrial(script, { title: 't', type: 'restart', pools })).differences).toEqual(['configuration /word: Script tiny needs this key.']);
    const [, broken] = standardTrials(script, { word: 'x' });
    expect((await playTrial(script, broken!)).differences).toEqual(['the script failed: not today']);
  });
});

/** Starts a program of this folder on the sources as they are: only `./x.js`, as TypeScript spells it, must find `./x.ts`. */
function run(text: string): string {
  const hook = "require('node:module').registerHooks({ resolve: (s, c, next) => next(s.startsWith('.') && c.parentURL?.endsWith('.ts') ? s.replace(/\\.js$/, '.ts') : s, c) });";
  return execFileSync(process.execPath, ['--experimental-transform-types', '--disable-warning=ExperimentalWarning', '-e', `${hook}\n(async () => { const author = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))}); ${text} })();`], { encoding: 'utf8', cwd: import.meta.dirname });
}

describe('a new script', () => {
  it('loads from a folder where nothing is installed, and passes its own trials', () => {
    const folder = mkdtempSync(join(tmpdir(), 'edge-author-'));
    for (const [name, text] of Object.entries(newScript('mine'))) writeFileSync(join(folder, name), text);
    const trials = readFileSync(join(folder, 'mine.trials.json'), 'utf8');
    const printed = run(`const script = await author.loadAuthorModule(${JSON.stringify(join(folder, 'mine.ts'))});
      for (const trial of ${trials}) { const { ok, differences } = await author.playTrial(script, trial); console.log(trial.title, ok, ...differences); }`);
    expect(printed).toBe('restarts two hosts at a time true\nleaves a host out that does not start true\n');
    rmSync(folder, { recursive: true });
  });
  it('has a name that a file can have', () => {
    expect(() => newScript('../x')).toThrow('is none');
  });
});
