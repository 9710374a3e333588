import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder with the processes that live in it. Both end with us, however we end. */
export class EngineFolder {
  /**
   * Reads the process groups to end, one list a line, until its owner dies or closes the pipe; then kills the last list and removes the folder.
   * A program of its own, because one that was killed cannot tidy up.
   */
  static readonly guard = `trap '' INT TERM HUP; groups=
while read -r line; do groups=$line; done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
tries=0
while ! rm -rf "$1" 2>/dev/null && [ $tries -lt 20 ]; do tries=$((tries + 1)); sleep 0.1; done`;
  private readonly groups = new Set<number>();
  private constructor(readonly path: string, private readonly guard: ChildProcess) {}

  static async create(engine: string): Promise<EngineFolder> {
    const path = await mkdtemp(join(tmpdir(), `edge-${engine}-`));
    const child = spawn('sh', ['-c', EngineFolder.guard, 'edge-engine-guard', path], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    child.unref();
    child.stdin.on('error', () => child.kill('SIGKILL'));
    (child.stdin as unknown as { unref(): void }).unref();
    return new EngineFolder(path, child);
  }

  /** Process groups (their leader's pid) that must not outlive us. */
  holds(group: number): void {
    this.groups.add(group);
    this.tell();
  }

  freed(group: number): void {
    this.groups.delete(group);
    this.tell();
  }

  /** Ends what is left and removes the folder. */
  async remove(): Promise<void> {
    if (this.guard.exitCode !== null) return;
    const gone = once(this.guard, 'exit');
    this.guard.ref();
    this.guard.stdin?.end();
    await gone;
  }

  private tell(): void {
    if (this.guard.stdin?.writable) this.guard.stdin.write(`${[...this.groups].join(' ')}\n`);
  }
}
