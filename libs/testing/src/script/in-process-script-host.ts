import type { Finding, JsonObject, KnownPool, Rehearsal } from '@edge/contracts';
import { checkConfiguration, describeScript, rehearse, runScript } from '@edge/engine/kit';
import { type ScriptBundle, type ScriptDescription, ScriptHost, type ScriptInput, type ScriptRun, type Wants } from '@edge/ports';
import type { AnyScript } from '@edge/script';

/** Scripts in this process, for simulations: the same kit, no thread, no limits. */
export class InProcessScriptHost extends ScriptHost {
  private readonly scripts: ReadonlyMap<string, AnyScript>;

  constructor(scripts: readonly AnyScript[]) {
    super();
    this.scripts = new Map(scripts.map((script) => [script.name, script]));
  }

  /** The bundle by which a script is asked for. */
  bundle(name: string): ScriptBundle {
    return { sha: `in-process-${name}`, name, kit: '', source: '', file: `${name}.ts` };
  }

  async describe(bundle: ScriptBundle): Promise<ScriptDescription> {
    return describeScript(this.script(bundle));
  }

  async check(bundle: ScriptBundle, type: string, config: JsonObject): Promise<Finding[]> {
    return checkConfiguration(this.script(bundle), type, config);
  }

  run(bundle: ScriptBundle, input: ScriptInput): ScriptRun {
    return runScript(this.script(bundle), input, { settle: () => new Promise((resolve) => { setImmediate(resolve); }) });
  }

  rehearse(bundle: ScriptBundle, input: ScriptInput, known: readonly KnownPool[]): Promise<Rehearsal | Wants> {
    return rehearse(this.script(bundle), { input, known }, { settle: () => new Promise((resolve) => { setImmediate(resolve); }) });
  }

  async close(): Promise<void> {}

  private script({ name }: ScriptBundle): AnyScript {
    const script = this.scripts.get(name);
    if (!script) throw new Error(`There is no script ${name} in this process.`);
    return script;
  }
}
