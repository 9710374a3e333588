import type { Log } from '@edge/nest';
import type { RefusedScript, ScriptBundle } from '@edge/ports';
import type { ConfigService } from '../config.service.js';

/** Makes what was found in the folders current. One bad file stops nobody else's deployments: it is told, and what its name stood for before stays. */
export async function registerScripts(config: ConfigService, { bundles, refused }: { bundles: ScriptBundle[]; refused: RefusedScript[] }, log: Log): Promise<void> {
  for (const { file, why } of [...refused, ...(await config.registerScripts(bundles))]) log.error({ file, why }, 'a script cannot be used: it is left out, and its name stands for what it stood for before');
}
