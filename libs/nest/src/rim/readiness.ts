import { Injectable } from '@nestjs/common';

export interface Check { ok: boolean; detail: string }

/** Whether the program can do its work: each module registers what it depends on. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, () => Promise<Check>>();

  /** From when on the program has read every topic that it reads; milliseconds since the epoch. */
  readingSince = Infinity;

  reads(): void {
    this.readingSince = Date.now();
  }

  register(name: string, check: () => Promise<Check>): void {
    this.checks.set(name, check);
  }

  /** A check that fails or throws is not ready, with its sentence. */
  async state(): Promise<{ ready: boolean; checks: Record<string, Check> }> {
    const entries = await Promise.all([...this.checks].map(async ([name, check]) => [name, await answered(check)] as const));
    return { ready: entries.every(([, { ok }]) => ok), checks: Object.fromEntries(entries) };
  }
}

async function answered(check: () => Promise<Check>): Promise<Check> {
  try {
    const { ok, detail } = await check();
    return { ok, detail };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
