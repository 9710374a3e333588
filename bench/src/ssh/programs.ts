import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Tool } from './run-tool.js';

const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/** Bundles a program of this folder as the product itself is bundled; answers the file that Node runs. */
export async function programFile(name: string): Promise<string> {
  const root = process.cwd();
  const dir = join(root, '.cache/programs');
  const { bundle } = (await import(pathToFileURL(join(root, 'tools/src/bundle.mjs')).href)) as { bundle(options: object): Promise<void> };
  await bundle({ input: join(root, `bench/src/ssh/${name}.ts`), dir, name: `bench-ssh-${name}` });
  return join(dir, `bench-ssh-${name}.js`);
}

const nodeArguments = (file: string, args: string[]): string[] => [...flags, file, ...args];

/** A whole run of a program, its compiled form kept beside it as the product's launcher keeps it. */
export function programTool(file: string, args: string[]): Tool {
  return { command: process.execPath, args: nodeArguments(file, args), env: { NODE_COMPILE_CACHE: join(dirname(file), '.compiled') } };
}

/** A program that answers one message after the other. */
export class Resident {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it says that it is ready. */
  static async start(file: string, args: string[]): Promise<Resident> {
    const child = spawn(process.execPath, nodeArguments(file, args), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const resident = new Resident(child);
    await resident.answer();
    return resident;
  }

  get pid(): number {
    return this.child.pid!;
  }

  async ask<T>(question: object): Promise<T> {
    const answer = this.answer<T>();
    this.child.send(question);
    return answer;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('close', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }

  private answer<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('A program of the benchmark ended before it answered.'));
      this.child.once('close', ended);
      this.child.once('message', (message) => {
        this.child.removeListener('close', ended);
        resolve(message as T);
      });
    });
  }
}
