import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { JsonObject, StepRequest } from '@edge/contracts';
import type { ScriptBundle, ScriptInput, Turn } from '@edge/ports';
import * as library from '@edge/script';
import { snapshotOf } from '@edge/testing/script';
import { bundleScript, loadScripts } from './load-scripts.js';
import { ScriptThread } from './script-thread.js';
import { WorkerScriptHost } from './worker-script-host.js';

const root = join(import.meta.dirname, '../../../..');
// The kit is built, and scripts that hang are ended by their share of the processor: on a busy machine both take long.
jest.setTimeout(180_000);

let kit: string;
let host: WorkerScriptHost;

beforeAll(() => {
  kit = readFileSync(execFileSync(process.execPath, [join(root, 'tools/src/build-kit.mjs')], { encoding: 'utf8' }).trim(), 'utf8');
  host = new WorkerScriptHost({ threads: 1, turnMs: 1_500, memoryMb: 64 });
});
afterAll(() => host.close());

const author = (handler: string, top = ''): ScriptBundle => bundleScript(kit, {
  file: 'mine.ts',
  text: `import { defineScript } from '@edge/script';
import { z } from 'zod';
${top}
type Unused = { a: string };
export default defineScript({
  name: 'mine', about: 'A test.', config: z.object({ name: z.string().optional() }),
  actions: { async deploy(edge) { ${handler} } },
});
`,
});
const input: ScriptInput = { action: 'a-1', type: 'deploy', snapshot: snapshotOf({ type: 'deploy', config: {}, hosts: { h1: { zone: 'Z' }, h2: { zone: 'Z' } } }) as unknown as JsonObject };
const steps = ({ requests }: Turn): string[] => requests.map((request: StepRequest) => request.key);
const startedOn = (bundle: ScriptBundle) => host.run(bundle, input).start();

