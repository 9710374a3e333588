import type { EngineFolder } from './engine-folder.js';
import type { EngineProcess } from './engine-process.js';

interface Parts { folder: EngineFolder; server: EngineProcess; address: string }

/** An engine that is one process, and what chaos may do to it. */
export class SingleEngine {
  private constructor(private readonly parts: Parts) {}

  /** Resolves when the server is ready; removes its folder if it never is. */
  static async start(parts: Parts): Promise<SingleEngine> {
    await parts.server.start().catch(async (error: unknown) => {
      await parts.folder.remove();
      throw error;
    });
    return new SingleEngine(parts);
  }

  /** As the setting of this engine takes it (`EDGE_MONGO_URL` and so on). */
  get address(): string {
    return this.parts.address;
  }

  /** Its temporary folder. */
  get folder(): string {
    return this.parts.folder.path;
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.parts.server.pid;
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.parts.server.kill();
  }

  /** Starts it again after its end, on the same data and port. */
  async restart(): Promise<void> {
    await this.parts.server.start();
  }

  /** `SIGSTOP`: connections stay open and nothing answers. */
  freeze(): void {
    this.parts.server.signal('SIGSTOP');
  }

  thaw(): void {
    this.parts.server.signal('SIGCONT');
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.parts.server.stop();
    await this.parts.folder.remove();
  }
}
