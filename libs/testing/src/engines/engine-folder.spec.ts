import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { EngineFolder } from './engine-folder.js';

/** Holds a process in a folder the way `EngineFolder` does, says both, and waits to be killed. */
const parent = (guard: string) => `
  import { spawn } from 'node:child_process'; import { mkdtempSync } from 'node:fs'; import { tmpdir } from 'node:os';
  const path = mkdtempSync(tmpdir() + '/edge-guarded-');
  const held = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const guard = spawn('sh', ['-c', ${JSON.stringify(guard)}, 'guard', path], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.stdin.write(held.pid + '\\n');
  console.log(JSON.stringify({ path, pid: held.pid }));
  setInterval(() => {}, 1000);`;

describe('EngineFolder', () => {
  it('ends its processes and removes itself when its owner is killed', async () => {
    const owner = spawn(process.execPath, ['--input-type=module', '-e', parent(EngineFolder.guard)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said = await new Promise<string>((resolve) => owner.stdout.once('data', (data) => resolve(String(data))));
    const { path, pid } = JSON.parse(said) as { path: string; pid: number };
    expect([existsSync(path), isAlive(pid)]).toEqual([true, true]);

    owner.kill('SIGKILL');

    while (existsSync(path) || isAlive(pid)) await pause(20);
  });

  it('leaves nothing behind when removed', async () => {
    const folder = await EngineFolder.create('try');
    const held = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const gone = new Promise((resolve) => held.once('exit', (_, signal) => resolve(signal)));
    folder.holds(held.pid as number);

    await folder.remove();

    expect([existsSync(folder.path), await gone]).toEqual([false, 'SIGKILL']);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