describe('the script host', () => {
  it('describes and checks the scripts that ship', async () => {
    const folder = dirname(createRequire(import.meta.url).resolve('@edge/scripts/package.json'));
    const { bundles: scripts } = await loadScripts({ kit, folders: [join(folder, 'src')] });
    expect(scripts.map(({ name }) => name)).toEqual(expect.arrayContaining(['one-by-one', 'run']));
    const oneByOne = scripts.find(({ name }) => name === 'one-by-one')!;
    expect(await host.describe(oneByOne)).toMatchObject({ name: 'one-by-one', actions: ['deploy', 'rollback', 'restart'], defaults: { keep_builds: 3 } });
    expect(await host.check(oneByOne, 'deploy', { stop_command: '', repo_dir: '/opt/r', context_dir: '/', start_command: 'x', keep_builds: '3' })).toEqual([
      expect.objectContaining({ pointer: '/context_dir' }), expect.objectContaining({ pointer: '/keep_builds' }), expect.objectContaining({ pointer: '/stop_command' }),
      expect.objectContaining({ pointer: '/version' }),
    ]);
    expect(await host.check(oneByOne, 'fly', { stop_command: 's', repo_dir: '/opt/r', context_dir: '/opt/c', start_command: 'x' })).toMatchObject([{ pointer: '/type' }]);
  });

  it('gives a script all that its library has, by its own meaning: also what zod calls alike', async () => {
    const kinds = new Map(Object.entries(library).map(([name, one]) => [name, typeof one]));
    kinds.delete('defineScript'); // every author of these tests imports it
    const names = [...kinds.keys()];
    const used = `[${names.join(', ')}].map((one) => typeof one).join(' ')`;
    const put = { path: '/srv/app.conf', content: 'port 80' };
    const turn = await startedOn(author(`edge.say(${used}); edge.say(file(${JSON.stringify(put)}).text); edge.say(z.file().type);`, `import { ${names.join(', ')} } from '@edge/script';`));
    expect(turn.end).toEqual({ ok: true });
    expect(turn.requests).toMatchObject([[...kinds.values()].join(' '), library.file(put).text, 'file'].map((text) => ({ note: { text } })));
  });

  it('runs a script in turns and gives the same turns again for the same deliveries', async () => {
    const bundle = author(`
      await edge.rollOut(async (batch) => { await batch.run('stop', 'x'); await batch.run('start', 'y'); }, { order: 'at-once' });
      edge.say('done at ' + await edge.now());`);
    const deliveries = [
      { key: 'exec/h2:stop/1', host: { outcome: 'exited', cause: 'exit', code: 0 } }, { key: 'exec/h1:stop/1', host: { outcome: 'exited', cause: 'exit', code: 0 } },
      { key: 'exec/h1:start/1', host: { outcome: 'exited', cause: 'exit', code: 1 } }, { key: 'exec/h2:start/1', host: { outcome: 'exited', cause: 'exit', code: 0 } },
      { key: 'now/now/1', value: 7 },
    ] as const;
    const play = async () => {
      const run = host.run(bundle, input);
      const turns = [await run.start()];
      for (const delivery of deliveries) turns.push(await run.deliver(delivery));
      run.stop();
      return turns;
    };
    const first = await play();
    expect(first.map(steps)).toEqual([
      ['note/batch-started/1', 'exec/h1:stop/1', 'exec/h2:stop/1'], ['note/step-finished/1'], ['note/step-finished/2', 'exec/h1:start/1', 'exec/h2:start/1'],
      ['note/step-finished/3', 'note/host-failed/1'], ['note/step-finished/4', 'note/host-succeeded/1', 'note/batch-finished/1', 'now/now/1'], ['note/message/1'],
    ]);
    expect(first.at(-1)?.end).toEqual({ ok: true });
    expect(await play()).toEqual(first);
  });

  it('names file and line of the author for what goes wrong', async () => {
    const turn = await startedOn(author(`edge.say('hi');\n  const nothing = undefined as unknown as { x: number };\n  nothing.x;`));
    expect(turn.end).toEqual({ ok: false, error: { message: expect.stringContaining('TypeError'), file: 'mine.ts', line: 9 } });
  });

  it.each([
    ['reads a file', '', `import { readFileSync } from 'node:fs';`, "only '@edge/script' and 'zod'"],
    ['imports late', `await import('node:fs');`, '', "only '@edge/script' and 'zod'"],
    ['looks at the clock', 'edge.say(String(Date.now()));', '', 'Use "now"'],
    ['makes a date of now', 'edge.say(String(new Date()));', '', 'Use "now"'],
    ['rolls dice', 'Math.random();', '', 'Use "random"'],
    ['fetches', `await fetch('http://127.0.0.1');`, '', 'Use "http"'],
    ['sets a timer', 'setTimeout(() => {}, 1);', '', 'Use "sleep"'],
    ['reads the environment', 'edge.say(String(process.env.HOME));', '', 'Use "config"'],
  ])('refuses a script that %s', async (_name, handler, top, says) => {
    expect((await startedOn(author(handler, top))).end).toEqual({ ok: false, error: expect.objectContaining({ message: expect.stringContaining(says) }) });
  });

  it('ends a script that hangs, and replays the others of its thread', async () => {
    const quiet = author(`await edge.sleep('1m'); await edge.sleep('2m'); edge.say('still here');`);
    const run = host.run(quiet, input);
    expect(steps(await run.start())).toEqual(['timer/sleep/1']);
    expect(steps(await run.deliver({ key: 'timer/sleep/1', timedOut: true }))).toEqual(['timer/sleep/2']);
    expect((await startedOn(author('for (;;) await null;'))).end).toMatchObject({ ok: false });
    expect((await startedOn(author('for (;;) {}'))).end).toMatchObject({ ok: false, error: { message: expect.stringContaining('did not come to rest') } });
    const last = await run.deliver({ key: 'timer/sleep/2', timedOut: true });
    expect([steps(last), last.end]).toEqual([['note/message/1'], { ok: true }]);
    run.stop();
  });

  it('gives a script several results at once as it would one by one, up to the one that it hangs over', async () => {
    const all = async (text: string) => {
      const run = host.run(author(text), input);
      await run.start();
      return run.deliverAll(answers);
    };
    const answers = ['1', '2', '3'].map((n) => ({ key: `timer/sleep/${n}`, timedOut: true as const }));
    const turns = await all(`await edge.sleep('1m'); await edge.sleep('2m'); await edge.sleep('3m'); await edge.sleep('4m');`);
    expect(turns.map(steps)).toEqual([['timer/sleep/2'], ['timer/sleep/3'], ['timer/sleep/4']]);
    const hung = await all(`await edge.sleep('1m'); await edge.sleep('2m'); for (;;) {}`);
    expect([hung.map(steps), hung.at(-1)?.end]).toEqual([[['timer/sleep/2'], []], { ok: false, error: { message: expect.stringContaining('did not come to rest') } }]);
  });

  it('plays a script to its end in one go, and says which pools it has to know first', async () => {
    const pooled = { ...input, snapshot: snapshotOf({ type: 'deploy', config: {}, hosts: { h1: { zone: 'Z', pools: ['p'] } }, pools: [{ zone: 'Z', name: 'p', inpool_threshold: 0 }], loadBalancer: { name: 'lb', type: 'haproxy' } }) as unknown as JsonObject };
    const bundle = author(`await edge.rollOut(async (batch) => { await edge.pool.takeOut(batch); await batch.run('stop', 'x'); });`);
    const pool = { zone: 'Z', name: 'p' };
    expect(await host.rehearse(bundle, pooled, [])).toEqual({ wants: [[pool]] });
    const played = await host.rehearse(bundle, pooled, [{ pool, members: [{ host: 'h1', state: 'in', healthy: true, sessions: 9 }] }]);
    expect(played).toMatchObject({ zones: [{ zone: 'Z', pools: [{ pool: 'p', serving: 1, least_serving: 0 }], stages: [{ batches: [{ hosts: ['h1'], steps: [{ step: 'stop', hosts: ['h1'], texts: [0] }] }] }] }], texts: [{ text: expect.stringMatching(/; x$/) }], findings: [] });
    expect(await host.rehearse(bundleScript(kit.replace(',rehearse,', ','), { file: 'mine.ts', text: bundle.source }), pooled, [])).toBeUndefined();
  });

  it('finds what a script does wrong when it is played: by itself, or by not coming to rest', async () => {
    expect(await host.rehearse(author(`throw new Error('not today');`), input, [])).toMatchObject({ findings: [{ pointer: '/script', detail: 'not today', remedy: 'Look at mine.ts:7.', level: 'error' }] });
    expect(await host.rehearse(author('for (;;) {}'), input, [])).toEqual({ zones: [], texts: [], warnings: [], findings: [{ pointer: '/script', detail: expect.stringContaining('did not come to rest'), level: 'error' }] });
    expect(await host.rehearse(author(''), input, [])).toMatchObject({ findings: [] });
  });

  it('answers nothing more once it is closed', async () => {
    const closed = new WorkerScriptHost({ threads: 1 });
    const run = closed.run(author(`await edge.sleep('1m');`), input);
    await run.start();
    await closed.close();
    run.stop();
    await expect(run.deliver({ key: 'timer/sleep/1', timedOut: true })).rejects.toThrow('closed');
  });

  it('begins a thread anew before what ended runs leave behind fills its memory', async () => {
    const thread = new ScriptThread({ turnMs: 60_000, memoryMb: 24 });
    const bundle = author('');
    await thread.exclusive(async () => {
      for (let run = 0; run <= 96; run += 1) {
        expect(thread.generation).toBe(0);
        await thread.load(bundle);
        await thread.ask({ ask: 'rehearse', run: String(run), sha: bundle.sha, input, known: [] });
      }
    });
    expect(thread.generation).toBe(1);
    await thread.close();
  });

  it('ends a script that eats up its memory', async () => {
    const patient = new WorkerScriptHost({ threads: 1, turnMs: 60_000, memoryMb: 64 });
    const turn = await patient.run(author(`const held: number[][] = []; for (;;) held.push(new Array(100_000).fill(held.length));`), input).start();
    await patient.close();
    expect(turn.end).toMatchObject({ ok: false, error: { message: expect.stringContaining('64 MB') } });
  });

  it('gives every run variables of its own', async () => {
    const bundle = author(`count += 1; edge.say(String(count));`, 'let count = 0;');
    const first = await startedOn(bundle);
    expect(await startedOn(bundle)).toEqual(first);
  });

  it('rejects waits when the action is cancelled, and lets the script clean up', async () => {
    const run = host.run(author(`try { await edge.sleep('1h'); } finally { await edge.notify('cleaned'); }`), input);
    await run.start();
    expect(steps(await run.deliver({ cancel: 'by asha' }))).toEqual(['call/notify:people/1']);
    expect((await run.deliver({ key: 'call/notify:people/1', value: {} })).end).toEqual({ ok: false, error: { message: 'Cancelled: by asha' } });
  });

  it('says what is wrong with a script that cannot be loaded', async () => {
    await expect(host.describe(bundleScript(kit, { file: 'empty.ts', text: 'export const x: number = 1;' }))).rejects.toThrow('export default defineScript');
    await expect(host.describe({ ...author(''), name: 'yours', sha: 'other' })).rejects.toThrow('defines script');
    expect(() => bundleScript(kit, { file: 'enum.ts', text: 'enum A { B }' })).toThrow('enum.ts');
  });
});
