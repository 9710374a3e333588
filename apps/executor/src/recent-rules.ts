import { type ConfigReader } from '@edge/ports';

type Rules = Awaited<ReturnType<ConfigReader['rules']>>;
interface Kept { atMs: number; rules: Promise<Rules> }

const freshMs = 1_000;
const scopesKept = 500;

/**
 * The rules for a space and environment as they were a second ago at most. An executor asks before every command: a thousand a second would be a thousand
 * questions. Failures are not kept.
 */
export class RecentRules {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly config: Pick<ConfigReader, 'rules'>, private readonly now: () => number = Date.now) {}

  async of(scope: { space: string; environment: string }): Promise<Rules> {
    const key = JSON.stringify([scope.space, scope.environment]);
    const known = this.kept.get(key);
    if (known && this.now() - known.atMs < freshMs) return known.rules;
    const asked = { atMs: this.now(), rules: this.config.rules({ ...scope, at: new Date(this.now()).toISOString() }) };
    this.keep(key, asked);
    try {
      return await asked.rules;
    } catch (error) {
      if (this.kept.get(key) === asked) this.kept.delete(key);
      throw error;
    }
  }

  private keep(key: string, asked: Kept): void {
    this.kept.delete(key);
    this.kept.set(key, asked);
    const [oldest] = this.kept.keys();
    if (this.kept.size > scopesKept && oldest !== undefined) this.kept.delete(oldest);
  }
}
