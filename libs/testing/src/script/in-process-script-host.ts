import type { Finding, JsonObject } from '@edge/contracts';
import { checkConfiguration, describeScript, runScript } from '@edge/engine/kit';
import { type ScriptBundle, type ScriptDescription, ScriptHost, type ScriptInput, type ScriptRun } from '@edge/ports';
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

  async close(): Promise<void> {}

  private script({ name }: ScriptBundle): AnyScript {
    const script = this.scripts.get(name);
    if (!script) throw new Error(`There is no script ${name} in this process.`);
    return script;
  }
}
