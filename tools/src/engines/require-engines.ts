import { findProgram, probeProgram, type EngineName } from '@edge/testing/engines';
import required from './required.json' with { type: 'json' };

/**
 * Makes everything of required.json usable here: downloads what comes from registries, looks for what Debian installs.
 * Answers one sentence for each that is missing.
 */
export async function requireEngines(say: (line: string) => void): Promise<string[]> {
  const missing: string[] = [];
  for (const name of required.engines as EngineName[]) {
    const probe = await probeProgram(name);
    if (probe.available) say(`${name}: ready`);
    else missing.push(probe.reason);
  }
  for (const [program, debianPackage] of Object.entries(required.programs)) {
    const found = await findProgram(program, debianPackage).then((path) => `${program}: ${path}`, (error: Error) => { missing.push(error.message); return undefined; });
    if (found) say(found);
  }
  return missing;
}
