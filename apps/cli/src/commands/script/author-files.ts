import { existsSync, readFileSync } from 'node:fs';
import type { AnyScript } from '@edge/script';
import { loadAuthorModule, type Trial } from '@edge/testing/script';

/** @throws Error for a file that is no script */
export async function authorScript(file: string): Promise<AnyScript> {
  const script = await loadAuthorModule(file) as AnyScript;
  if (typeof script !== 'object' || typeof script.actions !== 'object') throw new Error(`${file} must say \`export default defineScript({…})\`.`);
  if (Object.keys(script.actions).length === 0) throw new Error(`${file} has no action: nothing can be tried.`);
  return script;
}

/** What lies beside the script as `<name>.trials.json`. @throws Error where that has nothing to try */
export function trialsOf(file: string): Trial[] | undefined {
  const beside = file.replace(/\.m?[jt]s$/, '.trials.json');
  if (!existsSync(beside)) return undefined;
  const trials = JSON.parse(readFileSync(beside, 'utf8')) as Trial[];
  if (!Array.isArray(trials) || trials.length === 0) throw new Error(`${beside} has nothing to try: write a list of trials, or remove it to try each type once.`);
  return trials;
}
