import type { Finding, JsonObject, KnownPool, Rehearsal } from '@edge/contracts';
import { checkConfiguration, describeScript, rehearse, runScript, type RunSurroundings } from '@edge/engine/kit';
import { type ScriptBundle, type ScriptDescription, ScriptHost, type ScriptInput, type ScriptRun, type Wants } from '@edge/ports';
import type { AnyScript } from '@edge/script';

/** Runs scripts in process: a bundle's address stands for a script that was handed in. */
export class InProcessScripts extends ScriptHost {
  private readonly scripts = new Map<string, AnyScript>();

  constructor(private readonly settle: RunSurroundings['settle'] = () => new Promise((resolve) => { setImmediate(resolve); })) {
    super();
  }

  /** The bundle under which the script runs from now on. */
  add(sha: string, script: AnyScript): ScriptBundle {
    this.scripts.set(sha, script);
    return { sha, name: script.name, kit: '', source: '', file: `${script.name}.ts` };
  }

  override async describe(bundle: ScriptBundle): Promise<ScriptDescription> {
    return describeScript(this.script(bundle));
  }

  override async check(bundle: ScriptBundle, type: string, config: JsonObject): Promise<Finding[]> {
    return checkConfiguration(this.script(bundle), type, config);
  }

  override run(bundle: ScriptBundle, input: ScriptInput): ScriptRun {
    return runScript(this.script(bundle), input, { settle: this.settle });
  }

  override rehearse(bundle: ScriptBundle, input: ScriptInput, known: readonly KnownPool[]): Promise<Rehearsal | Wants> {
    return rehearse(this.script(bundle), { input, known }, { settle: this.settle });
  }

  override async close(): Promise<void> {
    this.scripts.clear();
  }

  private script({ sha }: ScriptBundle): AnyScript {
    const script = this.scripts.get(sha);
    if (!script) throw new Error(`No script was handed in for ${sha}.`);
    return script;
  }
}
