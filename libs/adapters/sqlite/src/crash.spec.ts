import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BusProbe } from '@edge/testing/contracts';
import { openSqlite } from './open-sqlite.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Another process at the store, with what it said line by line. */
class Writer {
  readonly said: string[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;

  constructor(folder: string, round: number) {
    this.child = spawn(process.execPath, [join(root, 'tools/src/run-bundled.mjs'), 'libs/adapters/sqlite/src/store-writer.fixture.ts', folder, String(round)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => { this.child.once('close', () => resolve()); });
    if (this.child.stdout) createInterface(this.child.stdout).on('line', (line) => this.said.push(line));
  }

  async says(start: string): Promise<string> {
    for (;;) {
      const line = this.said.find((one) => one.startsWith(start));
      if (line) return line.slice(start.length + 1);
      if (this.child.exitCode !== null) throw new Error(`It ended: ${this.said.join('; ')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Kills the process that holds the store, in the midst of its work. */
  async kill(): Promise<number> {
    process.kill(Number(await this.says('pid')), 'SIGKILL');
    await this.ended;
    return Number(this.said.findLast((line) => line.startsWith('acknowledged'))?.split(' ')[1]);
  }

  end(): Promise<void> {
    return this.ended;
  }
}

describe('a data directory', () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'edge-crash-')); });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  it('keeps a second process out, by a sentence that names the first, and is free at once when the first is killed', async () => {
    const first = new Writer(folder, 100);
    const pid = await first.says('pid');
    const second = new Writer(folder, 101);
    await second.end();
    expect(second.said).toEqual([`refused Another Edge (process ${pid}) works on the data directory ${folder}. Stop it, or name another directory by EDGE_DATA.`]);
    await expect(openSqlite({ folder })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(pid) });
    await first.kill();
    const stores = await openSqlite({ folder });
    await stores.close();
  }, 60_000);

  it('loses nothing that was acknowledged, however often the process is killed', async () => {
    for (let round = 0; round < 4; round += 1) {
      const writer = new Writer(folder, round);
      await writer.says(`acknowledged ${20 + round * 17}`);
      const last = await writer.kill();
      const stores = await openSqlite({ folder });
      const seqs = (await stores.journal.read(`round-${round}`)).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, at) => at));
      expect(seqs.length).toBeGreaterThan(last);
      const probe = await BusProbe.on(stores.bus, { topic: 'crash', group: 'reader', from: 'earliest' });
      await probe.hears(Array.from({ length: last + 1 }, (_, seq) => `round-${round}/${seq}`));
      await probe.commitAll();
      await stores.close();
    }
  }, 90_000);
});
