import type { Finding, JsonObject } from '@edge/contracts';
import type { ScriptBundle } from '@edge/ports';

export interface Check { type: string; config: JsonObject }

interface Waiting { check: Check; done(findings: Finding[]): void; failed(error: unknown): void }

const most = 64;

/** Checks of one script that are asked while its thread is busy go there together: a question costs more than what it asks. */
export class ChecksTogether {
  private readonly waiting = new Map<string, Waiting[]>();

  /** @param ask puts one question when the thread is free for it; `take` says what it asks by then */
  constructor(private readonly ask: (bundle: ScriptBundle, take: () => Check[]) => Promise<Finding[][]>) {}

  add(bundle: ScriptBundle, check: Check): Promise<Finding[]> {
    return new Promise((done, failed) => {
      const group = this.waiting.get(bundle.sha);
      if (group && group.length < most) return void group.push({ check, done, failed });
      const own = [{ check, done, failed }];
      this.waiting.set(bundle.sha, own);
      this.askFor(bundle, own);
    });
  }

  private askFor(bundle: ScriptBundle, group: Waiting[]): void {
    const close = () => { if (this.waiting.get(bundle.sha) === group) this.waiting.delete(bundle.sha); };
    const take = () => {
      close();
      return group.map(({ check }) => check);
    };
    const finish = (findings: Finding[][]) => group.forEach(({ done }, place) => done(findings[place]!));
    this.ask(bundle, take).then(finish, (error: unknown) => {
      close();
      if (group.length === 1) group[0]!.failed(error);
      else for (const one of group) this.askFor(bundle, [one]); // one of them is at fault, the others are not to blame
    });
  }
}
